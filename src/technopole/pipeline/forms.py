"""Forms of a project's head: who owns it, what is next, why it stops, its documents."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from technopole.parties import policy
from technopole.parties.models import Role, RoleName, User
from technopole.parties.policy import Scope
from technopole.pipeline.models import TransferProject
from technopole.records import clock
from technopole.records.levels import Level
from technopole.wording import language_code

LONG = forms.Textarea(attrs={"rows": 3})


class DayInput(forms.DateInput):
    """A date as the browser picks it; years of four digits only."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"max": "9999-12-31"})


class PageForm(forms.Form):
    """A form among others on one page: ids of its own, the reader's language first in each pair."""

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        kwargs |= {"auto_id": f"id_{name}_%s", "label_suffix": ""}
        super().__init__(*args, **kwargs)
        for held in self.fields.values():
            # A browser would cut a text that is pasted off without a word; the server says how long it is.
            held.widget.attrs.pop("maxlength", None)
        own = language_code(get_language() or "en")
        names = list(self.fields)
        for field in self.fields:
            stem, _, language = field.rpartition("_")
            if language == "zh" and own == "en" and f"{stem}_en" in self.fields:
                first, second = names.index(field), names.index(f"{stem}_en")
                names[first], names[second] = names[second], names[first]
        self.order_fields(names)


class AssignForm(PageForm):
    """To whom the project goes."""

    owner = forms.ModelChoiceField(User.objects.none(), label=_("Transfer officer"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today()
        officers = (
            Role.objects.filter(role__in=(RoleName.OFFICER, RoleName.DIRECTOR), valid_from__lte=today)
            .exclude(valid_to__lt=today)
            .values("person")
        )
        field: Any = self.fields["owner"]
        field.queryset = User.objects.filter(person__in=officers, is_active=True).select_related("person")
        field.label_from_instance = lambda user: user.display_name


class NextActionForm(PageForm):
    """What is next and by when."""

    title_zh = forms.CharField(label=_("Next action, in Chinese"), max_length=300, required=False)
    title_en = forms.CharField(label=_("Next action, in English"), max_length=300, required=False)
    due = forms.DateField(label=_("Due"), widget=DayInput())

    def __init__(self, *args: Any, project: TransferProject, **kwargs: Any) -> None:
        kwargs.setdefault(
            "initial",
            {
                "title_zh": project.next_action_zh,
                "title_en": project.next_action_en,
                "due": project.next_action_due,
            },
        )
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """One language is enough."""
        given = super().clean() or {}
        if not (given.get("title_zh") or given.get("title_en")):
            raise forms.ValidationError(_("Say in one language at least what is next."))
        return given


class ReasonForm(PageForm):
    """Why the project is held or stopped."""

    reason_zh = forms.CharField(label=_("Why, in Chinese"), max_length=5000, required=False, widget=LONG)
    reason_en = forms.CharField(label=_("Why, in English"), max_length=5000, required=False, widget=LONG)


class DocumentForm(PageForm):
    """A file to attach, who may read it, what it is."""

    upload = forms.FileField(label=_("File"), max_length=500)
    level = forms.TypedChoiceField(label=_("Who may read it"), coerce=int, choices=())
    note = forms.CharField(label=pgettext_lazy("document", "What it is"), max_length=500, required=False)

    def __init__(self, *args: Any, project: TransferProject, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        least = Level.PUBLIC if policy.scope(user, "ACTION documents.attach") is Scope.OTHER else Level.NDA
        most = project.access_of(user)
        field: Any = self.fields["level"]
        field.choices = [(value, label) for value, label in Level.choices if least <= value <= most]
        field.initial = Level.TEAM
