"""Forms of step 3: the plan, its milestones, the answer at a gate, the answer to a match."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from technopole.parties.models import Organisation, OrganisationKind, Person, RoleName
from technopole.pipeline.forms import LONG, DayInput, PageForm
from technopole.planning.models import DeclineReason, GateResult, Plan, Pricing, Route

FEN_PER_WAN = 10_000 * 100
COUNTERPARTIES = (OrganisationKind.COMPANY, OrganisationKind.PLATFORM, OrganisationKind.PARK_OPERATOR)


class PlanForm(PageForm):
    """Route, pricing, counterparty and business."""

    route = forms.ChoiceField(label=_("Route"), choices=Route.choices)
    pricing = forms.ChoiceField(label=_("Pricing"), choices=Pricing.choices)
    price_wan = forms.DecimalField(
        label=_("Price, in 10,000 yuan"), min_value=0, max_digits=13, decimal_places=6, required=False
    )
    counterparty = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("Counterparty"), required=False
    )
    business_zh = forms.CharField(
        label=_("Business model in Chinese"), max_length=20_000, required=False, widget=LONG
    )
    business_en = forms.CharField(
        label=_("Business model in English"), max_length=20_000, required=False, widget=LONG
    )

    def __init__(self, *args: Any, plan: Plan | None, user: Any, **kwargs: Any) -> None:
        if plan is not None:
            kept = {name: getattr(plan, name) for name in ("route", "pricing", "business_zh", "business_en")}
            price = (
                None if plan.price_minor is None else (Decimal(plan.price_minor) / FEN_PER_WAN).normalize()
            )
            kept |= {"counterparty": plan.counterparty_id, "price_wan": price and f"{price:f}"}
            kwargs.setdefault("initial", kept)
        super().__init__(*args, **kwargs)
        field: Any = self.fields["counterparty"]
        field.queryset = Organisation.objects.visible_to(user).filter(kind__in=COUNTERPARTIES).distinct()

    def clean_price_wan(self) -> int | None:
        """The price in fen; nothing smaller than a fen."""
        wan = self.cleaned_data["price_wan"]
        if wan is None:
            return None
        fen = wan * FEN_PER_WAN
        if fen != fen.to_integral_value():
            raise forms.ValidationError(_("The price has parts smaller than a fen."))
        return int(fen)


class MilestoneForm(PageForm):
    """A dated step of the plan."""

    title_zh = forms.CharField(label=_("Milestone, in Chinese"), max_length=300, required=False)
    title_en = forms.CharField(label=_("Milestone, in English"), max_length=300, required=False)
    due = forms.DateField(label=_("Due"), widget=DayInput())


class GateForm(PageForm):
    """What the approver found at one gate."""

    result = forms.ChoiceField(label=_("Finding"), choices=GateResult.choices)
    approver = forms.ModelChoiceField(Person.objects.none(), label=_("Approver"))
    expires = forms.DateField(label=_("Valid until, if limited"), widget=DayInput(), required=False)
    note_zh = forms.CharField(label=_("Note in Chinese"), max_length=5000, required=False, widget=LONG)
    note_en = forms.CharField(label=_("Note in English"), max_length=5000, required=False, widget=LONG)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"approver": user.person_id})
        super().__init__(*args, **kwargs)
        field: Any = self.fields["approver"]
        may_sign = Person.objects.visible_to(user).filter(
            roles__role__in=(RoleName.APPROVER, RoleName.DIRECTOR)
        )
        field.queryset = may_sign.distinct()


class DeclineForm(PageForm):
    """Why a match is declined."""

    decline_reason = forms.ChoiceField(
        label=_("Why declined"), choices=DeclineReason.choices, widget=forms.RadioSelect
    )
    note_zh = forms.CharField(label=_("Note in Chinese"), max_length=5000, required=False, widget=LONG)
    note_en = forms.CharField(label=_("Note in English"), max_length=5000, required=False, widget=LONG)
