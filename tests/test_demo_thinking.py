"""What the demo's people think about together: conversations, levels, stretch, balance, ranking, the pool."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from django.db.models import F

from assignments.assessing import load_of, running_hours, think
from assignments.balance import glance
from assignments.models import (
    CompetencyLevel,
    DemonstratedLevel,
    Evidence,
    EvidenceComponent,
    Experiment,
    Intake,
    IntakeAnswer,
    KeptRanking,
    LearningItem,
    Mentorship,
    Opportunity,
    Option,
    Provenance,
    SponsorOutlook,
    Stage,
    StretchDemand,
    StretchProfile,
)
from assignments.models.option import Audience, Kind, OptionRole
from assignments.models.stretch import Component
from assignments.ranking_kept import unpack_result
from assignments.ranking_of import read
from assignments.risk import RISKS
from assignments.stretch import ZONES
from reviews.models import Review, ReviewStatus
from stretchhub import env
from stretchhub.demo_cohort.build import build
from stretchhub.people.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def cohort(django_db_setup, django_db_blocker):
    """Built once for all the tests here, which only read it; taken back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        build(20)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(cohort, db):
    """What a test writes on top is taken back after it."""


def person(key: str) -> User:
    return User.objects.get(email=f"{key}@demo.example")


def dated_levels() -> Iterator[CompetencyLevel | DemonstratedLevel]:
    yield from CompetencyLevel.objects.all()
    yield from DemonstratedLevel.objects.all()


def test_no_day_lies_ahead_that_somebody_has_lived(demo):
    days = [level.dated_on for level in dated_levels()]
    days += LearningItem.objects.filter(done_on__isnull=False).values_list("done_on", flat=True)
    days += Experiment.objects.filter(tried_on__isnull=False).values_list("tried_on", flat=True)
    done = LearningItem.objects.filter(done_on__isnull=False)
    tried = Experiment.objects.filter(tried_on__isnull=False)

    assert max(days) <= env.today()
    assert not done.filter(done_on__lt=F("created_at__date")).exists()
    assert not tried.filter(tried_on__lt=F("created_at__date")).exists()


def running() -> list[Mentorship]:
    return list(Mentorship.objects.running().select_related("mentee").order_by("pk"))


def test_everything_about_thinking_together_is_there(demo):
    found = {
        model.__name__: model.objects.count()
        for model in (
            Intake,
            LearningItem,
            CompetencyLevel,
            DemonstratedLevel,
            StretchProfile,
            EvidenceComponent,
            SponsorOutlook,
            Experiment,
            Opportunity,
            KeptRanking,
        )
    }

    assert found == {
        "Intake": 8,
        "LearningItem": 23,
        "CompetencyLevel": 101,
        "DemonstratedLevel": 282,
        "StretchProfile": 45,
        "EvidenceComponent": 35,
        "SponsorOutlook": 23,
        "Experiment": 12,
        "Opportunity": 30,
        "KeptRanking": 1,
    }
    assert Mentorship.objects.filter(contracted_hours__isnull=False, base_hours__isnull=False).count() == 23
    mentors_own = Mentorship.objects.running().filter(mentor=person("mentor"))
    assert mentors_own.exclude(intakes__number=1).count() == 0
    in_hand = Option.objects.filter(stage__in=[Stage.ACTIVE, Stage.BRIEFED, Stage.SEEKING_SPONSOR])
    assert not in_hand.filter(stretch_profile=None).exists()


def test_every_zone_and_class_occurs(demo):
    zones, classes, reasons, provisional, lights = set(), set(), set(), 0, set()
    for mentorship in running():
        thinking = think(mentorship, env.today())
        zones |= {stretch.value for stretch in thinking.stretches.values()}
        reasons |= {stretch.reason.code for stretch in thinking.stretches.values() if stretch.value is None}
        provisional += sum(stretch.provisional for stretch in thinking.stretches.values())
        classes |= {risk.value for risk in glance(thinking, env.today()).classes.values()}
        beside = running_hours(mentorship.mentee_id)
        lights |= {load_of(option, mentorship, thinking.method, running=beside).light for option in thinking.options}

    assert zones == {*ZONES, None}
    assert classes == {*RISKS, None}
    assert reasons == {"demand_missing", "too_many_unknown"}
    assert provisional == 3
    # Nothing runs that could not have begun.
    assert lights == {"green", "amber", "red", None}


def test_the_mentee_of_the_demo_has_something_to_think_about(demo):
    mentorship = Mentorship.objects.running().get(mentee=person("mentee"))
    thinking = think(mentorship, env.today())
    zones = Counter(stretch.value for stretch in thinking.stretches.values())
    at_a_glance = glance(thinking, env.today())
    reading = read(mentorship, env.today())
    ranking = reading.ranking()

    assert zones == {"familiar": 1, "stretch": 4, "overstretch": 1, None: 1}
    assert [s.leaps for s in thinking.stretches.values() if s.value == "overstretch"] == [(Component.SCALE,)]
    assert sum(stretch.provisional for stretch in thinking.stretches.values()) == 1
    assert at_a_glance.mix.value == "ok"
    assert [each.code for each in at_a_glance.missing] == ["competency", "domain"]
    assert len(ranking.value) == 6
    assert ranking.value[0].unknown == ("sponsor",)
    assert ranking.close_calls and ranking.cannot_separate
    first, second = mentorship.intakes.order_by("number")
    assert first.kept_at and second.kept_at
    changed = [a.topic for a in second.answers.all() if a.words != first.answers.get(topic=a.topic).words]
    assert set(changed) == {"aspirations", "strengths", "gaps", "needs", "success"}
    assert env.today() <= second.revisit_on <= env.today() + timedelta(days=2)
    plan = mentorship.learning_items
    assert (plan.filter(done_on__isnull=False).count(), plan.open().count()) == (2, 3)
    assert plan.open().filter(due_on__lt=env.today()).count() == 1
    kept = KeptRanking.objects.get(mentorship=mentorship)
    assert unpack_result(kept.result, kept.weights).value[0].title == ranking.value[0].title
    assert [standing.stale for standing in thinking.standings.values()].count(True) == 1


def test_what_reviews_verified_follows_from_them(demo):
    verified = DemonstratedLevel.objects.filter(provenance=Provenance.VERIFIED)
    demanded = {
        (row.profile.option_id, row.component): row.level for row in StretchDemand.objects.select_related("profile")
    }

    assert verified.values("assignment").distinct().count() == 6
    for row in verified.select_related("assignment"):
        assert EvidenceComponent.objects.filter(evidence__assignment=row.assignment, component=row.component).exists()
        assert row.level <= demanded[row.assignment.option_id, row.component]
        assert not Review.objects.filter(assignment=row.assignment).exclude(status=ReviewStatus.FINAL).exists()
    for level in CompetencyLevel.objects.filter(provenance=Provenance.VERIFIED):
        assert level.recorded_by == level.assignment.mentor
        assert Evidence.objects.filter(assignment=level.assignment, competencies=level.competency).exists()
    assert not CompetencyLevel.objects.filter(level__gte=4, note="").exists()


def test_the_pool_offers_every_kind_of_work(demo):
    offered = Opportunity.objects.offered()

    assert (offered.count(), Opportunity.objects.exclude(closed_at=None).count()) == (28, 2)
    assert set(offered.values_list("kind", flat=True)) == set(Kind.values)
    assert set(offered.values_list("audience", flat=True)) == set(Audience.values)
    assert set(offered.values_list("role", flat=True)) == set(OptionRole.values)
    assert Option.objects.filter(origin__isnull=False).count() == 5
    for option in Option.objects.filter(origin__isnull=False).select_related("origin"):
        assert (option.title, option.why, option.kind) == (option.origin.title, option.origin.why, option.origin.kind)
        assert set(option.contributions.values_list("competency", "contribution")) == set(
            option.origin.contributions.values_list("competency", "contribution")
        )
    assert Opportunity.objects.offered().matching("customers night").exists()


def test_what_they_thought_happened_in_order_and_before_now(demo):
    moments = []
    for intake in Intake.objects.prefetch_related("goals"):
        moments.append([intake.mentorship.created_at, intake.started_at, intake.kept_at])
        moments += [[intake.kept_at, goal.created_at] for goal in intake.goals.all()]
    for answer in IntakeAnswer.objects.select_related("intake"):
        moments.append([answer.saved_at, answer.intake.kept_at])
    for profile in StretchProfile.objects.select_related("option"):
        moments.append([profile.option.created_at, profile.saved_at])
    for option in Option.objects.filter(origin__isnull=False).select_related("origin"):
        moments.append([option.origin.offered_at, option.created_at])
    moments += [[each.offered_at, each.closed_at] for each in Opportunity.objects.all()]
    moments += [[each.created_at, each.dropped_at] for each in LearningItem.objects.all()]
    moments += [[each.option.created_at, each.created_at] for each in Experiment.objects.select_related("option")]
    moments += [[level.recorded_at] for level in dated_levels()]
    moments += [[kept.kept_at] for kept in KeptRanking.objects.all()]

    for row in moments:
        known = [moment for moment in row if moment is not None]
        assert all(earlier <= later for earlier, later in pairwise(known)), row
        assert known[-1] <= env.now()


def said_in_intakes() -> list[set[str]]:
    """Each text once a mentorship: a second conversation begins with the words of the first."""
    words: dict[int, set[str]] = {}
    for answer in IntakeAnswer.objects.select_related("intake"):
        words.setdefault(answer.intake.mentorship_id, set()).update(answer.words.values())
    return list(words.values())


def test_their_words_are_specific_and_never_repeated(demo):
    told = [
        Opportunity.objects.values_list("title", "why", "success_criteria", "closed_reason"),
        Experiment.objects.values_list("hypothesis", "smallest_try", "result", "learning", "next_try"),
        LearningItem.objects.values_list("title", "changed"),
        StretchDemand.objects.values_list("reason"),
        CompetencyLevel.objects.order_by("note").values_list("note").distinct(),
        DemonstratedLevel.objects.exclude(provenance=Provenance.VERIFIED).values_list("reason"),
        KeptRanking.objects.values_list("note"),
        said_in_intakes(),
    ]
    long = [words for rows in told for row in rows for words in ([row] if isinstance(row, str) else row)]
    long = [words for words in long if len(words) > 25]

    assert [words for words, times in Counter(long).items() if times > 1] == []
    everything = "\n".join(long).lower()
    for word in ("lorem", "ipsum", "test 1", "foo ", "bar baz", "todo", "xxx", "asdf", "stretchhub"):
        assert word not in everything
