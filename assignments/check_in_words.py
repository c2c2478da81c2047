"""What two answers to one check-in differ in, said so that it opens a talk."""

from __future__ import annotations

from django.utils.translation import gettext as _

from .models import Assignment
from .stretch_words import plain
from .two_sides import Difference


def difference_words(difference: Difference, assignment: Assignment) -> str:
    parts = dict(difference.parts)
    names = {"mentee": assignment.mentee.first_name, "mentor": assignment.mentor.first_name}
    code, params = difference.reason.code, difference.reason.params
    if code in ("load", "hours"):
        figures = {"a": plain(parts["mentee"]), "b": plain(parts["mentor"]), **names}
        if code == "load":
            return (
                _("The load: %(a)s of 5 for %(mentee)s, %(b)s of 5 as %(mentor)s sees it. What makes the gap?")
                % figures
            )
        return (
            _("The hours: about %(a)s a week says %(mentee)s, about %(b)s says %(mentor)s. Where do they go?") % figures
        )
    who, other = names[params["who"]], names["mentor" if params["who"] == "mentee" else "mentee"]
    return {
        "decision_missing": _("%(who)s misses a decision that %(other)s did not name."),
        "scope": _("%(who)s saw the scope change; %(other)s did not mention it."),
        "avoided": _("%(who)s names something that is being avoided; %(other)s does not."),
    }[code] % {"who": who, "other": other}
