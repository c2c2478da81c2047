"""A portfolio as people read it: the mix of classes, and what is missing with its why and its first step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from stretchhub.templatetags.words import day

from .models import Audience, Goal, Mentorship, Option
from .portfolio import Missing, Mix
from .stretch import Stretch
from .stretch_words import plain, zone_mark, zone_word

RISK_WORDS = {"safe": gettext_lazy("Safe"), "core": gettext_lazy("Core"), "bold": gettext_lazy("Bold")}
RISK_ICONS = {"safe": "shield-check", "core": "square-3-stack-3d", "bold": "fire"}
RISK_TONES = {"safe": "info", "core": "accent", "bold": "caution"}
RISK_HELP = {
    "safe": gettext_lazy("asks little, and little is at stake"),
    "core": gettext_lazy("stretches, within what the support carries"),
    "bold": gettext_lazy("asks nearly all the support carries, or the stakes are high"),
}
PREFILLS = ("competency", "audience", "domain", "role")
MIX_MARKS = {"ok": "on_track", "amber": "watch", "few_missing": "watch"}


@dataclass(frozen=True)
class Mark:
    """A state as a badge: its word and its look, by the name of a mark or by tone and icon."""

    word: str
    mark: str = ""
    tone: str = ""
    icon: str = ""


@dataclass(frozen=True)
class Hint:
    """One thing that is missing: what, why it counts, where to start it and where it might lie ready."""

    sentence: str
    why: str
    url: str
    action: str
    pool: str = ""


@dataclass(frozen=True)
class MixWords:
    """The strip: its parts for the drawing, the targets, the verdict as a badge and in a sentence."""

    parts: tuple[tuple[str, int, str], ...]
    targets: tuple[float, ...]
    mark: Mark | None
    sentence: str
    arithmetic: str


def zone_badge(stretch: Stretch) -> Mark:
    """The zone as a badge that says so where it is provisional or not assessed."""
    if stretch.value is None:
        return Mark(_("Not assessed"), tone="muted", icon="question-mark-circle")
    if stretch.provisional:
        return Mark(_("Provisional: %(zone)s") % {"zone": zone_word(stretch)}, zone_mark(stretch))
    return Mark(zone_word(stretch), zone_mark(stretch))


def risk_badge(risk: str) -> Mark:
    return Mark(str(RISK_WORDS[risk]), tone=RISK_TONES[risk], icon=RISK_ICONS[risk])


def mix_words(mix: Mix) -> MixWords:
    """The mix of safe, core and bold with its shares against the targets."""
    parts = tuple((str(RISK_WORDS[risk]), count, RISK_TONES[risk]) for risk, count in mix.counts.items())
    if mix.unknown:
        parts = (*parts, (_("Not classified"), mix.unknown, "muted"))
    words = {"ok": _("Balanced"), "amber": _("Far from the target"), "few_missing": _("Not balanced yet")}
    return MixWords(
        parts=parts,
        # Targets are shares of what is classified; beside unknown ones they would mean nothing.
        targets=tuple(part.target for part in mix.parts) if mix.tvd is not None and not mix.unknown else (),
        mark=Mark(words[mix.value], MIX_MARKS[mix.value]) if mix.value else None,
        sentence=_mix_sentence(mix),
        arithmetic=_mix_arithmetic(mix),
    )


def _mix_sentence(mix: Mix) -> str:
    sentences = [_verdict(mix)]
    if mix.too_many_bold:
        sentences.append(
            _("Bold ones running at once: %(n)s; more than %(most)s leaves nothing to fall back on.")
            % {"n": mix.bold_running, "most": mix.bold_running_max}
        )
    if mix.unknown and mix.value:
        sentences.append(
            ngettext(
                "%(n)s live option has no class yet: what it asks is not said, or not surely known.",
                "%(n)s live options have no class yet: what they ask is not said, or not surely known.",
                mix.unknown,
            )
            % {"n": mix.unknown}
        )
    return " ".join(sentence for sentence in sentences if sentence)


def _verdict(mix: Mix) -> str:
    absent = listed(str(RISK_WORDS[risk]).lower() for risk in mix.absent)
    if mix.value is None:
        return _("No live option has a class yet: say what each asks, and what help there is.") if mix.unknown else ""
    if mix.value == "few_missing" and absent:
        return _("With so few, one safe and one core option are enough. Missing: %(absent)s.") % {"absent": absent}
    if mix.value == "amber":
        return _("The shares of safe, core and bold are far from the target.")
    if mix.tvd is None:
        return _("With so few, one safe and one core option are enough, and they are there.")
    return _("The shares of safe, core and bold are near the target.")


def _mix_arithmetic(mix: Mix) -> str:
    """Half the sum of the differences, written out; only the counts where there are few."""
    if mix.tvd is None:
        words = _("Under %(few)s classified options only the counts are looked at.") % {"few": mix.few_options}
        return words if mix.value else ""
    sum_ = " + ".join(f"|{percent(part.share)} − {percent(part.target)}|" for part in mix.parts)
    return _("Half of (%(sum)s) = %(tvd)s %%; more than %(most)s %% counts as far from the target.") % {
        "sum": sum_,
        "tvd": percent(mix.tvd),
        "most": percent(mix.reason.params.get("most", 0)),
    }


def hints(
    found: Sequence[Missing], mentorship: Mentorship, goals: Iterable[Goal], unclear: Sequence[Option]
) -> list[Hint]:
    """What is missing, in its order, each with its why and the step that would fill it."""
    return [_hint(each, mentorship, list(goals), unclear) for each in found]


def _hint(found: Missing, mentorship: Mentorship, goals: Sequence[Goal], unclear: Sequence[Option]) -> Hint:
    sentence, why = WORDS[found.code](found)
    if found.code == "risk_unclear" and unclear:
        address = reverse("assignments:stretch", args=[unclear[0].code])
        return Hint(sentence, why, address, _("Say what “%(option)s” asks") % {"option": unclear[0].title})
    query = urlencode(prefill(found, goals))
    start = reverse("assignments:option-add", args=[mentorship.code])
    pool = _pool_words(found)
    return Hint(
        sentence=sentence,
        why=why,
        url=f"{start}?{query}" if query else start,
        action=_("Start this option"),
        pool=f"{reverse('assignments:opportunities')}?{urlencode({'q': pool})}" if pool else "",
    )


def prefill(found: Missing, goals: Sequence[Goal]) -> dict[str, Any]:
    """What a new option's form begins with so that it fills this gap."""
    params = found.params
    asked: dict[str, Any] = {
        name: params[name] for name in ("competency", "audience", "domain", "role") if name in params
    }
    if "starts_from" in params:
        asked["starts_on"] = params["starts_from"].isoformat()
    goal = next((goal for goal in goals if _asks_for(goal, params)), None)
    return {**asked, "goal": goal.code} if goal else asked


def _asks_for(goal: Goal, params: Mapping[str, Any]) -> bool:
    if "competency" in params:
        return any(target.competency_id == params["competency"] for target in goal.targets.all())
    if "audience" in params:
        return params["audience"] in goal.audiences
    wanted = [" ".join(line.split()).casefold() for line in goal.domains.splitlines()]
    return "domain" in params and str(params["domain"]).casefold() in wanted


def _pool_words(found: Missing) -> str:
    """What to look for in the shared pool; nothing where words would not find it."""
    return str(found.params.get("name") or found.params.get("domain") or "")


def _competency(found: Missing) -> tuple[str, str]:
    why = _("The largest weighted gap: weight %(weight)s × %(levels)s = %(points)s of %(total)s points.")
    levels = ngettext("%(n)s level", "%(n)s levels", found.why["gap"]) % {"n": found.why["gap"]}
    return _("No live option has “%(name)s” as primary.") % found.params, why % {**found.why, "levels": levels}


def _risk_class(found: Missing) -> tuple[str, str]:
    risk = found.params["risk"]
    sentence = _("No live option is %(risk)s: one that %(help)s.")
    return sentence % {"risk": str(RISK_WORDS[risk]).lower(), "help": RISK_HELP[risk]}, _counted(found)


def _risk_unclear(found: Missing) -> tuple[str, str]:
    sentence = _("It is not known whether any live option is %(risk)s.")
    return sentence % {"risk": str(RISK_WORDS[found.params["risk"]]).lower()}, _counted(found)


def _counted(found: Missing) -> str:
    counts = [f"{count} {str(RISK_WORDS[risk]).lower()}" for risk, count in found.why["counts"].items()]
    if found.why["unknown"]:
        counts.append(_("%(n)s without a class yet") % {"n": found.why["unknown"]})
    return _("Counted: %(counts)s.") % {"counts": ", ".join(counts)}


def _audience(found: Missing) -> tuple[str, str]:
    name = Audience(found.params["audience"]).label
    return _("Nothing reaches the audience “%(name)s”, which a goal wants.") % {"name": name}, _reach(found)


def _domain(found: Missing) -> tuple[str, str]:
    return _("Nothing is in the domain “%(domain)s”, which a goal wants.") % found.params, _reach(found)


def _reach(found: Missing) -> str:
    why = _("%(covered)s of %(scope)s are reached; this would make it %(more)s.")
    return why % {**found.why, "more": found.why["covered"] + 1}


def _owner(found: Missing) -> tuple[str, str]:
    why = ngettext(
        "The only live option is as contributor or advisor.",
        "All %(n)s live options are as contributor or advisor.",
        found.why["options"],
    )
    return _("No live option would be owned from end to end."), why % {"n": found.why["options"]}


def _external(found: Missing) -> tuple[str, str]:
    why = ngettext(
        "The only live option stays inside: no customers, end users, partners or regulators.",
        "All %(n)s live options stay inside: no customers, end users, partners or regulators.",
        found.why["options"],
    )
    return _("No live option meets anybody outside."), why % {"n": found.why["options"]}


def _next_challenge(found: Missing) -> tuple[str, str]:
    end: date | None = found.why["current_end"]
    params = {"days": found.why["days"], "end": day(end) if end else ""}
    if end:
        return (
            _("Nothing follows what ends on %(end)s.") % params,
            _("No option that could be next says it would start within %(days)s days of that day.") % params,
        )
    return (
        _("Nothing is set to start."),
        _("Nothing runs now, and no option says it could start within %(days)s days.") % params,
    )


def _one_sponsor(found: Missing) -> tuple[str, str]:
    sentence = _("Every live option depends on one sponsor, %(sponsor)s.") % found.params
    return sentence, _("If that person says no or moves on, none of the %(options)s is left.") % found.why


WORDS: dict[str, Callable[[Missing], tuple[str, str]]] = {
    "competency": _competency,
    "risk_class": _risk_class,
    "risk_unclear": _risk_unclear,
    "audience": _audience,
    "domain": _domain,
    "owner": _owner,
    "external": _external,
    "next_challenge": _next_challenge,
    "one_sponsor": _one_sponsor,
}


def percent(share: float) -> str:
    return plain(round(share * 100, 1))


def listed(words: Iterable[str]) -> str:
    """“safe and core”."""
    return _(" and ").join(words)
