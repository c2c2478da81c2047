"""An issued document as it is read, on its page and on paper: the same words for everybody."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from stretchhub import documents
from stretchhub.documents import Paper, line, plain, prose

from .check_codes import spelled
from .document_content import sections_in
from .models import DocumentKind, IssuedDocument
from .packet_parts import day, period

Told = dict[str, Any]


def facts_of(told: Told) -> list[tuple[str, str]]:
    """Whose it is, by whom and of which work."""
    by, work = told["by"], told["work"]
    signed = told["kind"] == DocumentKind.LETTER
    found = [
        (_("About") if signed else _("By"), told["for"]),
        (_("Signed by"), ", ".join(filter(None, (by["name"], by["role"]))) if signed else ""),
        (_("Contact"), by["contact"]),
        (_("Assignment"), work["title"] if work else ""),
        (_("From, to"), period(work) if work else ""),
        (_("Signed on") if signed else _("Issued on"), day(told["issued_at"])),
    ]
    return [(label, value) for label, value in found if value]


def left_out_words(told: Told) -> list[str]:
    """What the mentee left out or named otherwise, by number: nobody is to take a silence for a record."""
    found = []
    for each in told["left_out"]:
        n = {"n": each["count"]}
        if each["what"] == "passages":
            found.append(ngettext("%(n)s passage was left out.", "%(n)s passages were left out.", each["count"]) % n)
        elif each["what"] == "names":
            found.append(
                ngettext("%(n)s name or word was replaced.", "%(n)s names or words were replaced.", each["count"]) % n
            )
    return found


def address_of(document: IssuedDocument) -> str:
    """Where anybody who has the document checks it; a settled address, not that of a request."""
    return f"{settings.SITE_URL}/verify/{document.check_code}/"


def pdf_of(document: IssuedDocument, paper: Paper) -> bytes:
    """A tagged PDF in the words of the site, dated by the document; `documents` makes the same bytes again."""
    with override(settings.LANGUAGE_CODE):
        told = document.told
        return documents.pdf(
            "document.typ",
            {"sheet": _sheet(document, told)},
            title=line(f"{document.get_kind_display()}: {told['title']}"),
            language=settings.LANGUAGE_CODE,
            paper=paper,
            moment=document.issued_at,
        )


def _sheet(document: IssuedDocument, told: Told) -> dict[str, Any]:
    kind = document.get_kind_display()
    version = _("%(kind)s · version %(n)s") % {"kind": kind, "n": told["version"]}
    return {
        "eyebrow": kind if told["version"] == 1 else version,
        "title": line(told["title"]),
        "facts": [{"label": line(label), "value": line(value)} for label, value in facts_of(told)],
        "slides": document.kind == DocumentKind.OUTLINE,
        "sections": [
            {
                "title": line(each["title"]),
                "facts": [plain(one) for one in each["facts"]],
                "words": prose(each["words"]),
            }
            for each in sections_in(told)
        ],
        "left_out": left_out_words(told),
        "check": _("Check it at"),
        "address": address_of(document),
        "code": spelled(document.check_code),
        "hash": document.sha256,
        "hash_label": _("SHA-256 of the JSON"),
        "pages": _("Page {n} of {of}"),
        "signature": line(told["by"]["name"]) if document.kind == DocumentKind.LETTER else "",
        "signed": _signed(told) if document.kind == DocumentKind.LETTER else "",
    }


def _signed(told: Told) -> str:
    words = {"name": told["by"]["name"], "day": day(told["issued_at"]), "mentee": told["for"]}
    return line(_("Signed by %(name)s on %(day)s, after %(mentee)s had approved what stands in it.") % words)
