"""The ledger of a brief's claims as it is read: what is backed, by what, and how far that carries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stretchhub.among import Among
from stretchhub.beside import put_beside
from stretchhub.compiled import compiled

from .impact_words import figure, percent, signed, with_unit
from .models import Backing, BriefClaim, BriefVersion, Section
from .pilot import FEW, Difference, Interval, mean, means, proportions, wilson

FULL, HOLLOW = "●", "○"


@dataclass(frozen=True)
class Dots:
    """A handful of cases, one dot each, those with it filled."""

    label: str
    hits: int
    n: int

    @property
    def drawn(self) -> str:
        return FULL * self.hits + HOLLOW * (self.n - self.hits)

    @property
    def words(self) -> str:
        return _("%(hits)s of %(n)s") % {"hits": self.hits, "n": self.n}


@dataclass(frozen=True)
class ClaimLine:
    """One claim with its mark: backed by something, or an assumption that everybody can see is one."""

    claim: BriefClaim
    backed: bool
    mark: str
    words: str
    dots: tuple[Dots, ...] = ()
    difference: Difference | None = None

    @property
    def printed(self) -> str:
        """The claim with its mark and its backing, as paper says it."""
        source = _("Source: %(source)s") % {"source": self.claim.source} if self.claim.source else ""
        return " · ".join(filter(None, (self.claim.words, self.mark, self.words, source)))

    @property
    def icon(self) -> str:
        return "check-circle" if self.backed else "question-mark-circle"


@dataclass(frozen=True)
class Claims:
    lines: tuple[ClaimLine, ...]

    @property
    def backed(self) -> int:
        return sum(line.backed for line in self.lines)

    @property
    def words(self) -> str:
        """“3 of 5 claims are backed.”"""
        count = len(self.lines)
        return ngettext(
            "%(backed)s of %(count)s claim is backed.", "%(backed)s of %(count)s claims are backed.", count
        ) % {"backed": self.backed, "count": count}

    def of(self, section: str) -> tuple[ClaimLine, ...]:
        return tuple(line for line in self.lines if line.claim.section == section)

    @property
    def by_section(self) -> tuple[tuple[str, tuple[ClaimLine, ...]], ...]:
        """The claims under the label of their section, in the order of the page."""
        places = {name: place for place, name in enumerate(Section.values)}
        ordered = sorted(self.lines, key=lambda line: places[line.claim.section])
        return tuple(
            (str(Section(name).label), tuple(group))
            for name, group in groupby(ordered, lambda line: line.claim.section)
        )


def read(version: BriefVersion) -> Claims:
    """The claims of one version, in one query; in none where they are at hand."""
    fetch_claims(version)
    return Claims(tuple(line_of(claim) for claim in version.claims.all()))


def fetch_claims(*versions: BriefVersion) -> None:
    """Have the claims of these versions at hand, each with its experiment."""
    put_beside(versions, "claims", _claims)


@compiled
def _claims(versions: list[int]) -> QuerySet[BriefClaim]:
    return BriefClaim.objects.filter(Among("version", versions)).select_related("experiment")


def line_of(claim: BriefClaim) -> ClaimLine:
    """What stands behind one claim, in words and with its interval where there are cases enough."""
    if claim.backing == Backing.PILOT:
        return _pilot(claim)
    if claim.backing == Backing.QUOTE and claim.quote and claim.consent:
        words = f"“{claim.quote}”" + (f" — {claim.quoted}" if claim.quoted else "")
        return ClaimLine(claim, True, _("Backed: a customer’s words"), words)
    return ClaimLine(claim, False, _("Assumption: not backed yet"), "")


def _pilot(claim: BriefClaim) -> ClaimLine:
    mark = _("Backed: pilot data")
    if claim.after_n and claim.after_hits is not None:
        return _shares(claim, mark)
    if claim.after_n and claim.after_mean is not None and claim.after_sd is not None:
        return _means(claim, mark)
    if claim.experiment is not None and claim.experiment.result:
        return ClaimLine(claim, True, _("Backed: an experiment, in words"), claim.experiment.result)
    return ClaimLine(claim, False, _("Not backed yet: the pilot has no data"), "")


def _shares(claim: BriefClaim, mark: str) -> ClaimLine:
    after = Dots(_("after"), claim.after_hits or 0, claim.after_n or 0)
    if not claim.before_n or claim.before_hits is None:
        few = (after,) if after.n < FEW else ()
        return ClaimLine(claim, True, mark, _one(after.words, _share(wilson(after.hits, after.n)), after.n), few)
    before = Dots(_("before"), claim.before_hits, claim.before_n)
    found = proportions(before.hits, before.n, after.hits, after.n)
    start = _("%(before)s before, %(after)s after") % {"before": before.words, "after": after.words}
    if found.value is None:
        # Many cases on one side would be a row of dots nobody counts.
        shown = tuple(side for side in (before, after) if side.n < FEW)
        return ClaimLine(claim, True, mark, f"{start}. {_few()}", shown, found)
    points = [round(100 * each) for each in (found.value, found.low or 0, found.high or 0)]
    return ClaimLine(claim, True, mark, f"{start}: {_span(found, points, _('points'))}", difference=found)


def _means(claim: BriefClaim, mark: str) -> ClaimLine:
    value, sd, n = float(claim.after_mean or 0), float(claim.after_sd or 0), claim.after_n or 0
    after = _mean(value, n, claim.unit)
    if not claim.before_n or claim.before_mean is None or claim.before_sd is None:
        return ClaimLine(claim, True, mark, _one(after, _ends(mean(value, sd, n)), n))
    first = float(claim.before_mean)
    found = means(first, float(claim.before_sd), claim.before_n, value, sd, n)
    before = _mean(first, claim.before_n, claim.unit)
    start = _("%(before)s before, %(after)s after") % {"before": before, "after": after}
    if found.value is None:
        why = _few() if found.reason.code == "few" else _("All values are the same, so there is no interval.")
        return ClaimLine(claim, True, mark, f"{start}. {why}", difference=found)
    span = _span(found, [found.value, found.low or 0, found.high or 0], claim.unit)
    return ClaimLine(claim, True, mark, f"{start}: {span}", difference=found)


def _mean(value: float, n: int, unit: str) -> str:
    return _("mean %(mean)s (n = %(n)s)") % {"mean": with_unit(figure(value), unit), "n": n}


def _one(words: str, span: str, n: int) -> str:
    return f"{words}. {_few()}" if n < FEW else f"{words}: {span}"


def _few() -> str:
    return _("Too few cases for an interval.")


def _share(found: Interval) -> str:
    values = {"value": percent(found.value or 0), "low": percent(found.low or 0), "high": percent(found.high or 0)}
    return _("%(value)s %% (95 %% interval %(low)s to %(high)s %%).") % values


def _ends(found: Interval) -> str:
    return _("95 %% interval %(low)s to %(high)s.") % {"low": figure(found.low or 0), "high": figure(found.high or 0)}


def _span(found: Difference, numbers: Sequence[float], unit: str) -> str:
    """“28 points more (95 % interval 6 to 46).”; where nought lies within, that is said."""
    value, low, high = numbers
    if not found.clear:
        ends = {"low": signed(low), "high": with_unit(signed(high), unit)}
        return _("no clear difference (95 %% interval %(low)s to %(high)s).") % ends
    near, far = sorted((abs(low), abs(high)))
    values = {"size": with_unit(figure(abs(value)), unit), "low": figure(near), "high": figure(far)}
    if value > 0:
        return _("%(size)s more (95 %% interval %(low)s to %(high)s).") % values
    return _("%(size)s less (95 %% interval %(low)s to %(high)s).") % values
