"""The form of a park or building: its space and its hard limits."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from technopole.parties.models import Organisation, Person, RoleName
from technopole.records import sectors
from technopole.resources.policies.models import Policy
from technopole.resources.sites.models import Site

OFFICE = {RoleName.OFFICER, RoleName.DIRECTOR}
PILOT_LINES = [
    ("none", _("none")),
    ("mems-8-inch", _("MEMS, 8 inch")),
    ("bio-gmp", _("biologics, GMP")),
    ("device", _("medical devices")),
]


class SiteForm(forms.ModelForm):
    """Everything about a site that its manager may change; the office also says whose it is."""

    sectors = forms.MultipleChoiceField(
        label=_("Sectors"),
        required=False,
        choices=[*sectors.NAMES.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    policies = forms.MultipleChoiceField(
        label=_("Policies"), required=False, widget=forms.CheckboxSelectMultiple
    )
    pilot_line = forms.ChoiceField(label=_("Pilot line"), required=False)

    class Meta:
        model = Site
        fields: ClassVar = [
            "name_zh", "name_en", "tier", "district", "operator", "manager", "positioning_zh", "positioning_en",
            "sectors", "total_m2", "free_m2", "min_unit_m2", "floor_load_kn_m2", "ceiling_m", "clean_class", "gmp",
            "bsl", "power_kva", "eia_max", "hazardous", "animal", "pilot_line", "rent_yuan_m2_month", "policies",
        ]  # fmt: skip
        widgets: ClassVar = {
            "positioning_zh": forms.Textarea(attrs={"rows": 3}),
            "positioning_en": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "label_suffix": ""})
        fields: Any = self.fields
        known = [
            (policy.key, policy.text("name")) for policy in Policy.objects.visible_to(user) if policy.key
        ]
        fields["policies"].choices = known
        held = self.instance.pilot_line
        extra = [(held, held)] if held and held not in dict(PILOT_LINES) else []
        fields["pilot_line"].choices = [*PILOT_LINES, *extra]
        fields["sectors"].choices = [
            *sectors.NAMES.items(),
            *((key, sectors.name_of(key)) for key in self.instance.sectors if key not in sectors.NAMES),
        ]
        if user.role_names & OFFICE:
            fields["operator"].queryset = Organisation.objects.visible_to(user).order_by("name_en", "name_zh")
            fields["manager"].queryset = Person.objects.visible_to(user).order_by("name_en", "name_zh")
        else:
            for name in ("operator", "manager", "tier", "district"):
                del fields[name]
