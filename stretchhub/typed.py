"""What was typed into a form that could not be saved, to be copied from the page that says so."""

from __future__ import annotations

from uuid import UUID

from django.http import QueryDict

NOT_WORDS = {"csrfmiddlewaretoken", "submit_key", "version", "seen", "undo", "from", "next", "code", "competency"}
NOT_WORDS_END = ("-TOTAL_FORMS", "-INITIAL_FORMS", "-MIN_NUM_FORMS", "-MAX_NUM_FORMS", "-id", "-DELETE")
SECRET = ("password", "secret", "token", "otp", "recovery")


def typed_words(data: QueryDict) -> list[tuple[str, str]]:
    """The filled fields by name, without keys, addresses of things and anything secret."""
    found = []
    for name, values in data.lists():
        if name in NOT_WORDS or name.endswith(NOT_WORDS_END) or any(part in name.lower() for part in SECRET):
            continue
        words = "\n".join(value for value in values if value.strip() and not _is_code(value))
        if words:
            found.append((name.replace("_", " ").replace("-", " ").capitalize(), words))
    return found


def _is_code(value: str) -> bool:
    try:
        return bool(UUID(value))
    except ValueError:
        return False
