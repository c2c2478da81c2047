"""What people are told about sponsoring; one module a noun, each naming its kinds."""

from stretchhub.notices.kinds import Kind, register

from . import ask, dashboard

KINDS: tuple[Kind, ...] = (*dashboard.KINDS, *ask.KINDS)


def register_all() -> None:
    for kind in KINDS:
        register(kind)
