"""Who says that somebody is at a level, and since when, in a few words beside it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from stretchhub.templatetags.words import day

from .levels import Standing

SAID_BY = {
    "self_declared": lambda: _("self-declared"),
    "mentor_rated": lambda: _("mentor-rated"),
    "verified": lambda: _("verified by review"),
}


def standing_words(standing: Standing | None) -> str:
    """“mentor-rated, Tue 24 Nov”, with “stale: older than 24 months” where it is; empty where nobody said any."""
    if standing is None or standing.provenance is None:
        return ""
    words = f"{SAID_BY[standing.provenance]()}, {day(standing.dated_on)}"
    if not standing.stale:
        return words
    return _("%(words)s; stale: older than %(months)s months") % {"words": words, **standing.reason.params}
