"""Practice cases that HR writes."""

from reviews.actions import practice_case as actions
from reviews.actions.practice_case import CaseWords
from reviews.models import Vignette
from stretchhub.people.models import User

WORDS = CaseWords(
    criterion_key="impact",
    text="Gus held nine workshops and counted who came. Whether anything became easier was not measured.",
    gold=2,
    reason="A deliverable, and the benefit is said and not shown.",
    why_not_lower="People can use what he left behind.",
    why_not_higher="No baseline, no target, and no owner who confirms it.",
    experts="Ada Stern, Ben Osei, Cem Kaya",
)


def draft(hr: User, **other) -> Vignette:
    return actions.draft_case(by=hr, words=CaseWords(**{**vars(WORDS), **other}))


def publish(case: Vignette, hr: User) -> Vignette:
    return actions.publish_case(case, by=hr, edit=case.edit)
