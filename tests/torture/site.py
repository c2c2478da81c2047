"""The door for gunicorn: a request may name the step at which its process is killed, or learn how many there were."""

from collections.abc import Callable, Iterable
from typing import Any

from stretchhub.wsgi import application as site
from tests.torture.moments import moments, watch

HEADER = "HTTP_X_KILL_AT"
watch()


class Pieces:
    """What was sent, each piece of which is a step."""

    def __init__(self, sent: Any) -> None:
        self.sent = sent

    def read(self, *args: Any) -> bytes:
        moments.step()
        return self.sent.read(*args)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.sent, name)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    if HEADER not in environ:
        return site(environ, start_response)
    environ["wsgi.input"] = Pieces(environ["wsgi.input"])
    moments.arm(int(environ[HEADER]))

    def begin(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
        return start_response(status, [*headers, ("X-Steps", str(moments.disarm()))], *more)

    return site(environ, begin)
