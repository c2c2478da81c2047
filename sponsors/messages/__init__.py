"""What people are told about sponsoring; one module a noun, each naming its kinds."""

from stretchhub.notices.kinds import Kind, register

from . import ask, check_in, continuity, dashboard, hand_over, introduction

KINDS: tuple[Kind, ...] = (
    *dashboard.KINDS,
    *ask.KINDS,
    *hand_over.KINDS,
    *continuity.KINDS,
    *check_in.KINDS,
    *introduction.KINDS,
)


def register_all() -> None:
    for kind in KINDS:
        register(kind)
