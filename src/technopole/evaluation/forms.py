"""Forms of step 2: evidence, readiness, asking for a review, the review itself, the collective decision."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from technopole.evaluation.engine import readiness, scorecard
from technopole.evaluation.models import EvidenceKind, Outcome, Review
from technopole.parties.models import Person, RoleName
from technopole.pipeline.forms import LONG, DayInput, PageForm
from technopole.pipeline.models import TransferProject
from technopole.pipeline.page import said
from technopole.records import clock

MOST_LEVELS = 9
OFFICE_ROLES = (RoleName.DIRECTOR, RoleName.OFFICER, RoleName.APPROVER, RoleName.ANALYST)


class EvidenceForm(PageForm):
    """A piece of evidence for one readiness level, with its file when there is one."""

    readiness_level = forms.IntegerField(label=_("For level"), min_value=1, max_value=MOST_LEVELS)
    kind = forms.ChoiceField(label=_("Kind"), choices=EvidenceKind.choices)
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=300, required=False)
    title_en = forms.CharField(label=_("Title in English"), max_length=300, required=False)
    dated = forms.DateField(label=_("Dated"), widget=DayInput())
    upload = forms.FileField(label=_("File, if any"), max_length=500, required=False)


class AssessForm(PageForm):
    """On which scale, and what the team claims."""

    scale_id = forms.ChoiceField(label=_("Scale"), choices=())
    claimed = forms.IntegerField(label=_("Level claimed"), min_value=0, max_value=MOST_LEVELS, required=False)

    def __init__(self, *args: Any, project: TransferProject, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        last = project.assessments.first()
        scale, claimed = self.fields["scale_id"], self.fields["claimed"]
        rows = readiness.scales().in_force(clock.today())
        scale.choices = [(row.id, said(row["name"])) for row in rows]  # type: ignore[attr-defined]
        scale.initial = last.scale if last else "trl"
        claimed.initial = last.claimed if last else None


class AskReviewForm(PageForm):
    """Who is asked, and until when."""

    reviewer = forms.ModelChoiceField(Person.objects.none(), label=_("Reviewer"))
    due = forms.DateField(label=_("Review wanted by"), widget=DayInput(), required=False)

    def __init__(self, *args: Any, project: TransferProject, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project = project
        people = Person.objects.visible_to(user).exclude(inventorships__result=project.result)
        field: Any = self.fields["reviewer"]
        field.queryset = people.distinct().select_related("organisation")
        field.label_from_instance = lambda person: f"{person} · {person.organisation}"

    def clean_reviewer(self) -> Person:
        """Nobody is asked twice."""
        person: Person = self.cleaned_data["reviewer"]
        if self.project.reviews.filter(reviewer=person).exists():
            raise forms.ValidationError(_("This person was asked already."))
        return person


class ReviewForm(PageForm):
    """Points on the five values, a comment, and any interest in the case."""

    comment_zh = forms.CharField(
        label=_("Comment in Chinese"), max_length=20_000, required=False, widget=LONG
    )
    comment_en = forms.CharField(
        label=_("Comment in English"), max_length=20_000, required=False, widget=LONG
    )
    free = forms.BooleanField(
        label=_("I have no interest in this case and keep what I read confidential."), required=False
    )
    interest = forms.CharField(
        label=_("My interest in this case, if any"),
        max_length=1000,
        required=False,
        widget=LONG,
        help_text=_("Joint papers, shares, family, supervision: declaring one takes you off the case."),
    )

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        template = scorecard.template_for(review.project.result.kind, clock.today())
        for value in scorecard.Value:
            self.fields[value.value] = forms.IntegerField(
                label=said(scorecard.LABELS[value]),
                help_text=said(template.asks[value]),
                min_value=0,
                max_value=100,
                required=False,
            )
        self.order_fields([value.value for value in scorecard.Value])

    def clean(self) -> dict[str, Any]:
        """Either an interest is declared, or all five values are rated and there is none."""
        given = super().clean() or {}
        if (given.get("interest") or "").strip():
            return given
        if not given.get("free"):
            self.add_error("free", _("Confirm this, or declare your interest below."))
        for value in scorecard.Value:
            if given.get(value.value) is None and value.value not in self.errors:
                self.add_error(value.value, _("Give 0 to 100 points."))
        return given

    def points(self) -> dict[str, int]:
        """Value → points."""
        rated = {value.value: self.cleaned_data.get(value.value) for value in scorecard.Value}
        return {name: points for name, points in rated.items() if points is not None}


class DecisionForm(PageForm):
    """A collective decision as its minutes record it."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=Outcome.choices)
    held_on = forms.DateField(label=_("Meeting held on"), widget=DayInput())
    attendees = forms.ModelMultipleChoiceField(Person.objects.none(), label=_("Attendees"))
    signatories = forms.ModelMultipleChoiceField(Person.objects.none(), label=_("Signatories"))
    recused = forms.ModelMultipleChoiceField(Person.objects.none(), label=_("Recused"), required=False)
    minutes_zh = forms.CharField(
        label=_("Minutes in Chinese"), max_length=50_000, required=False, widget=LONG
    )
    minutes_en = forms.CharField(
        label=_("Minutes in English"), max_length=50_000, required=False, widget=LONG
    )
    reason_zh = forms.CharField(label=_("Reason in Chinese"), max_length=10_000, required=False, widget=LONG)
    reason_en = forms.CharField(label=_("Reason in English"), max_length=10_000, required=False, widget=LONG)

    def __init__(self, *args: Any, project: TransferProject, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["held_on"].initial = clock.today()
        # Who may sit in the meeting: the office's people, and those of the unit whose result it is.
        sitting = Q(roles__role__in=OFFICE_ROLES) | Q(organisation=project.result.holder_id)
        people = Person.objects.visible_to(user).filter(sitting).distinct().select_related("organisation")
        for name in ("attendees", "signatories", "recused"):
            field: Any = self.fields[name]
            field.widget = forms.CheckboxSelectMultiple()
            field.queryset = people
            field.label_from_instance = lambda person: (
                f"{person} · {person.text('title') or person.organisation}"
            )
