"""What all rows of a brief share: only a draft takes them, a stale save loses nothing, a new version copies them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.db import models
from django.db.models import F
from django.utils.translation import gettext as _

from stretchhub.people.models import User
from stretchhub.people.rules import require

from ..models import BriefClaim, BriefOutcome, BriefReturn, BriefStatus, BriefVersion
from ..refusals import Refused, Stale
from ..rules import can_write_brief
from .brief_section import touch_section

Part = TypeVar("Part", BriefOutcome, BriefClaim, BriefReturn)


def hold_open(version: BriefVersion, *, by: User, section: str = "") -> None:
    """Keep a draft open while one of its rows changes; whoever hands it in meanwhile must read it again.

    With `section`, who has that section open elsewhere sees it anew.
    """
    require(can_write_brief(by, version.brief))
    if section:
        touch_section(version, by=by, section=section)
    elif not BriefVersion.objects.filter(pk=version.pk, status=BriefStatus.DRAFT).update(edit=F("edit") + 1):
        raise Refused(_("This version was handed in and is not changed any more."))


def fingerprint(part: models.Model) -> str:
    """What a row says, in short, so that a page can tell whether it still does."""
    said = [(field.attname, str(getattr(part, field.attname))) for field in part._meta.concrete_fields]
    return hashlib.sha256(repr(said).encode()).hexdigest()


def change(part: Part, *, seen: str, words: dict[str, Any]) -> list[str]:
    """Save other words in a row, unless it says something else than was `seen`; the names of what changed."""
    before = _as_saved(part)
    if before is None:
        raise Refused(_("This was removed by somebody else while you were writing."))
    if seen != fingerprint(before):
        raise Stale(_("This was saved by somebody else while you were writing."))
    changed = [name for name, value in words.items() if getattr(before, name) != value]
    type(part)._default_manager.filter(pk=part.pk).update(**words)
    part.refresh_from_db()
    return changed


def take_out(part: Part, *, seen: str) -> None:
    """Delete a row, unless it says something else than was `seen` when somebody was asked whether it should go."""
    saved = _as_saved(part)
    if saved is not None and seen != fingerprint(saved):
        raise Stale(_("Somebody else changed this after you were asked. Read it as it is now, then decide."))
    part.delete()


def _as_saved(part: Part) -> Part | None:
    return type(part)._default_manager.select_for_update().filter(pk=part.pk).first()


def copy_parts(last: BriefVersion, version: BriefVersion) -> None:
    """Give a new version the outcomes, claims and return of the one before, each with a code of its own."""
    outcomes = list(last.outcomes.all())
    copies = BriefOutcome.objects.bulk_create(_copies(outcomes, version))
    followers = {old.pk: new.pk for old, new in zip(outcomes, copies, strict=True)}
    BriefClaim.objects.bulk_create(_copies(last.claims.all(), version))
    for money in BriefReturn.objects.filter(version=last):
        BriefReturn.objects.bulk_create(_copies([money], version, outcome_id=followers[money.outcome_id]))


def _copies(rows: Iterable[Part], version: BriefVersion, **instead: Any) -> Sequence[Part]:
    return [
        type(row)(
            **{
                field.attname: getattr(row, field.attname)
                for field in row._meta.concrete_fields
                if not field.primary_key and field.name not in ("code", "version")
            }
            | {"version": version}
            | instead
        )
        for row in rows
    ]
