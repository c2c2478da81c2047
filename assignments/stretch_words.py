"""Stretch as people read it: what each level means, the zone with its arithmetic, what would move it."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .method import Reason
from .models.stretch import Component, Support
from .stretch import Gate, Lever, Stretch
from .workload import Workload

# What each component of challenge is about, and how much of it work can demand.
COMPONENT_HELP = {
    Component.RESPONSIBILITIES: gettext_lazy(
        "Work nobody has trusted you with before: other tasks, another field, another part to play."
    ),
    Component.NEW_DIRECTION: gettext_lazy(
        "Something has to be begun or turned round, and there is no pattern to follow."
    ),
    Component.INHERITED: gettext_lazy("It is in a bad state before you arrive, and putting it right falls to you."),
    Component.PEOPLE: gettext_lazy("Somebody resists, falls short or is at odds with others, and you have to face it."),
    Component.STAKES: gettext_lazy("Failing would cost much, time is short, and people at the top are watching."),
    Component.SCALE: gettext_lazy("So many parts, places, people or so much money that one head cannot hold it all."),
    Component.PRESSURE: gettext_lazy("Customers, partners, regulators or the public want things that cannot wait."),
    Component.INFLUENCE: gettext_lazy("It moves only if people move whom you cannot tell what to do."),
    Component.PLACES: gettext_lazy("The work runs across languages, countries, time zones or ways of working."),
    Component.DIVERSITY: gettext_lazy("The people in it differ much in profession, age or outlook, and all count."),
}
DEMANDED = (
    gettext_lazy("Not part of it"),
    gettext_lazy("Minor"),
    gettext_lazy("Clear part"),
    gettext_lazy("Major"),
    gettext_lazy("Defining"),
)
SHOWN = (
    gettext_lazy("No chance yet"),
    gettext_lazy("Took part"),
    gettext_lazy("Handled with help"),
    gettext_lazy("Handled alone"),
    gettext_lazy("Taught or led others"),
)
SUPPORTED = {
    Support.FEEDBACK: (
        gettext_lazy("None"),
        gettext_lazy("Now and then"),
        gettext_lazy("Every two weeks"),
        gettext_lazy("Most weeks"),
        gettext_lazy("Weekly or better"),
    ),
    Support.ACCESS: (
        gettext_lazy("Out of reach"),
        gettext_lazy("Hard to get hold of"),
        gettext_lazy("At set times"),
        gettext_lazy("Within days"),
        gettext_lazy("Within a day"),
    ),
    Support.PEERS: (
        gettext_lazy("Nobody knows it"),
        gettext_lazy("One, seldom free"),
        gettext_lazy("One to ask"),
        gettext_lazy("Several to ask"),
        gettext_lazy("One works alongside"),
    ),
    Support.RESOURCES: (
        gettext_lazy("None of it"),
        gettext_lazy("Every step needs a yes"),
        gettext_lazy("Small decisions are yours"),
        gettext_lazy("Most decisions are yours"),
        gettext_lazy("All it needs, yours to decide"),
    ),
    Support.SAFETY: (
        gettext_lazy("Slips are held against you"),
        gettext_lazy("Slips are noticed"),
        gettext_lazy("Most steps can be undone"),
        gettext_lazy("Can be undone; your manager knows"),
        gettext_lazy("Can be undone; learning counts"),
    ),
}
CONFIDENT = (
    gettext_lazy("Not at all"),
    gettext_lazy("Hardly"),
    gettext_lazy("Half and half"),
    gettext_lazy("Fairly"),
    gettext_lazy("Very"),
)
ZONES = {
    "familiar": gettext_lazy("Familiar"),
    "stretch": gettext_lazy("Stretch"),
    "overstretch": gettext_lazy("Overstretch"),
}
BANDS = {
    "light": gettext_lazy("light"),
    "productive": gettext_lazy("productive"),
    "upper_edge": gettext_lazy("upper edge"),
}
LIGHTS = {
    "green": gettext_lazy("fits"),
    "amber": gettext_lazy("watch"),
    "red": gettext_lazy("too full"),
    "stop": gettext_lazy("cannot start"),
}
FEW = 3


def plain(number: float | None) -> str:
    """8 and 8.8, but never 8.0000001."""
    return f"{number or 0:.2f}".rstrip("0").rstrip(".")


def named(components: tuple[int, ...]) -> str:
    """“Scope and scale”, “A diverse group”."""
    return ", ".join(f"“{Component(i).label}”" for i in components)


def zone_word(stretch: Stretch) -> str:
    """The word on the badge; both zones where it depends on what nobody has said."""
    if stretch.value is None or stretch.zone_low is None:
        return _("Not assessed")
    if stretch.zone_low != stretch.value:
        return _("%(one)s or %(other)s") % {"one": ZONES[stretch.zone_low], "other": ZONES[stretch.value]}
    return str(ZONES[stretch.value])


def zone_mark(stretch: Stretch) -> str:
    """The look of the badge: a zone's own only where the zone is sure."""
    return stretch.value if stretch.value and stretch.zone_low == stretch.value else "draft"


def load_words(stretch: Stretch) -> str:
    """10, or 6–9 where it depends on what nobody has said."""
    low, high = stretch.load_low, stretch.load_high
    return f"{low}" if low == high else f"{low}–{high}"


def sentence(stretch: Stretch) -> str:
    """The arithmetic in one sentence, or what is missing for it."""
    if stretch.value is None:
        return missing_words(stretch.reason)
    figures = {
        "load": load_words(stretch),
        "sum": _sum(stretch),
        "support": plain(stretch.support),
        "ceiling": plain(stretch.ceiling),
        "zone": zone_word(stretch),
    }
    if stretch.provisional:
        words = _("Provisional: load %(load)s; support %(support)s → ceiling %(ceiling)s; %(zone)s.")
    else:
        words = _("Load %(load)s%(sum)s; support %(support)s → ceiling %(ceiling)s; %(zone)s.")
    return words % figures


def _sum(stretch: Stretch) -> str:
    """What each challenge adds, as a range where it depends on what nobody has said."""
    points = [f"{low}–{high}" if low != high else f"{high}" for low, high in stretch.points if high]
    return f" = {'+'.join(points)}" if len(points) > 1 else ""


def missing_words(reason: Reason) -> str:
    """Why there is no zone yet."""
    if reason.code == "too_many_unknown":
        words = _(
            "What was shown before is not said for %(n)s challenges that count here, and at most %(most)s"
            " may stay open: %(named)s."
        )
        components = reason.params["components"]
        return words % {"n": len(components), "most": reason.params["most"], "named": named(components)}
    demands, supports = reason.params.get("components", ()), reason.params.get("supports", ())
    parts = []
    if demands:
        parts.append(
            _("how much it demands of %(what)s") % {"what": named(demands)}
            if len(demands) <= FEW
            else _("%(n)s of 10 demands") % {"n": len(demands)}
        )
    if supports:
        parts.append(
            ", ".join(f"“{Support(name).label}”" for name in supports)
            if len(supports) <= FEW
            else _("%(n)s of 5 kinds of support") % {"n": len(supports)}
        )
    return _("Not said yet: %(parts)s.") % {"parts": _(" and ").join(parts)}


def row_words(shown: int | None, demanded: int | None, points: tuple[int, int], leap: bool) -> str:
    """The table twin of one line: levels, what they weigh, and whether it is a leap."""
    unsaid = _("not said")
    words = _("%(shown)s → %(demanded)s") % {
        "shown": unsaid if shown is None else shown,
        "demanded": unsaid if demanded is None else demanded,
    }
    low, high = points
    if demanded is None or not high:
        return words
    weight = f"{low}–{high}" if low != high else f"{high}"
    words = ngettext("%(words)s · %(n)s point", "%(words)s · %(n)s points", high) % {"words": words, "n": weight}
    return _("%(words)s, a leap") % {"words": words} if leap else words


def gate_words(gate: Gate, stretch: Stretch, who: str, confidence: int | None) -> str:
    """What has to be settled before starting, whatever the zone says."""
    if gate.code == "leap_needs_support":
        words = _("“%(component)s” is a leap: name who supports %(who)s with it.")
        unsure = _("“%(component)s” may be a leap: say what was shown, or name who supports %(who)s with it.")
        return (words if gate.sure else unsure) % {
            "component": Component(gate.component or 1).label,
            "who": who,
        }
    if gate.code == "add_feedback":
        words = _("Add feedback before starting: it is rare for a load of %(load)s.")
        unsure = _("Add feedback before starting: it may be too rare for a load of %(load)s.")
        return (words if gate.sure else unsure) % {"load": load_words(stretch)}
    return _("%(who)s does not feel sure (%(level)s of 5). Talk about it first; it changes no figure.") % {
        "who": who,
        "level": confidence,
    }


def lever_name(lever: Lever) -> str:
    """A single step inside a sentence: “Influence without authority” 5 → 4."""
    label = Support(lever.target).label if lever.kind == "raise_support" else Component(lever.target).label
    return _("“%(what)s” %(from)s → %(to)s") % {"what": label, "from": lever.from_level, "to": lever.to_level}


def lever_words(lever: Lever) -> tuple[str, str]:
    """One single step, and where it would lead."""
    steps = {"from": lever.from_level, "to": lever.to_level}
    if lever.kind == "raise_support":
        support = Support(lever.target)
        described = SUPPORTED[support][lever.to_level - 1]
        words = _("%(what)s: %(from)s → %(to)s (%(described)s)")
        return words % {"what": support.label, "described": described, **steps}, outcome_words(lever.result)
    what = {"what": Component(lever.target).label}
    words = _("Less of “%(what)s”: %(from)s → %(to)s")
    if lever.kind == "raise_demand":
        words = _("More of “%(what)s”: %(from)s → %(to)s")
    return words % {**what, **steps}, outcome_words(lever.result)


def outcome_words(stretch: Stretch) -> str:
    """The zone with its band, and load against ceiling: “Stretch, upper edge: 8 of 8.8”."""
    figures = {"zone": zone_word(stretch), "load": load_words(stretch), "ceiling": plain(stretch.ceiling)}
    if band := band_word(stretch):
        return _("%(zone)s, %(band)s: %(load)s of %(ceiling)s") % {**figures, "band": band}
    return _("%(zone)s: %(load)s of %(ceiling)s") % figures


def band_word(stretch: Stretch) -> str:
    """Where inside the stretch zone it lies, if both ends of the load lie there."""
    return str(BANDS[stretch.band]) if stretch.band and stretch.band_low == stretch.band else ""


def week_words(week: Workload) -> str:
    """How full the week becomes, with its arithmetic; empty where nobody has said the hours."""
    if week.value is None or week.hours is None:
        return ""
    hours = dict(week.parts)
    words = _("%(base)s + %(more)s − %(covered)s = %(hours)s hours a week, %(share)s %% of the %(contracted)s agreed.")
    if hours["running"]:
        words = _(
            "%(base)s + %(running)s running + %(more)s − %(covered)s = %(hours)s hours a week,"
            " %(share)s %% of the %(contracted)s agreed."
        )
    return words % {
        "base": plain(hours["base"]),
        "running": plain(hours["running"]),
        "more": plain(hours["stretch"]),
        "covered": plain(-hours["backfill"]),
        "hours": plain(week.hours),
        "share": plain(round(week.value * 100)),
        "contracted": plain(week.contracted),
    }


HOURS = {
    "base": gettext_lazy("the hours the present work takes"),
    "stretch": gettext_lazy("the hours a week of this option"),
    "contracted": gettext_lazy("the hours in the contract"),
}


def hours_missing(week: Workload) -> str:
    """What is not said, so that the week is not reckoned."""
    missing = week.reason.params.get("missing", ())
    return ", ".join(str(HOURS[name]) for name in missing)
