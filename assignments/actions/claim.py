"""The ledger of a brief: what it says is so, and what stands behind it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User

from ..models import BriefClaim, BriefVersion
from ..refusals import Refused
from .brief_part import change, hold_open, take_out

MOST = 24


@transaction.atomic
def add_claim(version: BriefVersion, *, by: User, words: dict[str, Any]) -> BriefClaim:
    """Write down what the brief claims, with its backing or as an assumption."""
    hold_open(version, by=by)
    if version.claims.count() >= MOST:
        raise Refused(
            _("A one-page brief has room for %(most)s claims. Remove one that decides nothing.") % {"most": MOST}
        )
    claim = BriefClaim.objects.create(version=version, created_by=by, created_at=now(), **words)
    record(by, "claim.added", claim, fields=words)
    return claim


@transaction.atomic
def edit_claim(claim: BriefClaim, *, by: User, seen: str, words: dict[str, Any]) -> None:
    """Change a claim or its backing, unless somebody else has saved it since it was `seen`."""
    hold_open(claim.version, by=by)
    record(by, "claim.edited", claim, fields=change(claim, seen=seen, words=words))


@transaction.atomic
def remove_claim(claim: BriefClaim, *, by: User, seen: str) -> None:
    """Take a claim out of the draft's ledger, unless it was changed since it was `seen`."""
    hold_open(claim.version, by=by)
    record(by, "claim.removed", claim, fields=["words"])
    take_out(claim, seen=seen)
