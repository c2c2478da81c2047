"""What somebody typed and has not sent yet: kept at each autosave, gone when it is sent.

A draft is its owner's alone, and no trail is kept of it; only how many were forgotten with age.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.prepared import run

from ..models import Draft, User

# An autosave of the same page may still be on its way when its button is pressed.
UNDER_WAY = timedelta(seconds=10)
# Each form that is sent forgets its draft, and mostly there was none.
FORGET = """
DELETE FROM people_draft WHERE owner_id = %(owner)s AND form = %(form)s AND about = %(about)s RETURNING id
"""
SENT = "SELECT id FROM people_submission WHERE actor_id = %(owner)s AND key = %(key)s AND result <> '' LIMIT 1"


class Overtaken(Exception):
    """The same form was saved from another page meanwhile; `draft` is what is kept now."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(str(draft))
        self.draft = draft


def keep(owner: User, form: str, about: object = "", *, content: Mapping[str, Any], edit: int = 0) -> Draft:
    """Keep the words of a form that began from `edit`, 0 where nothing was kept.

    An answer that was lost is asked for again with the same words; they are kept once.
    """
    content = dict(content)
    mine = Draft.objects.filter(owner=owner, form=form, about=str(about))
    if edit and mine.filter(edit=edit).update(content=content, edit=edit + 1, saved_at=now()):
        return mine.get()
    try:
        with transaction.atomic():
            return Draft.objects.create(
                owner=owner, form=form, about=str(about), content=content, edit=edit + 1, saved_at=now()
            )
    except IntegrityError:
        kept = mine.get()
    if kept.content == content:
        return kept
    raise Overtaken(kept)


def put(owner: User, form: str, about: object = "", *, content: Mapping[str, Any]) -> None:
    """Keep this whatever was kept before it; for what nobody types twice."""
    said = {"content": dict(content), "saved_at": now()}
    Draft.objects.update_or_create(owner=owner, form=form, about=str(about), defaults=said)


def find(owner: User, form: str, about: object = "") -> Draft | None:
    return Draft.objects.filter(owner=owner, form=form, about=str(about)).first()


def require_newest(owner: User, form: str, about: object = "", *, content: Mapping[str, Any], edit: int) -> None:
    """Stop before words that began from `edit` are sent where another page has kept others since."""
    kept = find(owner, form, about)
    if kept is None or kept.edit <= edit or kept.content == dict(content):
        return
    own = kept.edit == edit + 1 and now() - kept.saved_at < UNDER_WAY
    if not own:
        raise Overtaken(kept)


def forget(owner: User, form: str, about: object = "") -> None:
    """It was sent, or is not wanted."""
    run(FORGET, {"owner": owner.pk, "form": form, "about": str(about)})


@transaction.atomic
def forget_old(moment: datetime) -> int:
    """Delete what nobody has gone on with for DRAFT_DAYS days; how many there were goes on the trail, and no more.

    The age is asked in the one statement that deletes, so what is saved at this moment stays.
    """
    if settings.DRAFT_DAYS < 1:
        return 0
    forgotten, _by_kind = Draft.objects.filter(saved_at__lt=moment - timedelta(days=settings.DRAFT_DAYS)).delete()
    if forgotten:
        record(None, "drafts.forgotten", fields=[f"drafts: {forgotten}"])
    return forgotten


def was_sent(*, owner: User, key: str) -> bool:
    """Whether a form with this submit key has gone in: an autosave that comes after it is too late."""
    return bool(key) and bool(run(SENT, {"owner": owner.pk, "key": key[:64]}))
