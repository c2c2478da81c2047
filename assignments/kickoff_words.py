"""What keeps an assignment from beginning, as people read it."""

from __future__ import annotations

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .kickoff import Missing
from .models import Charter


def sentence(one: Missing, *, stands_in: bool = False) -> str:
    """One missing thing as a sentence that says what to do; `stands_in` where the mentor answers for hours."""
    names = {"who": one.person.name if one.person else "", "field": _label(one.field)}
    if one.code == "party_gone" and one.person is None:
        return _("Nobody sponsors it yet.")
    said = _hours(one.code, stands_in) or {
        "charter": _("The charter is not written yet."),
        "unwritten": _("“%(field)s” is not written yet."),
        "approver": _("%(who)s cannot be the approver any more: choose somebody else."),
        "escalate_to": _("%(who)s is not here any more: choose somebody else to escalate to."),
        "week_too_full": _("The mentee’s week would be too full: agree fewer hours, or what somebody else takes over."),
        "week_uncovered": _("Nobody has written into the option how many hours somebody else takes over."),
        "party_gone": _("%(who)s is not here any more."),
        "acknowledgement": _("%(who)s has not acknowledged this version yet."),
    }.get(one.code, "")
    return said % names


def _hours(code: str, stands_in: bool) -> str:
    if stands_in and code.startswith("hours_"):
        return _("The directory names no line manager, so %(who)s answers for hours and cover, and has not agreed yet.")
    return {
        "hours_asked": _("%(who)s, the line manager, has not answered yet about hours and cover."),
        "hours_not_yet": _("%(who)s, the line manager, has said “not yet” to hours and cover."),
        "hours_declined": _("%(who)s, the line manager, has said no to these hours and this cover."),
    }.get(code, "")


def _label(name: str) -> str:
    return capfirst(Charter._meta.get_field(name).verbose_name) if name in _FIELDS else ""


_FIELDS = {field.name for field in Charter._meta.get_fields()}
