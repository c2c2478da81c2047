"""Which column of a framework's file holds what: a guess from its header, and what the source is.

People change the guess on screen; nothing here decides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ..models.competency import LEVELS

COMPETENCIES, ANCHORS = "competencies", "anchors"
KINDS = [(COMPETENCIES, _("Competencies")), (ANCHORS, _("Level anchors of a framework that is here"))]

LABELS = {
    "uri": _("Address in the source"),
    "code": _("Code"),
    "name": _("Name"),
    "description": _("Description"),
    "scope_note": _("Scope note, added to the description"),
    "parent_uri": _("Part of (address or code)"),
    "type": _("Type"),
    "alt_labels": _("Other names"),
    "status": _("Status"),
    "framework": _("Framework"),
    "framework_version": _("Version of the framework"),
    **{f"level_{level}": format_lazy(_("What level {level} looks like"), level=level) for level in LEVELS},
}
ANCHOR_LABELS = {
    "code": _("Code of the competency"),
    "value": _("Value on the source’s scale"),
    "text": _("What it looks like"),
    "scale": _("Scale"),
}
NEEDED = {COMPETENCIES: ("name",), ANCHORS: ("code", "value", "text")}

# Header words by column, without capitals, spaces and marks.
KNOWN_AS: dict[str, tuple[str, ...]] = {
    "uri": ("uri", "concepturi", "iri", "identifieruri", "caseidentifieruri"),
    "code": ("code", "elementid", "competencyid", "id", "notation", "identifier"),
    "name": ("name", "preferredlabel", "elementname", "competency", "skill", "title", "label", "fullstatement"),
    "description": ("description", "definition", "elementdescription"),
    "scope_note": ("scopenote", "scopenotes"),
    "parent_uri": ("parenturi", "broaderconcepturi", "broaderuri", "parent", "parentcode", "parentid", "partof"),
    "type": ("type", "concepttype", "kind", "category"),
    "alt_labels": ("altlabels", "altlabel", "alternativelabels", "othernames", "synonyms", "aliases"),
    "status": ("status", "conceptstatus", "state"),
    "framework": ("framework", "frameworkname"),
    "framework_version": ("frameworkversion",),
    **{f"level_{level}": (f"level{level}", f"leveldescriptor{level}") for level in LEVELS},
}
ANCHORS_KNOWN_AS: dict[str, tuple[str, ...]] = {
    "code": ("elementid", "code", "uri", "concepturi"),
    "value": ("anchorvalue", "value", "datavalue"),
    "text": ("anchordescription", "anchor", "description", "text"),
    "scale": ("scaleid", "scale"),
}
# A more telling column of a known source goes before the general word.
BETTER = {"type": ("skilltype",)}


@dataclass(frozen=True)
class Source:
    """A publisher we know: how its files are named and credited. A proposal, to be checked by a person."""

    key: str
    name: str
    credit: str
    licence: str
    changes: str
    source_url: str
    language: str = "en"

    def details(self) -> dict[str, str]:
        words = ("name", "credit", "licence", "changes", "source_url", "language")
        return {name: getattr(self, name) for name in words}


ESCO = Source(
    key="esco",
    name="ESCO skills",
    credit="This service uses the ESCO classification of the European Commission.",
    licence="Free reuse with acknowledgement (Commission Decision 2011/833/EU)",
    changes="Names, other names, descriptions and one broader concept each are kept, the rest is left out.",
    source_url="https://esco.ec.europa.eu/",
)
ONET = Source(
    key="onet",
    name="O*NET content model",
    credit=(
        "This service includes information from the O*NET Database by the U.S. Department of Labor, Employment and "
        "Training Administration (USDOL/ETA). Used under the CC BY 4.0 license. O*NET® is a trademark of USDOL/ETA."
    ),
    licence="CC BY 4.0",
    changes=(
        "Identifiers, names, descriptions and the tree are kept, the rest is left out. USDOL/ETA has not approved, "
        "endorsed, or tested these modifications."
    ),
    source_url="https://www.onetcenter.org/database.html",
)


def plain(header: str) -> str:
    return re.sub(r"[^a-z0-9]", "", header.lower())


def recognise(header: Sequence[str]) -> Source | None:
    """The publisher whose columns these are."""
    names = {plain(cell) for cell in header}
    if {"concepturi", "preferredlabel"} <= names:
        return ESCO
    if {"elementid", "elementname"} <= names:
        return ONET
    return None


def guess_kind(header: Sequence[str]) -> str:
    return ANCHORS if {"anchorvalue", "anchordescription"} <= {plain(cell) for cell in header} else COMPETENCIES


def labels(kind: str) -> Mapping[str, object]:
    return ANCHOR_LABELS if kind == ANCHORS else LABELS


def guess_columns(header: Sequence[str], kind: str) -> dict[str, int]:
    """The column that most likely holds each thing; what no header tells is left open."""
    known = ANCHORS_KNOWN_AS if kind == ANCHORS else KNOWN_AS
    names = [plain(cell) for cell in header]
    found: dict[str, int] = {}
    for field, words in known.items():
        for word in (*BETTER.get(field, ()), *words):
            if word in names and names.index(word) not in found.values():
                found[field] = names.index(word)
                break
    return found


def details_from(header: Sequence[str], first: Sequence[str]) -> dict[str, str]:
    """What the file says of the framework itself, in its first row or by whose columns it has."""
    names = [plain(cell) for cell in header]
    cells = dict(zip(names, first, strict=False))
    source = recognise(header)
    details = source.details() if source else {}
    if source is ESCO:
        details["name"] = _esco_name(names, cells)
    for column, field in {
        "framework": "name", "frameworkversion": "version", "licence": "licence", "license": "licence",
        "attribution": "credit", "language": "language",
    }.items():  # fmt: skip
        if value := " ".join(cells.get(column, "").split()):
            details[field] = value
    return details


def _esco_name(names: Sequence[str], cells: Mapping[str, str]) -> str:
    if cells.get("concepttype") == "SkillGroup":
        return "ESCO skill groups"
    return "ESCO transversal skills" if "broaderconceptpt" in names else "ESCO skills"
