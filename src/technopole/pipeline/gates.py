"""Gates: what must hold before a project leaves a stage; each step registers its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from technopole.pipeline.models import Stage, TransferProject
from technopole.wording import Reason

Gate = Callable[[TransferProject], Sequence[Reason]]

# The way forward; hold, release and stop may happen in any stage.
NEXT: dict[str, Stage] = {
    Stage.ONBOARDING: Stage.EVALUATION,
    Stage.EVALUATION: Stage.PLANNING,
    Stage.PLANNING: Stage.LANDING,
    Stage.LANDING: Stage.CLOSED,
}
_GATES: dict[str, list[Gate]] = {stage: [] for stage in NEXT}


def gate(stage: Stage) -> Callable[[Gate], Gate]:
    """Register a check that a project must pass to leave `stage`."""

    def register(check: Gate) -> Gate:
        _GATES[stage].append(check)
        return check

    return register


def blockers(project: TransferProject) -> list[Reason]:
    """Why the project cannot leave its stage now; empty when it can."""
    return [reason for check in _GATES.get(project.stage, []) for reason in check(project)]
