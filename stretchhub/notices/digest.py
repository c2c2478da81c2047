"""One mail a day, or a week: what waits for the person, as on Today, and what they were told since."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stretchhub.templatetags.words import day
from stretchhub.waiting import Waiting

from . import kinds, putting_off
from .kinds import Item, Kind, Letter, register
from .models import Notice, State
from .placing import DIGEST
from .topics import Topic
from .writing import letter

MOST = 40


def _load(ids: Collection[int]) -> dict[int, Any]:
    return get_user_model().objects.in_bulk(ids)


def told(digest: Notice) -> list[Letter]:
    """The words of everything in this digest that is still true."""
    bundled = Notice.objects.filter(state=State.BUNDLED, digest=digest).order_by("planned_for", "id")[:MOST]
    rows = list(bundled)
    things = kinds.load_things(rows)
    put_off = putting_off.of([digest])
    letters = []
    for row in rows:
        kind, thing = kinds.get(row.kind), things[row.pk]
        row.recipient = digest.recipient
        if putting_off.until(row, thing, put_off):
            continue
        words = letter(row, thing, kind) if kind is not None and thing is not None else None
        if words is not None:
            letters.append(words)
    return letters


def _still_due(notice: Notice, person: Any) -> bool:
    """Nothing is sent when nothing is due."""
    return bool(told(notice))


def _letter(notice: Notice, person: Any) -> Letter:
    waiting = waiting_for(person)
    places = {line.url for line in waiting}
    items = [*map(_as_item, waiting), *(_as_told(words) for words in told(notice) if words.path not in places)]
    count = len(items)
    return Letter(
        subject=ngettext("%(day)s: one thing for you", "%(day)s: %(n)s things for you", count)
        % {"day": day(notice.due_at), "n": count},
        paragraphs=(_("Everything of the day in one mail; each line leads straight to its page."),),
        items=tuple(items),
        action=_("Open Today"),
        path=reverse("today"),
        why=_("you chose to get messages in one mail; on a day with nothing new there is none"),
    )


def waiting_for(person: Any) -> list[Waiting]:
    """The same list as on Today; settings name where it comes from, as it is gathered above this floor."""
    return import_string(settings.WAITING_FOR)(person)


def _as_item(line: Waiting) -> Item:
    title = f"{day(line.due_on)}: {line.title}" if line.due_on else line.title
    return Item(title, line.reason, line.url)


def _as_told(words: Letter) -> Item:
    return Item(words.subject, words.paragraphs[0] if words.paragraphs else "", words.path)


def register_kind() -> None:
    register(Kind(DIGEST, _load, _still_due, _letter, on_page=False, topic=Topic.WORK))
