"""What an action is called in a history: the code that the change carries, in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

NAMES = {
    "pipeline.move": _("moved to the next stage"),
    "pipeline.assign": _("gave it to an officer"),
    "pipeline.next_action": _("set the next action"),
    "pipeline.hold": _("put on hold"),
    "pipeline.resume": _("took up again"),
    "pipeline.stop": pgettext_lazy("act", "stopped"),
    "onboarding.disclose": _("disclosed"),
    "onboarding.edit": _("edited the disclosure"),
    "onboarding.submit": _("submitted the disclosure"),
    "onboarding.return": _("returned the disclosure"),
    "onboarding.accept": _("accepted the disclosure"),
    "onboarding.publish": _("agreed to publish the summary"),
    "onboarding.withdraw": _("withdrew the summary"),
    "onboarding.invite": _("invited the authors"),
    "onboarding.dismiss": _("dismissed the candidate"),
    "onboarding.propose_again": _("proposed the candidate again"),
    "evaluation.add_evidence": _("added evidence"),
    "evaluation.assess": _("assessed readiness"),
    "evaluation.ask_review": _("asked for a review"),
    "evaluation.review": _("submitted a review"),
    "evaluation.decide": _("recorded a decision"),
    "planning.plan": _("wrote the plan"),
    "planning.add_milestone": _("added a milestone"),
    "planning.milestone_done": _("ticked a milestone"),
    "planning.answer_gate": _("answered a compliance gate"),
    "planning.answer": _("answered a match"),
    "planning.match": _("computed the matches"),
    "matches computed": _("computed the matches"),
    "planning.approve": _("approved the plan"),
    "landing.site": _("noted a site's status"),
    "landing.open": _("opened a landing"),
    "landing.event": _("added a location event"),
    "documents.attach": _("attached a document"),
}


def name_of(code: str) -> str:
    """The action in the reader's language; a reason that somebody wrote reads as it was written.

    >>> name_of("corrected a typing error")
    'corrected a typing error'
    """
    return str(NAMES.get(code, code))
