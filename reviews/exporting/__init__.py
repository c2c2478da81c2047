"""HR's export: tables at their own grain, chosen by one filter, written as CSV, XLSX or JSON lines.

Which rows belong to a file is known before the first is written; they follow in stretches by primary key, so memory
stays the same however many they are, and a file that holds fewer is never called complete.
"""

from . import copying, lines, sheets, writing
from .choosing import chosen_tables, counts
from .dictionary import dictionary_lines, dictionary_rows
from .scope import Scope
from .tables import TABLES
from .writing import CellTooLong, RowsMissing, TooManyRows, Written, download_name, suffix, write

__all__ = [
    "TABLES",
    "CellTooLong",
    "RowsMissing",
    "Scope",
    "TooManyRows",
    "Written",
    "chosen_tables",
    "copying",
    "counts",
    "dictionary_lines",
    "dictionary_rows",
    "download_name",
    "lines",
    "sheets",
    "suffix",
    "write",
    "writing",
]
