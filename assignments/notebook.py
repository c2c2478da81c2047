"""The lab notebook of an option, in the order in which it is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .models import Experiment, Option


@dataclass(frozen=True)
class Leaf:
    """One page of the notebook under the number it was begun with."""

    number: int
    experiment: Experiment
    is_open: bool
    is_late: bool


def leaves_of(option: Option, today: date) -> list[Leaf]:
    """What is still to be tried first, by its day; then what was tried, the latest first. One query."""
    leaves = [
        Leaf(
            number=number,
            experiment=experiment,
            is_open=experiment.tried_on is None,
            is_late=experiment.tried_on is None and experiment.try_by is not None and experiment.try_by < today,
        )
        for number, experiment in enumerate(option.experiments.all(), start=1)
    ]
    still_open = [leaf for leaf in leaves if leaf.is_open]
    tried = [leaf for leaf in leaves if not leaf.is_open]
    still_open.sort(key=lambda leaf: (leaf.experiment.try_by or date.max, leaf.number))
    tried.sort(key=lambda leaf: (leaf.experiment.tried_on, leaf.number), reverse=True)
    return [*still_open, *tried]
