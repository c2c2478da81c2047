"""What people are told about assignments; one module a noun, each naming its kinds."""

from stretchhub.notices.kinds import Kind, register

from . import (
    ahead,
    assignment,
    brief,
    charter,
    check_in,
    decision,
    escalation,
    evidence,
    feedback,
    idle,
    intake,
    invitation,
    learning,
    manager_agreement,
    mentorship,
    milestone,
    reflection,
    scope,
    setback,
    sponsor_request,
    vouching,
)

KINDS: tuple[Kind, ...] = (
    *mentorship.KINDS,
    *brief.KINDS,
    *sponsor_request.KINDS,
    *assignment.KINDS,
    *charter.KINDS,
    *manager_agreement.KINDS,
    *invitation.KINDS,
    *milestone.KINDS,
    *scope.KINDS,
    *evidence.KINDS,
    *check_in.KINDS,
    *feedback.KINDS,
    *vouching.KINDS,
    *intake.KINDS,
    *idle.KINDS,
    *escalation.KINDS,
    *learning.KINDS,
    *decision.KINDS,
    *setback.KINDS,
    *reflection.KINDS,
    *ahead.KINDS,
)


def register_all() -> None:
    for kind in KINDS:
        register(kind)
