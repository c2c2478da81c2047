"""What people are told about assignments; one module a noun, each naming its kinds."""

from stretchhub.notices.kinds import Kind, register

KINDS: tuple[Kind, ...] = ()


def register_all() -> None:
    for kind in KINDS:
        register(kind)
