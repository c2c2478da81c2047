"""Characters that nobody sees and that change what others see: no name holds one."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Control characters, ends of lines, and what turns the direction of the letters after it. Those that join letters or
# keep them apart stay: some languages are written with them.
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def holds_unseen(text: str) -> bool:
    return not text.isprintable() and UNSEEN.search(text) is not None


def require_seen(text: str) -> None:
    """A validator."""
    if holds_unseen(text):
        raise ValidationError(_("It holds a control character that cannot be seen. Type it again."))
