"""Taking a draft that several people of HR may have open, for one change of one of them."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Model

from assignments.refusals import Refused, Stale


def hold_draft(draft: Model, *, edit: int, gone: str, stale: str, **values: Any) -> None:
    """Write `values` into a draft that is still one, as it was opened at `edit`.

    Where it is a draft no more, Refused with the words `gone`; where somebody else was faster, Stale with `stale`.
    """
    drafts = type(draft)._base_manager.filter(pk=draft.pk, status="draft")
    if not drafts.filter(edit=edit).update(edit=F("edit") + 1, **values):
        raise Stale(stale) if drafts.exists() else Refused(gone)
    draft.refresh_from_db()
