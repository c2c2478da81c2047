"""What people are told about assignments; one module a noun, each naming its kinds."""

from stretchhub.notices.kinds import Kind, register

from . import assignment, brief, charter, check_in, evidence, intake, learning, mentorship, milestone, sponsor_request

KINDS: tuple[Kind, ...] = (
    *mentorship.KINDS,
    *brief.KINDS,
    *sponsor_request.KINDS,
    *assignment.KINDS,
    *charter.KINDS,
    *milestone.KINDS,
    *evidence.KINDS,
    *check_in.KINDS,
    *intake.KINDS,
    *learning.KINDS,
)


def register_all() -> None:
    for kind in KINDS:
        register(kind)
