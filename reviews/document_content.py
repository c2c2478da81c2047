"""What is issued as a letter, case study, outline or record: one shape for all, written once and kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import override

from .canonical import canonical, moment
from .models import IssuedDocument

FORMAT = "stretchhub-document/1"


@dataclass(frozen=True)
class Section:
    """A part of a document: what the records say, line by line, and somebody's own words."""

    key: str
    title: str
    facts: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True)
class Text:
    """What a document says, before it is one."""

    title: str
    sections: tuple[Section, ...]
    # Of which work it tells: title, from and to.
    work: Mapping[str, Any] | None = None
    # What somebody left out or said otherwise, by code and how often.
    left_out: Mapping[str, int] | None = None
    contact: str = ""


def fill(document: IssuedDocument, text: Text) -> None:
    """Write what a document holds, and its SHA-256, before it is saved."""
    with override(settings.LANGUAGE_CODE):
        made = canonical(_content(document, text))
    document.content, document.sha256 = made.value, made.sha256


def _content(document: IssuedDocument, text: Text) -> dict[str, Any]:
    last = document.supersedes
    return {
        "format": FORMAT,
        "kind": document.kind,
        "check": document.check_code,
        "version": document.version,
        "issued_at": moment(document.issued_at),
        "for": document.person.name,
        "by": {"name": document.by.name, "role": document.by.job_title, "contact": text.contact},
        "title": text.title,
        "work": dict(text.work) if text.work else None,
        "sections": [asdict(each) for each in text.sections],
        "left_out": [{"what": what, "count": count} for what, count in sorted((text.left_out or {}).items()) if count],
        "replaces": {"version": last.version, "sha256": last.sha256} if last else None,
    }


def sections_in(told: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Those in which something stands."""
    return [each for each in told["sections"] if each["facts"] or each["words"].strip()]
