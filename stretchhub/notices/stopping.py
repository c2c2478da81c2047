"""The address in a mail by which its recipient stops a topic, or everything that may be turned off."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.signing import BadSignature, Signer

from stretchhub.linking import link

from .kinds import Kind
from .models import Notice
from .placing import DIGEST
from .topics import CHOSEN

SIGNER = Signer(salt="stretchhub.notices.stopping")
EVERYTHING = "everything"


def token_of(person: Any, topic: str = EVERYTHING) -> str:
    return SIGNER.sign(f"{person.code.hex}-{topic}").replace(":", ".")


def find(token: str) -> tuple[Any, str] | None:
    """The person and the topic of a token; None for all others, whatever is wrong with them."""
    try:
        code, _dash, topic = SIGNER.unsign(token.replace(".", ":")).partition("-")
        person = get_user_model().objects.filter(code=uuid.UUID(code), is_active=True).first()
    except (BadSignature, ValueError):
        return None
    return (person, topic) if person is not None and topic in {EVERYTHING, *CHOSEN} else None


def address(notice: Notice, kind: Kind, thing: Any) -> str:
    """Where the recipient of this mail stops its like; empty where it cannot be stopped.

    Somebody without an account has no topics: they stop reminders of the one thing they were asked.
    """
    if kind.urgent or not (notice.recipient_id or kind.stop):
        return ""
    if not notice.recipient_id:
        return f"{settings.SITE_URL}{kind.stop(thing)}" if kind.stop else ""
    topic = EVERYTHING if notice.kind == DIGEST else str(kind.topic)
    path = link("notices:stop", token_of(notice.recipient, topic), like="TOKEN")
    return f"{settings.SITE_URL}{path}"


def headers(stop: str) -> dict[str, str]:
    if not stop:
        return {}
    return {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
