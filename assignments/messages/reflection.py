"""What a mentor is told when a mentee shows them a reflection; none of its words are mailed."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext as _

from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import Notice
from stretchhub.notices.outbox import queue
from stretchhub.notices.topics import Topic

from ..models import Reflection

SHOWN = "assignments.reflection_shown"


def shown(reflection: Reflection) -> None:
    """Tell the mentor, the first time there is something for them to read."""
    queue(SHOWN, reflection, recipient=reflection.assignment.mentor)


def load(ids: Collection[int]) -> dict[int, Reflection]:
    """Without the words, which have no place in a mail."""
    only = ("assignment__code", "assignment__title", "assignment__mentor", "by", "shared_with_mentor", "shared_line")
    return Reflection.objects.select_related("assignment", "by").only(*only, *_NAMES).in_bulk(ids)


_NAMES = ("by__full_name", "by__preferred_name")


def _render(notice: Notice, reflection: Reflection) -> Letter:
    words = {"who": reflection.by.name, "title": reflection.assignment.title}
    return Letter(
        subject=_("%(who)s shows you something from a reflection") % words,
        paragraphs=(
            _("It is about %(title)s. What it says is only in StretchHub, and only the two of you can read it.")
            % words,
        ),
        action=_("Read it"),
        path=reverse("assignments:log", args=[reflection.assignment.code]) + "#reflections",
        why=_("you are the mentor of this assignment"),
    )


def _still_shown(notice: Notice, reflection: Reflection) -> bool:
    to_mentor = notice.recipient_id == reflection.assignment.mentor_id
    return to_mentor and (reflection.shared_with_mentor or bool(reflection.shared_line))


KINDS = (Kind(SHOWN, load, _still_shown, _render, topic=Topic.EVIDENCE),)
