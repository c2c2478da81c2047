"""Two practice cases of HR's own beside those that are shipped: one that people practise on, and one still a draft."""

from __future__ import annotations

from reviews.actions.practice_case import FIELDS
from reviews.models import Vignette

from .cohort import Cohort

CASES = (
    {
        "offsets": (-150, -141),
        "status": "published",
        "criterion_key": "influence",
        "gold": 4,
        "text": "Two depots wanted the same loading bay before noon. Gita laid their lateness figures side by side, "
        "asked the quieter depot what a late start costs its drivers, and gave up the slot she had proposed herself. "
        "Both signed a rota, and it has been kept for six weeks.",
        "reason": "A real conflict of interests, worked through with data and the others’ priorities; she changed her "
        "own proposal, and what was promised is kept.",
        "why_not_lower": "It was no matter of fitting a message: two groups wanted opposite things.",
        "why_not_higher": "Nobody beyond the two depots works in another way because of it.",
        "experts": "Stefan Brandt, Siew Ling Koh, Mei Hua Chong",
    },
    {
        "offsets": (-4,),
        "status": "draft",
        "criterion_key": "learning",
        "gold": 2,
        "text": "Hal’s first route plan was late twice. Asked by his mentor what he took from it, he named checking "
        "the tide table first, did so the next week on the same route, and did not look further.",
        "reason": "A lesson when asked, applied once in the same situation.",
        "why_not_lower": "He does change how he begins.",
        "why_not_higher": "",
        "experts": "",
    },
)


def add_cases(cohort: Cohort) -> None:
    """Written by the head of HR, the published one before anybody practised."""
    hr = cohort.people["hr"]
    last = Vignette.objects.order_by("position").last()
    for number, told in enumerate(CASES, start=1):
        written, *published = [cohort.moment(offset, 10, hr) for offset in told["offsets"]]
        case = Vignette.objects.create(
            key=f"case-{cohort.code().hex[:12]}",
            position=(last.position if last else 0) + number,
            published_at=published[0] if published else None,
            edit=len(told["offsets"]),
            **{name: told[name] for name in ("status", *FIELDS)},
        )
        cohort.remember(hr, "vignette.drafted", case, written, FIELDS)
        for at in published:
            cohort.remember(hr, "vignette.published", case, at, ["status"])
