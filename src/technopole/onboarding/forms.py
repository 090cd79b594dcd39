"""The disclosure form: everything that an inventor is asked, in steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from technopole.onboarding.fields import DayField, ListField, LongField, Tri, line, number, yes
from technopole.onboarding.steps import PILOT_LINES, READINESS, STEPS
from technopole.parties.models import Organisation, RoleName
from technopole.pipeline.models import IpStatus, ResultKind
from technopole.records import clock, sectors
from technopole.resources.sites.models import CleanClass, District, Eia, Region
from technopole.wording import language_code

OFFICE = {RoleName.OFFICER, RoleName.DIRECTOR}


@dataclass(frozen=True)
class Drawn:
    """A field, and the one in the other language that folds away under it."""

    first: BoundField
    second: BoundField | None


@dataclass(frozen=True)
class Step:
    """One step: its fields, and the name of its rows if it has any."""

    key: str
    title: str
    hint: str
    fields: list[Drawn]
    rows: str


class DisclosureForm(forms.Form):
    """Everything that an inventor is asked; only a title is needed to save a draft."""

    title_zh = line(_("Title in Chinese"))
    title_en = line(_("Title in English"))
    kind = forms.ChoiceField(label=_("What it is"), choices=ResultKind.choices)
    sector = forms.ChoiceField(label=_("Sector"), required=False)
    problem_zh = LongField(label=_("Which problem it solves, in Chinese"), max_length=5000)
    problem_en = LongField(label=_("Which problem it solves, in English"), max_length=5000)
    advantage_zh = LongField(label=_("Better than what exists, and by how much, in Chinese"), max_length=5000)
    advantage_en = LongField(label=_("Better than what exists, and by how much, in English"), max_length=5000)
    summary_zh = LongField(label=_("Summary that may be published, in Chinese"), max_length=20_000, rows=6)
    summary_en = LongField(label=_("Summary that may be published, in English"), max_length=20_000, rows=6)
    keywords_zh = ListField(label=_("Keywords in Chinese"), max_length=2000, rows=1)
    keywords_en = ListField(label=_("Keywords in English"), max_length=2000, rows=1)
    enabling_description = LongField(
        label=_("How it works, so that a colleague could build it (confidential)"), max_length=100_000, rows=8
    )
    holder = forms.ModelChoiceField(Organisation.objects.none(), label=_("Holder"))
    conceived_on = DayField(label=_("First thought of on"), required=False)
    first_written_on = DayField(label=_("First written down on"), required=False)
    reduced_to_practice_on = DayField(label=_("First worked on"), required=False)
    no_publication = yes(_("Nothing is published and nothing is planned"))
    ip_status = forms.ChoiceField(label=_("Protection"), choices=IpStatus.choices)
    patent_numbers = ListField(label=_("Application or patent numbers"), max_length=2000, rows=1)
    filed_on = DayField(label=_("First application filed on"), required=False)
    no_funding = yes(_("No outside money was used"))
    materials = LongField(
        label=_("Materials received from others, and under which agreement"), max_length=5000
    )
    no_third_party_materials = yes(_("No materials or software of others"))
    software_licences = ListField(label=_("Licences of software used"), max_length=2000, rows=1)
    facilities_used = LongField(label=_("Facilities used"), max_length=5000)
    human_samples = Tri(label=_("Were human samples used?"))
    human_genetic = Tri(label=_("Are human genetic resources of China involved?"))
    patient_data = Tri(label=_("Was patient data used?"))
    animal = Tri(label=_("Were animals used?"))
    foreign_party = Tri(label=_("Does a foreign party take part?"))
    us_federal_money = Tri(label=_("Was it paid in part by the US government?"))
    dual_use = Tri(label=_("Could it have a military use?"))
    related_party = Tri(label=_("Does an inventor have a part in a company that may use it?"))
    approvals = LongField(label=_("Approvals held (ethics, animals, genetic resources)"), max_length=5000)
    prior_art = LongField(label=_("What came closest before"), max_length=20_000)
    targets = LongField(label=_("Fields or companies that may want it"), max_length=5000)
    interests = LongField(label=_("Interests to declare"), max_length=5000)
    claimed_level = forms.TypedChoiceField(
        label=_("Readiness you claim"), coerce=int, empty_value=None, required=False
    )
    area_m2 = number(_("Area, m²"))
    floor_load_kn_m2 = number(_("Floor load, kN/m²"))
    ceiling_m = number(_("Clear height, m"))
    clean_class = forms.ChoiceField(
        label=_("Clean room"), required=False, choices=[("", "—"), *CleanClass.choices]
    )
    gmp = Tri(label=_("GMP needed?"))
    bsl = forms.TypedChoiceField(
        label=_("Biosafety level"), coerce=int, empty_value=None, required=False,
        choices=[("", "—"), (0, "0"), (1, "1"), (2, "2"), (3, "3")],
    )  # fmt: skip
    power_kva = number(_("Power, kVA"))
    eia = forms.ChoiceField(
        label=_("Environmental assessment"), required=False, choices=[("", "—"), *Eia.choices]
    )
    hazardous = Tri(label=_("Hazardous materials?"))
    site_animal = Tri(label=_("Animal facility needed?"))
    pilot_line = forms.ChoiceField(label=_("Pilot line"), required=False)
    budget_yuan_m2_month = number(_("Rent that is affordable, yuan per m² and month"))
    preferred_districts = forms.MultipleChoiceField(
        label=_("Preferred districts"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "label_suffix": ""})
        fields: Any = self.fields
        sector = self.initial.get("sector") or ""
        extra = [(sector, sectors.name_of(sector))] if sector and sector not in sectors.NAMES else []
        fields["sector"].choices = [("", "—"), *sectors.NAMES.items(), *extra]
        fields["claimed_level"].choices = [
            ("", "—"),
            *((n, f"TRL {n} – {said}") for n, said in READINESS.items()),
        ]
        fields["pilot_line"].choices = [("", "—"), *PILOT_LINES]
        fields["preferred_districts"].choices = [
            (row.key, row.name) for row in District.objects.filter(region=Region.LOCAL)
        ]
        if user.role_names & OFFICE:
            fields["holder"].queryset = Organisation.objects.visible_to(user).order_by("name_en", "name_zh")
        elif user.person:
            known = {self.initial.get("holder"), user.person.organisation_id}
            fields["holder"].queryset = Organisation.objects.filter(pk__in=known - {None})
            fields["holder"].empty_label = None

    def clean(self) -> dict[str, Any]:
        """A draft needs a title; days that are past must not lie in the future."""
        given = super().clean() or {}
        if not (given.get("title_zh") or given.get("title_en")) and not self.errors.keys() & {
            "title_zh",
            "title_en",
        }:
            own = language_code(get_language() or "en")
            self.add_error(f"title_{own}", _("Give it a working title; everything else can wait."))
        for name in ("conceived_on", "first_written_on", "reduced_to_practice_on", "filed_on"):
            if given.get(name) and given[name] > clock.today():
                self.add_error(name, _("This day is still to come."))
        return given

    def steps(self) -> list[Step]:
        """The steps of the guided form, with their fields as they are drawn."""
        return [
            Step(key, str(title), str(hint), [self._drawn(name) for name in names], rows)
            for key, title, hint, names, rows in STEPS
        ]

    def _drawn(self, name: str) -> Drawn:
        if name in self.fields:
            return Drawn(self[name], None)
        own = language_code(get_language() or "en")
        other = "en" if own == "zh" else "zh"
        return Drawn(self[f"{name}_{own}"], self[f"{name}_{other}"])
