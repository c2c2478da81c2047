"""The kinds of messages there are; each app names its own when it starts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from .models import Notice
from .topics import Topic


@dataclass(frozen=True)
class Attachment:
    """A small file that goes with a message."""

    name: str
    content: bytes
    content_type: str


@dataclass(frozen=True)
class Item:
    """One thing in a letter that tells of several; `path` leads straight to it."""

    title: str
    text: str
    path: str


@dataclass(frozen=True)
class Letter:
    """The words of one message, in the recipient's language and time zone.

    `path` is the address of the page that answers it, below SITE_URL; it is empty, as `action` is, where there is none.
    `why` ends the sentence “You get this because …”. An answer by mail goes to `reply_to`, where it is given.
    """

    subject: str
    paragraphs: tuple[str, ...]
    action: str
    path: str
    why: str
    reply_to: str = ""
    attachments: tuple[Attachment, ...] = ()
    items: tuple[Item, ...] = ()


@dataclass(frozen=True)
class Kind:
    """How messages of one kind are made.

    `load` fetches the objects that notices are about in a fixed number of queries, by id;
    `still_due` is asked again just before sending; a kind that `must_arrive` is sent again
    under the same Message-ID when it is uncertain whether it went out; one with a secret in it is
    not for the page (`on_page`). People choose by `topic` how messages come to them; what is `urgent`
    (a code, an invitation) asks nobody's quiet hours and cannot be turned off.
    `stop` says where somebody without an account stops reminders of the thing.
    Whom a message `in_confidence` went to is told to nobody who looks after mails: it would say who was asked.
    `load` asks as many `queries` however many things there are, and whether a message is due and its words ask so many
    more `each`; kinds that share their `load` are loaded together.
    `waiting` is the kind of line on Today about the same thing: put off there, it is put off here.
    """

    name: str
    load: Callable[[Collection[int]], Mapping[int, Any]]
    still_due: Callable[[Notice, Any], bool]
    render: Callable[[Notice, Any], Letter]
    must_arrive: bool = False
    on_page: bool = True
    topic: Topic = Topic.WORK
    urgent: bool = False
    waiting: str = ""
    stop: Callable[[Any], str] | None = None
    in_confidence: bool = False
    queries: int = 1
    each: int = 0


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind known; called by its app in `AppConfig.ready`."""
    _kinds[kind.name] = kind


def get(name: str) -> Kind | None:
    return _kinds.get(name)


def is_urgent(name: str) -> bool:
    kind = get(name)
    return kind is not None and kind.urgent


def urgent() -> list[str]:
    """The kinds that ask nobody's hours."""
    return [kind.name for kind in _kinds.values() if kind.urgent]


def names() -> list[str]:
    """All kinds that are known."""
    return list(_kinds)


def in_confidence() -> list[str]:
    """The kinds of which nobody learns whom they went to."""
    return [kind.name for kind in _kinds.values() if kind.in_confidence]


def not_on_page() -> list[str]:
    """The kinds whose words may only be mailed."""
    return [kind.name for kind in _kinds.values() if not kind.on_page]


def load_things(notices: Collection[Notice]) -> dict[int, Any]:
    """What each notice is about, by notice id, with each `load` asked once however many kinds share it."""
    loads = {notice.pk: kind.load for notice in notices if (kind := get(notice.kind)) is not None}
    ids_by_load: dict[Any, set[int]] = {}
    for notice in notices:
        if notice.pk in loads:
            ids_by_load.setdefault(loads[notice.pk], set()).add(notice.object_id)
    things = {load: load(ids) for load, ids in ids_by_load.items()}
    return {notice.pk: things.get(loads.get(notice.pk), {}).get(notice.object_id) for notice in notices}
