"""Looking after a competency framework."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from stretchhub.audit.trail import record
from stretchhub.people.models import User
from stretchhub.people.rules import require

from ..models import Framework
from ..rules import can_manage_frameworks


@transaction.atomic
def edit_framework(framework: Framework, *, by: User, words: Mapping[str, Any]) -> None:
    """Change what a framework is called, whose work it is said to be, and from which level one is proficient."""
    require(can_manage_frameworks(by))
    before = Framework.objects.select_for_update().get(pk=framework.pk)
    touched = [name for name in words if getattr(before, name) != words[name]]
    Framework.objects.filter(pk=framework.pk).update(**words)
    record(by, "framework.edited", framework, fields=touched)
    framework.refresh_from_db()
