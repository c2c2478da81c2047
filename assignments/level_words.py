"""Levels in words: what each of the five is like, who says so, and what stays in force."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stretchhub.templatetags.words import day

from .levels import Standing
from .models import Competency, Provenance
from .models.competency import LEVELS

# For a competency whose framework does not describe its levels.
NAMES = {
    1: (gettext_lazy("First steps"), gettext_lazy("Has not had the chance yet, or has tried it once or twice.")),
    2: (gettext_lazy("With help"), gettext_lazy("Does parts of it, with somebody at hand.")),
    3: (gettext_lazy("Independently"), gettext_lazy("Does it without help where things go as usual.")),
    4: (gettext_lazy("In hard cases"), gettext_lazy("Does it well where it is difficult or new.")),
    5: (gettext_lazy("Leads others in it"), gettext_lazy("Others learn it from them and work their way.")),
}


def levels_to_choose(competency: Competency) -> list[dict[str, object]]:
    """The five levels as the picker shows them, in the framework's own words where it has them."""
    described = {level.level: level.text for level in competency.level_descriptors.all()}
    if described:
        return [{"value": level, "name": "", "anchor": described.get(level, "")} for level in LEVELS]
    return [{"value": level, "name": name, "anchor": anchor} for level, (name, anchor) in NAMES.items()]


def what_counts(competency: Competency, recorded: int, standing: Standing) -> str:
    """After an entry: whether it is the level that counts now, or a stronger one stays."""
    words = {
        "competency": competency.name,
        "level": recorded,
        "counts": standing.value,
        "who": Provenance(standing.provenance).label.lower() if standing.provenance else "",
        "day": day(standing.dated_on),
    }
    if standing.value == recorded:
        return _("%(competency)s: level %(level)s is recorded.") % words
    return _("Level %(level)s is kept. %(competency)s still counts as %(counts)s, %(who)s on %(day)s.") % words
