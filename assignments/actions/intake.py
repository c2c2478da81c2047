"""Beginning a conversation, saving it topic by topic, keeping it, and choosing when to look again.

A topic saves itself every second or so while somebody types. The trail names each person who
wrote in a topic once a spell: at their first save, when they take over from the other, and when
they come back after an hour. Keeping names every topic that was answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

from ..conversation import words_of
from ..models import Intake, IntakeAnswer, Mentorship
from ..refusals import Refused, Stale
from ..rules import can_write_intake

SPELL = timedelta(hours=1)


@transaction.atomic
def start_intake(mentorship: Mentorship, *, by: User) -> Intake:
    """Open a conversation with the words of the last one; the open one where there is one already."""
    require(can_write_intake(by, mentorship))
    intakes = Intake.objects.filter(mentorship=mentorship)
    if here := intakes.open().first():
        return here
    former = intakes.order_by("-number").first()
    number = former.number + 1 if former else 1
    try:
        with transaction.atomic():
            intake = Intake.objects.create(mentorship=mentorship, number=number, started_by=by, started_at=now())
    except IntegrityError:
        return intakes.open().get()
    _carry_over(former, intake)
    record(by, "intake.started", intake, fields=["number"])
    return intake


def _carry_over(former: Intake | None, intake: Intake) -> None:
    """The last words stay those of whoever said them, on the day they were said."""
    answers = former.answers.all() if former else ()
    IntakeAnswer.objects.bulk_create(
        IntakeAnswer(
            intake=intake,
            topic=answer.topic,
            words=answer.words,
            saved_by_id=answer.saved_by_id,
            saved_at=answer.saved_at,
        )
        for answer in answers
    )


@transaction.atomic
def save_topic(intake: Intake, *, by: User, topic: str, words: Mapping[str, str], version: int) -> IntakeAnswer | None:
    """Save what was said to one topic, unless somebody else has saved it since `version` was read.

    The same words again write nothing and are no conflict: an answer that was lost on its way may
    be asked for once more. `version` is 0 where nothing was saved yet.
    """
    require(can_write_intake(by, intake.mentorship))
    former = intake.answers.filter(topic=topic).select_related("saved_by").first()
    said = words_of(former, topic)
    if said == dict(words):
        return former
    _hold_open(intake)
    answer = _write(intake, former, by=by, topic=topic, words=words, version=version)
    if _new_spell(intake, former, by):
        record(by, "intake.topic_saved", intake, fields={topic, *(name for name in words if words[name] != said[name])})
    return answer


def _write(
    intake: Intake, former: IntakeAnswer | None, *, by: User, topic: str, words: Mapping[str, str], version: int
) -> IntakeAnswer:
    saved = {"words": dict(words), "saved_by": by, "saved_at": now()}
    if former is None and version == 0:
        try:
            with transaction.atomic():
                return IntakeAnswer.objects.create(intake=intake, topic=topic, **saved)
        except IntegrityError:
            raise _overtaken() from None
    answers = IntakeAnswer.objects.filter(intake=intake, topic=topic, version=version)
    if not answers.update(**saved, version=F("version") + 1):
        raise _overtaken()
    return IntakeAnswer.objects.select_related("saved_by").get(intake=intake, topic=topic)


def _overtaken() -> Stale:
    return Stale(_("Other words were saved here while you were writing."))


def _new_spell(intake: Intake, former: IntakeAnswer | None, by: User) -> bool:
    """Whether this person begins to write here: for the first time, after the other, or after a while."""
    if former is None or former.saved_by_id != by.pk or former.saved_at < intake.started_at:
        return True
    return now() - former.saved_at > SPELL


def _hold_open(intake: Intake) -> None:
    """Go on only while the conversation is open, and let nobody keep it before this is saved."""
    if not Intake.objects.open().filter(pk=intake.pk).update(kept_at=None):
        raise Refused(_("This conversation has been kept meanwhile. Begin a new one to say more."))


@transaction.atomic
def keep_intake(intake: Intake, *, by: User, revisit_on: date) -> None:
    """Keep a conversation as it was said, and remind both on the day to look at it again."""
    require(can_write_intake(by, intake.mentorship))
    # Held first, so that what somebody is saving just now is in it or refused.
    _hold_open(intake)
    topics = [answer.topic for answer in intake.answers.all() if any(answer.words.values())]
    if not topics:
        raise Refused(_("Nothing is written yet. Answer at least one question, then keep the conversation."))
    Intake.objects.open().filter(pk=intake.pk).update(kept_at=now(), kept_by=by, revisit_on=revisit_on)
    record(by, "intake.kept", intake, fields=[*topics, "revisit_on"])
    intake.refresh_from_db()


@transaction.atomic
def change_revisit_day(intake: Intake, *, by: User, revisit_on: date) -> None:
    """Look at a kept conversation again on another day; the reminder of the former day is not sent."""
    require(can_write_intake(by, intake.mentorship))
    kept = Intake.objects.filter(pk=intake.pk, kept_at__isnull=False).exclude(revisit_on=revisit_on)
    if kept.update(revisit_on=revisit_on, revisit_revision=F("revisit_revision") + 1):
        record(by, "intake.revisit_moved", intake, fields=["revisit_on"])
    intake.refresh_from_db()
