"""Experiments of an option: written down before they are tried, and again afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

from ..models import Experiment, Option
from ..refusals import Stale
from ..rules import can_edit_option


@transaction.atomic
def add_experiment(option: Option, *, by: User, words: Mapping[str, Any]) -> Experiment:
    """Open a page in the option's notebook for something small to try."""
    require(can_edit_option(by, option))
    experiment = Experiment.objects.create(option=option, created_by=by, created_at=now(), **words)
    record(by, "experiment.added", experiment, fields=words)
    return experiment


@transaction.atomic
def edit_experiment(experiment: Experiment, *, by: User, version: int, words: Mapping[str, Any]) -> None:
    """Change a page or write down what came of it, unless somebody else has saved it since `version`."""
    require(can_edit_option(by, experiment.option))
    touched = [name for name in words if getattr(experiment, name) != words[name]]
    same = Experiment.objects.filter(pk=experiment.pk, version=version)
    if not same.update(**words, version=F("version") + 1):
        raise Stale(_("This experiment was saved by somebody else while you were writing."))
    record(by, "experiment.edited", experiment, fields=touched)
    experiment.refresh_from_db()
