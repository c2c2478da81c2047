"""Competency frameworks as files: the columns an import understands, licence and credit on each row."""

from __future__ import annotations

from collections.abc import Iterator

from stretchhub.cells import line

from .models import Competency, Framework
from .models.competency import LEVELS

CONTRACT = (
    "uri", "code", "name", "description", "parent_uri", "type", "framework", "framework_version",
    "licence", "attribution", "language", "status",
)  # fmt: skip
LEVEL_COLUMNS = tuple(f"level_{level}" for level in LEVELS)
COLUMNS = (*CONTRACT, "alt_labels", *LEVEL_COLUMNS)
BATCH = 500
# Spreadsheets read a file with it as UTF-8.
BYTE_ORDER_MARK = "\ufeff"


def framework_lines(framework: Framework) -> Iterator[str]:
    """The file line by line: every competency, also retired ones, since references to them stay."""
    yield BYTE_ORDER_MARK + line(COLUMNS)
    credit = " ".join(part for part in (framework.credit, framework.changes) if part)
    rows = framework.competencies.select_related("parent").prefetch_related("level_descriptors").order_by("key")
    for competency in rows.iterator(chunk_size=BATCH):
        words = {level.level: level.text for level in competency.level_descriptors.all()}
        yield line(
            [
                competency.uri,
                "" if competency.key == competency.uri else competency.key,
                competency.name,
                competency.description,
                _place(competency.parent),
                competency.kind,
                framework.name,
                framework.version,
                framework.licence,
                credit,
                framework.language,
                "retired" if competency.retired else "current",
                competency.alt_labels,
                *(words.get(level, "") for level in LEVELS),
            ]
        )


def _place(parent: Competency | None) -> str:
    return "" if parent is None else parent.uri or parent.key
