"""Looking after a competency framework."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from stretchhub.audit.trail import record
from stretchhub.people.models import User
from stretchhub.people.rules import require

from ..models import Framework
from ..refusals import Stale
from ..rules import can_manage_frameworks


@transaction.atomic
def edit_framework(framework: Framework, *, by: User, mark: str, words: Mapping[str, Any]) -> None:
    """Change what a framework is called, whose work it is said to be, and from which level one is proficient.

    `mark` names what stood there when the page was opened: where somebody has said otherwise since, nothing changes.
    """
    require(can_manage_frameworks(by))
    # A write first: it holds the row on either engine, so that of two who save at once the second sees the first.
    Framework.objects.filter(pk=framework.pk).update(name=F("name"))
    before = Framework.objects.get(pk=framework.pk)
    if before.mark != mark:
        raise Stale(_("This framework was saved by somebody else while you were writing."))
    touched = [name for name in words if getattr(before, name) != words[name]]
    Framework.objects.filter(pk=framework.pk).update(**words)
    record(by, "framework.edited", framework, fields=touched)
    framework.refresh_from_db()
