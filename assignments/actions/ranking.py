"""The ranking's weights, each change a version of its own, and rankings that are kept."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

from ..method import Weights
from ..models import KeptRanking, Mentorship, RankingWeights
from ..ranking_kept import pack_inputs, pack_result
from ..ranking_of import AS_SHIPPED, Reading, read, weights_now
from ..refusals import Refused, Stale
from ..rules import can_rank_options

FEWEST = 2


@transaction.atomic
def set_weights(mentorship: Mentorship, *, by: User, version: int, weights: Weights) -> RankingWeights:
    """Change what counts how much, as the version after `version`; whoever saves second is told."""
    require(can_rank_options(by, mentorship))
    before, row = weights_now(mentorship)
    stale = Stale(_("The weights were changed by somebody else while you were choosing."))
    if (row.version if row else AS_SHIPPED) != version:
        raise stale
    try:
        with transaction.atomic():
            saved = RankingWeights.objects.create(
                mentorship=mentorship, version=version + 1, set_by=by, set_at=now(), **asdict(weights)
            )
    except IntegrityError:
        raise stale from None
    changed = [name for name, weight in asdict(weights).items() if weight != getattr(before, name)]
    record(by, "ranking_weights.set", saved, fields=changed)
    return saved


@transaction.atomic
def keep_ranking(mentorship: Mentorship, *, by: User, today: date, mark: str, note: str) -> KeptRanking:
    """Keep the ranking whose `mark` was on the page, with all that it was made from; another one is not kept."""
    require(can_rank_options(by, mentorship))
    reading = read(mentorship, today)
    if len(reading.candidates) < FEWEST:
        raise Refused(_("There is no order of fewer than two options to keep."))
    if reading.mark != mark:
        raise Stale(_("The ranking has changed since you opened it, so nothing was kept. Read it again below."))
    result, inputs = packed(reading)
    kept = KeptRanking.objects.create(
        mentorship=mentorship,
        weights=asdict(reading.weights),
        weights_version=reading.weights_version,
        method_version=reading.method.version,
        inputs=inputs,
        result=result,
        note=note,
        kept_by=by,
        kept_at=now(),
    )
    record(by, "ranking.kept", kept, fields=["note"] if note else [])
    return kept


def packed(reading: Reading) -> tuple[dict, dict]:
    """The result of a reading and what it was made from, as they are kept."""
    goals = [{"id": goal.pk, "title": goal.title, "weight": goal.weight} for goal in reading.goals]
    inputs = pack_inputs(reading.candidates, goals, reading.wants, reading.method)
    return pack_result(reading.ranking()), inputs
