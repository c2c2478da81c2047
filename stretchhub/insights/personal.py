"""What figures of the programme hold about people: who waits; the rest are counts."""

from __future__ import annotations

from stretchhub.personal import Holding, Personal

PERSONAL = Personal(
    holdings=(Holding("insights.Wait", "person", delete=True), Holding("insights.Wait", "mentor", delete=True)),
    not_personal={"insights.Standing": "counts", "insights.QuarterFigures": "counts"},
)
