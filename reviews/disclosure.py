"""Which groups may be shown, and how exactly, so that nobody can work out what is hidden.

Assume a reader who knows from elsewhere how many people there are in all and how many of them were chosen: another
division of the same people shows both. What is hidden or masked stays open to that reader too:

- A group below `k` is hidden, and so are the next smallest until at least two are hidden that together reach `k`.
  Groups of the same size are hidden together, and nothing says which of the hidden are small.
- Where two people or fewer were chosen, or were not, only that is shown: `few` or `nearly_all`. The hidden groups
  together count as one such group.
- A masked number would follow from the others by subtraction; so the largest exact number is shown as `about`, as the
  range that belongs to all the numbers the masked ones may be. Where that range is of one number only, or where all
  are masked and their sum gives them away, nobody's number is shown: `withheld`.

Whatever is worked out further (rates, ratios, intervals, verdicts, totals) is worked out from these rows and from
nothing else. One division at a time: two attributes are never crossed, and there is no filter. Where a division is
withheld, the number of people chosen is printed nowhere beside it (`together`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from assignments.method import Reason

LEAST, FLOOR = 10, 5
# So many people, or fewer, are never shown as a number of their own.
FEW = 2

EXACT, MASKED_LOW, MASKED_HIGH, ABOUT, WITHHELD = "exact", "few", "nearly_all", "about", "withheld"


@dataclass(frozen=True)
class Disclosure:
    """The groups whose size may be shown (`value`), and those that are hidden, both by name.

    `total` is of the shown groups only and None where there are none. The reason is `all_shown`, `some_hidden` or
    `nothing_shown`; `parts` are the shown sizes.
    """

    value: tuple[str, ...]
    reason: Reason
    parts: tuple[int, ...]
    hidden: tuple[str, ...]
    total: int | None


@dataclass(frozen=True)
class Row:
    """One shown group: how many are in it, and between which numbers lies that of the chosen.

    The reason is `exact`, `few`, `nearly_all`, `about` or `withheld`. `as_before`: it is the row of an earlier report,
    from which it has changed by fewer people than a group has at least, or not at all.
    """

    group: str
    eligible: int
    low: int
    high: int
    reason: str
    as_before: bool = False

    @property
    def value(self) -> int | None:
        return self.low if self.reason == EXACT else None

    @property
    def middle(self) -> float:
        return (self.low + self.high) / 2

    @property
    def band(self) -> tuple[str, int] | None:
        """The rate of a masked group in tens of percent: at most so much, or at least."""
        if self.reason == MASKED_LOW:
            return "at_most", -(-self.high * 10 // self.eligible) * 10
        return ("at_least", self.low * 10 // self.eligible * 10) if self.reason == MASKED_HIGH else None


@dataclass(frozen=True)
class Release:
    """What may be shown of one division (`value`, by name of group), and the names of the hidden groups.

    `parts` are the people in the shown groups and how many of them were chosen, None where that would tell too much.
    The reason is that of the disclosure, or `withheld`. It may be kept and printed as it is: it holds nothing else.
    """

    value: tuple[Row, ...]
    reason: Reason
    hidden: tuple[str, ...]
    parts: tuple[int, int | None]
    k: int = LEAST


def disclose(groups: Mapping[str, int], k: int = LEAST) -> Disclosure:
    """Which groups may be shown with so many people in each."""
    if k < FLOOR:
        raise ValueError(f"k is below {FLOOR}")
    if any(n < 0 for n in groups.values()):
        raise ValueError("a group of fewer than nobody")
    shown = {name: n for name, n in groups.items() if n >= k}
    while shown and _given_away([groups[name] for name in groups if name not in shown], min(shown.values()), k):
        smallest = min(shown.values())
        shown = {name: n for name, n in shown.items() if n > smallest}
    names = tuple(sorted(shown))
    hidden = tuple(sorted(set(groups) - set(shown)))
    reason = Reason("nothing_shown" if not names else "some_hidden" if hidden else "all_shown", {"k": k})
    return Disclosure(names, reason, tuple(shown[name] for name in names), hidden, sum(shown.values()) or None)


def _given_away(hidden: Sequence[int], smallest: int, k: int) -> bool:
    """Whether somebody who knows how many are hidden in all knows one of them, or they are fewer than a group."""
    if not hidden:
        return False
    # The next smallest would have been hidden for a single one; with none between k and it, all must be just below k.
    all_just_below = smallest == k and min(hidden) == k - 1
    return len(hidden) == 1 or sum(hidden) < k or all_just_below


def release(selected: Mapping[str, int], eligible: Mapping[str, int], k: int = LEAST) -> Release:
    """What may be shown of so many chosen and so many eligible; a group without a number has nobody chosen."""
    check(selected, eligible)
    found = disclose(eligible, k)
    people = found.total or 0
    chosen = {name: selected.get(name, 0) for name in eligible}
    rows = [_row(name, chosen[name], eligible[name]) for name in found.value]
    hidden = [_row("", *(sum(of[name] for name in found.hidden) for of in (chosen, eligible)))] if found.hidden else []
    numbers = {**chosen, "": sum(chosen[name] for name in found.hidden)}
    if rows and not _cover(rows, hidden, numbers):
        return _withheld(Release(tuple(rows), found.reason, found.hidden, (people, None), k))
    total = sum(chosen[name] for name in found.value) if _sum_tells_nothing(rows, hidden) else None
    return Release(tuple(rows), found.reason, found.hidden, (people, total), k)


def together(releases: Mapping[str, Release]) -> Mapping[str, Release]:
    """Several divisions of the same people in one report: where one is withheld, all are.

    Its numbers may follow from the number of the chosen in all, which any of the others would show.
    """
    if not any(shown.reason.code == "withheld" for shown in releases.values()):
        return releases
    return {name: _withheld(shown) if shown.value else shown for name, shown in releases.items()}


def nested(whole: Mapping[str, Release], part: Mapping[str, Release]) -> Mapping[str, Release]:
    """What may be shown of those who are all among the `whole`, beside what is shown of these, by division.

    Where both say of a group how many, and two people or fewer are in one and not in the other, these would be told
    by subtraction; then nothing is told of the part, or the numbers of another division would give them away.
    """
    numbers = {(name, row.group): row.value for name, shown in whole.items() for row in shown.value}
    pairs = [(numbers.get((name, row.group)), row.value) for name, shown in part.items() for row in shown.value]
    if not any(all_ is not None and some is not None and abs(all_ - some) <= FEW for all_, some in pairs):
        return part
    return {name: _withheld(shown) if shown.value else shown for name, shown in part.items()}


def shown_last(releases: Iterable[Release]) -> Release | None:
    """Of the reports before, the newest first, each group's row as it was shown last, and whatever was hidden.

    A group that one of them hid, or that is no group any more, is still known from the one before that.
    """
    found: dict[str, Row] = {}
    hidden: set[str] = set()
    newest = None
    for each in releases:
        newest = newest or each
        hidden |= set(each.hidden)
        for row in each.value:
            # What was repeated is known from the report that it is of, if that is among these.
            if row.reason != WITHHELD and not row.as_before:
                found.setdefault(row.group, row)
    left = tuple(sorted(hidden - set(found)))
    return newest and replace(newest, value=tuple(found[name] for name in sorted(found)), hidden=left)


def renew(earlier: Release, now: Release) -> Release:
    """What the next report may show beside those before, of which `earlier` holds each group's last row.

    A group keeps the row that was shown until `k` people more or fewer are in it, or were chosen: the difference of
    two reports is then of a group that may be shown itself. Where a group is gone its people are in the others, so
    none of these is shown anew, or it would follow by subtraction from where they went.
    """
    before = {row.group: replace(row, as_before=True) for row in earlier.value}
    gone = ({*before, *earlier.hidden} - {row.group for row in now.value}) - set(now.hidden)
    rows = tuple(
        before[row.group] if _is_kept(before.get(row.group), row, now.k, moved=bool(gone)) else row for row in now.value
    )
    if not any(row.as_before for row in rows):
        return now
    return replace(now, value=rows, parts=(sum(row.eligible for row in rows), _total(rows)))


def check(selected: Mapping[str, int], eligible: Mapping[str, int]) -> None:
    """Refuse numbers that cannot be."""
    if unknown := set(selected) - set(eligible):
        raise ValueError(f"chosen from a group that nobody is in: {sorted(unknown)}")
    if any(not 0 <= selected.get(name, 0) <= n for name, n in eligible.items()):
        raise ValueError("more chosen than eligible, or fewer than nobody")


def _withheld(shown: Release) -> Release:
    rows = tuple(Row(row.group, row.eligible, 0, row.eligible, WITHHELD) for row in shown.value)
    return replace(shown, value=rows, reason=Reason("withheld", {"k": shown.k}), parts=(shown.parts[0], None))


def _row(name: str, hits: int, n: int) -> Row:
    if hits <= FEW:
        return Row(name, n, 0, FEW, MASKED_LOW)
    if n - hits <= FEW:
        return Row(name, n, n - FEW, n, MASKED_HIGH)
    return Row(name, n, hits, hits, EXACT)


def _cover(rows: list[Row], hidden: Sequence[Row], numbers: Mapping[str, int]) -> bool:
    """Show the largest exact row as a range, if any row is masked; False where the masked would be known all the same.

    With no exact row the hidden groups together do its work, and where they are masked too, all do it for each other.
    """
    masked = [row for row in (*rows, *hidden) if row.reason != EXACT]
    if not masked:
        return True
    known = sum(numbers[row.group] for row in masked)
    low, high = sum(row.low for row in masked), sum(row.high for row in masked)
    exact = [row for row in rows if row.reason == EXACT] or [row for row in hidden if row.reason == EXACT]
    if not exact:
        return low < known < high
    cover = max(exact, key=lambda row: (row.eligible, row.group))
    least = max(cover.low + known - high, FEW + 1)
    most = min(cover.low + known - low, cover.eligible - FEW - 1)
    if cover in rows:
        rows[rows.index(cover)] = replace(cover, low=least, high=most, reason=ABOUT)
    return least < most


def _sum_tells_nothing(rows: Sequence[Row], hidden: Sequence[Row]) -> bool:
    """Whether the number of all who were chosen in the shown groups leaves masked and hidden ones as open as before."""
    reasons = [row.reason for row in rows if row.reason != EXACT]
    if hidden and reasons:
        return ABOUT in reasons and hidden[0].reason == EXACT
    return len(reasons) != 1


def _total(rows: Iterable[Row]) -> int | None:
    numbers = [row.value for row in rows]
    return None if None in numbers else sum(number for number in numbers if number is not None)


def _is_kept(before: Row | None, now: Row, k: int, *, moved: bool) -> bool:
    if before is None or WITHHELD in (before.reason, now.reason):
        return False
    return moved or (abs(now.eligible - before.eligible) < k and abs(now.middle - before.middle) < k)
