"""How somebody's options and assignments balance, and what is missing among them."""

from assignments.holdings import Item, Want, covered_by
from assignments.missing import EXTERNAL, Missing, missing
from assignments.risk import RISKS, Mix, Risk, RiskClass, Share, mix, risk_class
from assignments.spread import (
    Breadth,
    Coverage,
    Depth,
    Diversity,
    Past,
    breadth,
    depth,
    diversity,
    gap_coverage,
    recency_weight,
)

__all__ = [
    "EXTERNAL",
    "RISKS",
    "Breadth",
    "Coverage",
    "Depth",
    "Diversity",
    "Item",
    "Missing",
    "Mix",
    "Past",
    "Risk",
    "RiskClass",
    "Share",
    "Want",
    "breadth",
    "covered_by",
    "depth",
    "diversity",
    "gap_coverage",
    "missing",
    "mix",
    "recency_weight",
    "risk_class",
]
