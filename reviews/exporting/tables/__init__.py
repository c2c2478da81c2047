"""The tables of an export, in the order in which a workbook shows them."""

from ..table import Table
from .assignments import ASSIGNMENTS
from .check_ins import CHECK_INS
from .evidence import EVIDENCE
from .feedback import FEEDBACK
from .metrics import METRICS
from .ratings import RATINGS

TABLES: dict[str, Table] = {
    table.name: table for table in (ASSIGNMENTS, RATINGS, EVIDENCE, CHECK_INS, METRICS, FEEDBACK)
}

__all__ = ["TABLES"]
