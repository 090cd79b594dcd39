"""Forms of step 4: a site's refusal, a landing to follow, an event of its location history."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from technopole.landing.models import LocationEventKind, Origin, SiteStatus
from technopole.parties.models import Organisation, OrganisationKind
from technopole.pipeline.forms import LONG, DayInput, PageForm
from technopole.resources.sites.models import District, Site


class SiteForm(PageForm):
    """Which site, how far, with a note."""

    site = forms.ModelChoiceField(Site.objects.none(), label=_("Site"))
    status = forms.ChoiceField(label=_("Status"), choices=SiteStatus.choices)
    note_zh = forms.CharField(label=_("Note in Chinese"), max_length=5000, required=False, widget=LONG)
    note_en = forms.CharField(label=_("Note in English"), max_length=5000, required=False, widget=LONG)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = Site.objects.visible_to(user).distinct()  # type: ignore[attr-defined]


class SiteNoteForm(PageForm):
    """What was found or why it is refused; the site and the status are sent along."""

    note_zh = forms.CharField(label=_("Why, in Chinese"), max_length=5000, required=False, widget=LONG)
    note_en = forms.CharField(label=_("Why, in English"), max_length=5000, required=False, widget=LONG)


class LandingForm(PageForm):
    """Which firm settles, and where it comes from."""

    company = forms.ModelChoiceField(Organisation.objects.none(), label=_("Company"))
    origin = forms.ChoiceField(label=_("Origin"), choices=Origin.choices)
    name_zh = forms.CharField(
        label=_("Name in Chinese, if not the company's"), max_length=300, required=False
    )
    name_en = forms.CharField(
        label=_("Name in English, if not the company's"), max_length=300, required=False
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["company"]
        field.queryset = (
            Organisation.objects.visible_to(user).filter(kind=OrganisationKind.COMPANY).distinct()
        )


class EventForm(PageForm):
    """What happened, when and where."""

    event = forms.ChoiceField(label=_("Event"), choices=LocationEventKind.choices)
    happened_on = forms.DateField(label=_("Happened on"), widget=DayInput())
    site = forms.ModelChoiceField(Site.objects.none(), label=_("Park, if in one"), required=False)
    district = forms.ModelChoiceField(
        District.objects.none(), label=_("District, if in no park"), required=False
    )
    note_zh = forms.CharField(label=_("Note in Chinese"), max_length=500, required=False)
    note_en = forms.CharField(label=_("Note in English"), max_length=500, required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = Site.objects.visible_to(user).distinct()  # type: ignore[attr-defined]
        self.fields["district"].queryset = District.objects.all()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """An event happens somewhere."""
        given = super().clean() or {}
        if not given.get("site") and not given.get("district"):
            raise forms.ValidationError(_("Name the park or the district."))
        return given
