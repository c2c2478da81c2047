"""The chosen values behind every number: a change is a new version, and results keep theirs."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

from ..assessing import method_now
from ..method import DEFAULT, Method
from ..models import MethodSettings
from ..refusals import Refused, Stale
from ..rules import can_set_method


@transaction.atomic
def set_method(*, by: User, version: int, values: Mapping[str, int | float], reason: str) -> MethodSettings:
    """Let other values hold from now on, as the version after `version`; only what differs from the shipped is kept.

    ValueError where the values do not go together.
    """
    require(can_set_method(by))
    before = method_now()
    stale = Stale(_("Another version was saved while you were writing."))
    if before.version != version:
        raise stale
    shipped = DEFAULT.values()
    method = Method.from_values(version + 1, {**shipped, **values})
    now_held, held = method.values(), before.values()
    changed = [name for name in now_held if now_held[name] != held[name]]
    if not changed:
        raise Refused(_("Nothing differs from the values that hold already."))
    own = {name: value for name, value in now_held.items() if value != shipped[name]}
    try:
        with transaction.atomic():
            saved = MethodSettings.objects.create(
                version=method.version, values=own, reason=reason, set_by=by, set_at=now()
            )
    except IntegrityError:
        raise stale from None
    record(by, "method.set", saved, fields=changed)
    return saved
