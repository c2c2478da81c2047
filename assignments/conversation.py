"""Intake conversations as they are read: topic by topic, with what changed since the one before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from .intake_words import SCREENS, Screen, said
from .models import Intake, IntakeAnswer, Mentorship, Topic
from .models.intake import FIELDS
from .wording import Change, compare, is_changed


@dataclass(frozen=True)
class Line:
    """One field as it was said; `was` in the conversation before, None where there was none."""

    label: str
    text: str
    was: str | None = None

    @property
    def changed(self) -> bool:
        return self.was is not None and is_changed(self.was, self.text)

    @cached_property
    def change(self) -> Change | None:
        """What changed, only reckoned where it is read."""
        return None if self.was is None else compare(self.was, self.text)


@dataclass(frozen=True)
class Part:
    """One topic of one conversation."""

    topic: str
    label: str
    screen: Screen
    lines: tuple[Line, ...]
    answer: IntakeAnswer | None
    # The words come from the conversation before and nobody has touched them in this one.
    carried: bool

    @property
    def filled(self) -> bool:
        return any(line.text for line in self.lines)

    @property
    def changed(self) -> bool:
        return any(line.changed for line in self.lines)


@dataclass(frozen=True)
class Conversation:
    """A whole conversation and the one it is compared with."""

    intake: Intake
    former: Intake | None
    parts: tuple[Part, ...]

    @property
    def filled(self) -> int:
        return sum(part.filled for part in self.parts)

    @property
    def changed(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.changed)


def words_of(answer: IntakeAnswer | None, topic: str) -> dict[str, str]:
    """Every field of a topic, empty where nothing was said."""
    words = answer.words if answer else {}
    return {name: words.get(name, "") for name in FIELDS[topic]}


def conversations_of(mentorship: Mentorship) -> list[Conversation]:
    """All conversations of a mentorship, the newest first, by two queries."""
    intakes = Intake.objects.filter(mentorship=mentorship).select_related("started_by", "kept_by")
    return _beside_former(list(intakes.prefetch_related("answers__saved_by").order_by("-number")))


def conversation(intake: Intake) -> Conversation:
    """One conversation beside the one before it, by a fixed number of queries."""
    two = Intake.objects.filter(mentorship=intake.mentorship_id, number__lte=intake.number).order_by("-number")
    return _beside_former(list(two.prefetch_related("answers__saved_by")[:2]), intake)[0]


def _beside_former(intakes: Sequence[Intake], shown: Intake | None = None) -> list[Conversation]:
    pairs = pairwise([*intakes, None])
    return [
        Conversation(
            intake=shown if shown and one and shown.pk == one.pk else one,
            former=former,
            parts=tuple(_part(topic, one, former) for topic in Topic),
        )
        for one, former in pairs
        if one is not None
    ]


def _part(topic: Topic, intake: Intake, former: Intake | None) -> Part:
    answer = _answer(intake, topic)
    now, before = said(words_of(answer, topic)), said(words_of(_answer(former, topic), topic))
    lines = tuple(
        Line(label, text, old if former else None)
        for (label, text), (_label, old) in zip(now, before, strict=True)
        if text or old
    )
    carried = answer is not None and answer.saved_at < intake.started_at
    return Part(topic.value, str(topic.label), SCREENS[topic], lines, answer, carried)


def _answer(intake: Intake | None, topic: str) -> IntakeAnswer | None:
    answers = intake.answers.all() if intake else ()
    return next((answer for answer in answers if answer.topic == topic), None)
