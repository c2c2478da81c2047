"""A packet as a PDF: the frozen words, and after them what was said about it since."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from stretchhub import documents
from stretchhub.documents import Paper, line, plain, prose

from .canonical import moment as written
from .models import PacketAddendum, PacketStatement, ReviewPacket
from .packet_parts import File, Group, Item, Part, moment
from .packet_words import facts_of, parts_of


def pdf_of(
    packet: ReviewPacket, *, statements: Sequence[PacketStatement], addenda: Sequence[PacketAddendum], paper: Paper
) -> bytes:
    """The same bytes for everybody: in the words of the site, dated by the packet and not by who asks."""
    with override(settings.LANGUAGE_CODE):
        since = max([packet.frozen_at, *(each.at for each in (*statements, *addenda))])
        return documents.pdf(
            "packet.typ",
            {"packet": _content(packet, statements, addenda)},
            title=line(_("Review packet: %(title)s") % {"title": packet.told["assignment"]["title"]}),
            language=settings.LANGUAGE_CODE,
            paper=paper,
            moment=since,
        )


def _content(
    packet: ReviewPacket, statements: Sequence[PacketStatement], addenda: Sequence[PacketAddendum]
) -> dict[str, Any]:
    told = packet.told
    return {
        "eyebrow": _("Review packet · version %(n)s · frozen %(moment)s")
        % {"n": packet.version, "moment": moment(told["frozen_at"])},
        "title": line(told["assignment"]["title"]),
        "reason": plain(packet.reason, label=_("Why there is a new version")) if packet.reason else [],
        "facts": [{"label": line(label), "value": line(value)} for label, value in facts_of(told)],
        "parts": [_part(each) for each in parts_of(told)],
        "since": _since(statements, addenda),
        "hash": packet.sha256,
        "hash_label": _("SHA-256 of the JSON"),
        "pages": _("Page {n} of {of}"),
        "said": _("Said since"),
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "title": part.title,
        "note": part.note,
        "nothing": "" if part.groups else part.nothing,
        "groups": [_group(each) for each in part.groups],
    }


def _group(group: Group) -> dict[str, Any]:
    return {
        "title": line(group.title) if group.title else "",
        "lead": group.lead,
        "notes": [plain(each) for each in group.notes],
        "items": [_item(each) for each in group.items],
    }


def _item(item: Item) -> dict[str, Any]:
    return {
        "title": line(item.title),
        "beside": line(item.beside) if item.beside else "",
        "words": prose(item.words),
        "lines": [plain(each) for each in (*item.lines, *map(_file, item.files))],
    }


def _file(file: File) -> str:
    return f"{file.name} · {file.size} · SHA-256 {file.sha256}"


def _since(statements: Sequence[PacketStatement], addenda: Sequence[PacketAddendum]) -> list[dict[str, Any]]:
    said = [
        _item(Item(_("Statement of %(name)s") % {"name": each.by.name}, _when(each), each.text)) for each in statements
    ]
    more = [
        _item(
            Item(
                _("Added by %(name)s") % {"name": each.by.name}, f"{each.get_part_display()} · {_when(each)}", each.text
            )
        )
        for each in addenda
    ]
    return said + more


def _when(each: PacketStatement | PacketAddendum) -> str:
    return moment(written(each.at))
