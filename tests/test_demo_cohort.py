"""The demo's organisation: who is in it, and that its stories are whole."""

import hashlib
import struct
import time
import zlib
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Field, Model

from assignments.feedback_cells import published
from assignments.models import (
    Assignment,
    BriefStatus,
    BriefVersion,
    Charter,
    CheckIn,
    CheckInAnswer,
    DashboardChange,
    Ending,
    Evidence,
    EvidenceFile,
    FeedbackAnswer,
    FeedbackRequest,
    FeedbackRound,
    Goal,
    GoalStatus,
    Mentorship,
    MentorshipOffer,
    Milestone,
    Option,
    RequestStatus,
    Rhythm,
    SponsorRequest,
    Stage,
    Status,
    StatusOverride,
)
from assignments.signals import judgement, read
from assignments.workload_of import load_on
from reviews.evidence import evidence_for
from reviews.evidence_rule import judge
from reviews.growing import growth_of, work_of
from reviews.models import IssuedDocument, Letter, Review, ReviewCycle, ReviewStatus, Score
from sponsors.models import DashboardAcknowledgement, DashboardSnapshot, HandOver, SponsorCheckIn
from stretchhub import env
from stretchhub.audit.models import AuditEntry
from stretchhub.demo_cohort.build import build
from stretchhub.demo_cohort.people import PASSWORD, SIGN_INS
from stretchhub.demo_cohort.reference import half_year
from stretchhub.notices.models import Holiday, Notice
from stretchhub.people.models import Role, RoleGrant, User
from stretchhub.today import waiting_for

pytestmark = pytest.mark.django_db

OURS = {"people", "audit", "notices", "assignments", "sponsors", "reviews", "insights"}


@pytest.fixture(scope="module")
def cohort(django_db_setup, django_db_blocker):
    """Built once for all the tests here, which only read it; taken back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        first = built_once()
        began = time.process_time()
        build(20)
        yield Built(first, time.process_time() - began)
        transaction.set_rollback(True)


@dataclass(frozen=True)
class Built:
    """What an earlier building left, to be compared with this one, and how long the processor was at this one."""

    first: dict[str, list]
    seconds: float


def built_once() -> dict[str, list]:
    """Every row of one building, which is taken back."""
    with transaction.atomic():
        build(20)
        rows = everything()
        transaction.set_rollback(True)
    return rows


def everything() -> dict[str, list]:
    """All rows but for what the database counts itself: keys, and what is made of keys."""
    found = {}
    for model in models():
        if model in (DashboardSnapshot, DashboardAcknowledgement):
            continue
        fields = [field for field in model._meta.concrete_fields if stays_the_same(field)]
        if fields:
            rows = model._base_manager.values_list(*(field.attname for field in fields))
            found[model._meta.label] = sorted(map(repr, rows))
    return found


def stays_the_same(field: Field) -> bool:
    return not (field.primary_key or field.is_relation or field.name in ("key", "object_id", "inputs", "result"))


@pytest.fixture
def demo(cohort, db):
    """What a test writes on top is taken back after it."""


def models() -> list[type[Model]]:
    every = apps.get_models(include_auto_created=True)
    return [model for model in every if model._meta.app_label in OURS]


def person(key: str) -> User:
    return User.objects.get(email=f"{key}@demo.example")


def test_the_cast_is_sixty_people_in_their_parts(demo):
    assert User.objects.count() == 60
    assert Counter(RoleGrant.objects.values_list("role", flat=True)) == {
        Role.HR: 2,
        Role.ADMINISTRATOR: 1,
        Role.EQUITY_ANALYST: 1,
        Role.CALIBRATOR: 1,
    }
    assert Mentorship.objects.values("mentor").distinct().count() == 9
    assert Mentorship.objects.values("mentee").distinct().count() == 24
    assert Assignment.objects.values("sponsor").distinct().count() == 7
    assert {user.department.split("/")[0] for user in User.objects.all()} == {
        "Commercial",
        "Finance and people",
        "Operations",
        "Technology",
    }
    assert set(User.objects.values_list("time_zone", flat=True)) == {
        "America/New_York",
        "Asia/Singapore",
        "Europe/London",
    }
    assert EmailAddress.objects.filter(verified=True, primary=True).count() == 60
    assert User.objects.filter(manager=None).count() == 1


@pytest.mark.parametrize("key", SIGN_INS)
def test_the_five_can_sign_in_and_see_today(demo, client, key):
    answer = client.post("/accounts/login/", {"login": f"{key}@demo.example", "password": PASSWORD})

    assert answer.status_code == 302
    assert client.get("/").status_code == 200


def test_every_state_is_there(demo):
    def states(model, field="status"):
        return set(model.objects.values_list(field, flat=True))

    assert states(Option, "stage") == set(Stage.values)
    assert states(BriefVersion) == set(BriefStatus.values)
    assert states(SponsorRequest) == set(RequestStatus.values)
    assert states(Goal) == set(GoalStatus.values)
    assert states(Assignment) == set(Status.values)
    assert states(Assignment, "ending") == {"", *Ending.values}
    # No sponsor of the demo changes while the reviews of their work are open.
    missing = {ReviewStatus.WITHDRAWN, ReviewStatus.CALIBRATING, ReviewStatus.AMENDED}
    assert states(Review) == set(ReviewStatus.values) - missing
    assert set(person("mentee").mentorships_as_mentee.values_list("options__stage", flat=True)) == set(Stage.values)
    assert 120 <= Evidence.objects.count() <= 200


def test_there_are_earlier_closed_cycles_and_the_open_one_of_this_half_year(demo):
    current, earlier, before, first = ReviewCycle.objects.order_by("-opens_on")

    assert current.code == half_year(env.today())[0]
    assert current.opens_on <= env.today() <= current.closes_on
    assert first.closes_on < before.opens_on <= before.closes_on < earlier.opens_on
    assert earlier.closes_on < current.opens_on
    assert [Review.objects.final().filter(cycle=each).count() for each in (first, before)] == [4, 4]
    assert Review.objects.final().filter(cycle=earlier).count() == 17
    assert Review.objects.final().filter(cycle=current).count() == 8
    for review in Review.objects.select_related("cycle"):
        assert review.cycle.opens_on <= review.asked_at.date() <= review.cycle.closes_on


def test_each_row_passes_its_own_checks(demo):
    for model in models():
        for row in model._base_manager.all():
            fields = model._meta.concrete_fields
            apart = [f.name for f in fields if f.is_relation or (f.null and f.value_from_object(row) is None)]
            row.clean_fields(exclude=apart)


def test_constraints_hold_in_words_too(demo):
    for model in (Option, Assignment, BriefVersion, SponsorRequest, Review, Mentorship):
        for row in model.objects.all():
            row.validate_constraints()


def test_options_and_assignments_tell_the_same_story(demo):
    for assignment in Assignment.objects.select_related("option__mentorship"):
        expected = {
            Status.CHARTERING: Stage.SEEKING_SPONSOR,
            Status.CLOSED: Stage.CLOSED,
        }.get(assignment.status, Stage.ACTIVE)
        assert assignment.option.stage == expected
        assert assignment.option.mentorship.mentor_id == assignment.mentor_id
        accepted = SponsorRequest.objects.get(version__brief__option=assignment.option, status="accepted")
        assert accepted.sponsor_id == assignment.sponsor_id
        charter = assignment.charter
        acknowledged = charter.acknowledgements.filter(charter_version=charter.version).count()
        assert (acknowledged == 3) == (assignment.activated_at is not None)
    with_work = Option.objects.filter(stage__in=[Stage.ACTIVE, Stage.CLOSED])
    assert not with_work.filter(assignment=None).exists()
    briefed = Option.objects.filter(stage__in=[Stage.BRIEFED, Stage.SEEKING_SPONSOR])
    assert not briefed.exclude(brief__versions__submitted_at__isnull=False).exists()
    assert not SponsorRequest.objects.filter(status="declined").exclude(version__status="sponsor_declined").exists()


def test_what_happened_happened_in_order_and_before_now(demo):
    require_order()
    assert AuditEntry.objects.order_by("pk").first().at < env.now() - timedelta(days=420)


def require_order() -> None:
    """Fail where something of one thing happened before what it came of, or has not happened yet."""
    moments: list[list] = []
    for version in BriefVersion.objects.prefetch_related("sponsor_requests"):
        moments.append([version.created_at, version.submitted_at, version.decided_at])
        moments += [[version.submitted_at, r.asked_at, r.answered_at] for r in version.sponsor_requests.all()]
    for each in Assignment.objects.select_related("charter", "option"):
        moments.append([each.option.created_at, each.created_at, each.charter.updated_at])
        # A charter that was changed later is newer than the beginning.
        written = each.charter.updated_at if each.charter.version == 1 else None
        moments.append([written, each.activated_at, each.closed_at])
    for answer in CheckInAnswer.objects.all():
        moments.append([answer.answered_at, answer.acknowledged_at])
    for asked in FeedbackRequest.objects.all():
        moments.append([asked.asked_at, asked.settled_at, asked.thanked_at])
    for round in FeedbackRound.objects.all():
        moments.append([round.created_at, round.closed_at, round.thanked_at])
    for review in Review.objects.all():
        moments.append([review.asked_at, review.submitted_at, review.final_at])
    moments += [[notice.due_at, notice.sent_at, notice.read_at] for notice in Notice.objects.all()]
    moments.append(list(AuditEntry.objects.order_by("pk").values_list("at", flat=True)))

    for row in moments:
        known = [moment for moment in row if moment is not None]
        assert all(earlier <= later for earlier, later in pairwise(known)), row
        assert known[-1] <= env.now()


def test_the_same_seed_on_the_same_day_gives_the_same_rows(cohort, demo):
    again = everything()

    assert again.keys() == cohort.first.keys()
    for label, rows in again.items():
        assert rows == cohort.first[label], label


def test_the_demo_is_written_in_a_few_seconds(cohort, demo):
    assert cohort.seconds < 20


def test_reviews_rest_on_evidence_that_the_rater_was_shown(demo):
    for review in Review.objects.asked().exclude(status=ReviewStatus.DRAFT):
        shown = set(evidence_for(review).values_list("pk", flat=True))
        scores = list(review.scores.all())
        assert len(scores) == 4
        for score in scores:
            linked = set(score.evidence.values_list("pk", flat=True))
            assert linked <= shown
            verdict = judge(
                level=score.level,
                not_observed=score.not_observed,
                note=score.note,
                linked=len(linked),
                available=len(shown),
            )
            assert verdict.value, (review, score, verdict)


def test_final_reviews_disagree_somewhere(demo):
    spread = Counter()
    for score in Score.objects.filter(review__status="final", level__isnull=False).select_related("review"):
        spread[score.review.assignment_id, score.criterion_id, score.level] += 1
    levels = Counter((assignment, criterion) for assignment, criterion, _ in spread)

    assert max(levels.values()) >= 3
    assert sum(1 for different in levels.values() if different > 1) >= 12


def test_the_five_find_something_that_waits(demo):
    kinds = {key: {line.kind for line in waiting_for(person(key))} for key in SIGN_INS}

    assert kinds["mentor"] >= {
        "brief_submitted",
        "charter_to_acknowledge",
        "check_in_due",
        "answer_to_acknowledge",
        "reviews.to_write",
    }
    assert kinds["mentee"] >= {"brief_endorsed", "check_in_due", "answer_to_acknowledge", "milestone_overdue"}
    assert kinds["mentee"] >= {"learning_due", "intake_revisit"}
    assert "intake_revisit" in kinds["mentor"]
    assert kinds["sponsor"] >= {"sponsor_asked", "sponsors.changed", "sponsors.check_in_to_acknowledge"}


def test_the_demo_people_are_at_the_centre(demo):
    mentor, mentee, sponsor = person("mentor"), person("mentee"), person("sponsor")

    assert Mentorship.objects.filter(mentor=mentor).running().count() == 5
    assert Goal.objects.filter(mentorship__mentee=mentee, mentorship__mentor=mentor).count() == 2
    assert Assignment.objects.filter(sponsor=sponsor).count() == 3
    assert SponsorRequest.objects.filter(sponsor=sponsor, status=RequestStatus.ASKED).count() == 1
    running = Assignment.objects.get(mentee=mentee, mentor=mentor, sponsor=sponsor, status=Status.ACTIVE)
    today = env.today(mentee.zone)
    assert running.milestones.filter(done_at=None, due_on__lt=today).count() == 1
    waiting = CheckIn.objects.filter(assignment=running, answers=None, due_on__gte=today - timedelta(days=2))
    assert waiting.filter(due_on__lte=today).count() == 1
    answers = CheckInAnswer.objects.filter(check_in__assignment=running)
    assert set(answers.filter(acknowledged_at=None).values_list("by", flat=True)) == {mentee.pk, mentor.pk}
    assert answers.filter(acknowledged_at__isnull=False).count() >= 4
    finished = Assignment.objects.filter(mentee=mentee, status=Status.CLOSED).order_by("starts_on")
    assert [Review.objects.final().filter(assignment=each).count() for each in finished] == [4, 4, 5]
    assert Review.objects.filter(rater=mentor, status=ReviewStatus.DRAFT).count() == 1


def test_feedback_is_asked_by_name_and_in_confidence_answered_and_open(demo):
    rounds = {each.about: each for each in FeedbackRound.objects.filter(assignment__mentee=person("mentee"))}
    confidential = rounds["Working with me on the delay messages"]
    shown = published(confidential, list(confidential.questions.all()))[0]
    assert [len(each.words) for each in shown.questions] == [1, 1, 0]
    assert [(cell.label, cell.people) for cell in shown.questions[2].numbers] == [
        ("Peer", 3),
        ("The other groups together", 3),
    ]
    named = rounds["The key account meeting about the seven customers"]
    assert sorted(named.requests.values_list("state", flat=True)) == ["expired", "no_contact", "submitted", "submitted"]
    assert FeedbackRequest.objects.shared_with(person("sponsor")).count() == 1
    waiting = FeedbackRequest.objects.filter(state="asked")
    assert waiting.filter(giver=person("mentee")).count() == waiting.filter(giver=person("mentor")).count() == 1
    assert FeedbackRound.objects.filter(evidence__isnull=False).count() == 1


def test_one_sponsor_handed_over_while_the_work_ran(demo):
    [hand_over] = HandOver.objects.all()
    request, work = hand_over.request, hand_over.request.assignment

    assert (request.status, work.sponsor) == (RequestStatus.ACCEPTED, request.sponsor)
    [before] = SponsorRequest.objects.filter(status=RequestStatus.HANDED_OVER)
    assert (before.sponsor, before.version) == (hand_over.outgoing, request.version)
    assert work.activated_at < request.answered_at
    assert (work.charter.version, work.charter.approver) == (2, work.sponsor)
    assert not Assignment.objects.visible_to(hand_over.outgoing).filter(pk=work.pk).exists()


def test_sponsors_are_spoken_with_on_the_rhythm_of_the_charter(demo):
    mentee, sponsor = person("mentee"), person("sponsor")
    running = Assignment.objects.get(mentee=mentee, sponsor=sponsor, status=Status.ACTIVE)
    talks = SponsorCheckIn.objects.filter(assignment=running)

    assert talks.filter(acknowledged_at__isnull=False).count() == 2
    assert talks.filter(recorded_by=mentee, acknowledged_at=None).count() == 1
    assert talks.planned().filter(due_on__gte=env.today()).exists()
    active = Assignment.objects.filter(status=Status.ACTIVE)
    assert set(SponsorCheckIn.objects.planned().values_list("assignment", flat=True)) <= set(
        active.values_list("pk", flat=True)
    )
    for talk in SponsorCheckIn.objects.filter(acknowledged_at__isnull=False):
        assert talk.recorded_at <= talk.acknowledged_at <= env.now()


def test_sponsors_have_dashboards_that_are_up_to_date(demo):
    assert DashboardSnapshot.objects.count() == 7
    assert not DashboardChange.objects.exists()
    assert not Milestone.objects.filter(done_at__lt=F("created_at")).exists()


def test_evidence_files_are_real(demo):
    kinds = Counter()
    for file in EvidenceFile.objects.all():
        with default_storage.open(file.file.name) as opened:
            content = opened.read()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file.size, file.sha256)
        kinds[file.content_type] += 1
        if file.content_type == "image/png":
            check_png(content)
        if file.content_type == "application/pdf":
            start = int(content.split(b"startxref\n")[1].split()[0])
            assert content.startswith(b"%PDF-1.4") and content[start : start + 4] == b"xref"

    assert set(kinds) == {"application/pdf", "image/png", "text/csv", "text/plain"}
    assert min(kinds.values()) >= 8


def check_png(content: bytes) -> None:
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", content[16:24])
    length = struct.unpack(">I", content[33:37])[0]
    assert len(zlib.decompress(content[41 : 41 + length])) == height * (1 + 3 * width)


def test_the_words_are_specific_and_never_repeated(demo):
    told = [
        Evidence.objects.values_list("title", "text", "learned", "changed"),
        CheckInAnswer.objects.values_list("moved", "next_try"),
        Option.objects.filter(origin=None).values_list("title", "why", "success_criteria", "stage_reason"),
        Goal.objects.values_list("title", "success"),
        Milestone.objects.values_list("title", "definition_of_progress"),
        Review.objects.values_list("summary"),
        SponsorRequest.objects.values_list("message", "reason"),
        Mentorship.objects.values_list("purpose"),
        FeedbackAnswer.objects.values_list("words"),
        FeedbackRound.objects.values_list("about", "note", "changed_because"),
    ]
    long = [words for rows in told for row in rows for words in row if len(words) > 25]

    assert [words for words, times in Counter(long).items() if times > 1] == []
    everything = "\n".join(long).lower()
    for word in ("lorem", "ipsum", "test 1", "foo ", "bar baz", "todo", "xxx", "asdf", "stretchhub"):
        assert word not in everything


def test_people_have_chosen_how_they_are_told_and_the_sites_have_holidays(demo):
    amara = User.objects.get(email="mentee@demo.example")

    assert amara.topic_deliveries.get().delivery == "daily"
    assert amara.absences.get().from_on > env.today()
    year = env.today().year
    assert set(Holiday.objects.filter(on=date(year, 12, 26)).values_list("location", flat=True)) == {amara.location}


def test_one_pair_meets_on_the_days_of_its_milestones(demo):
    [charter] = Charter.objects.filter(rhythm=Rhythm.BY_MILESTONE)
    assignment = charter.assignment

    ahead = CheckIn.objects.filter(assignment=assignment, due_on__gt=env.today())
    waiting = Milestone.objects.filter(assignment=assignment, done_at__isnull=True, due_on__gt=env.today())
    assert [(each.due_on, each.milestone_id) for each in ahead.order_by("due_on")] == [
        (each.due_on, each.pk) for each in waiting.order_by("due_on")
    ]
    assert ahead.count() == 2


def test_one_status_is_set_by_hand_with_its_end_and_too_much_work_was_answered(demo):
    override = StatusOverride.objects.get()
    assignment = override.assignment
    load = load_on(assignment)

    assert override.ended_at is None
    assert env.today() < override.expires_on <= override.at.date() + timedelta(days=14)
    judged = judgement(assignment, read([assignment])[assignment.pk])
    assert (judged.value, judged.by_hand.by) == ("needs_attention", assignment.mentor.name)
    assert load.response.choice == "rescope"
    assert not load.guard.value


def test_amara_has_three_reviews_to_grow_by_priyanka_too_little_to_tell_and_samuel_none(demo):
    growths = {}
    for key in ("mentee", "priyanka.menon", "samuel.okonjo"):
        someone = person(key)
        growths[key] = growth_of(someone, work_of(someone), env.today(), with_load=True)

    amara = {line.key: line for line in growths["mentee"].lines}
    assert [work.stretch.load for work in growths["mentee"].works][:3] == [5, 6, 6]
    assert [point.mean for point in amara["influence"].rated] == [2, pytest.approx(8 / 3), pytest.approx(11 / 3)]
    assert {key: line.change.reason.code for key, line in amara.items()} == {
        "learning": "within_noise",
        "adaptability": "within_noise",
        "influence": "grown",
        "impact": "grown",
    }
    assert [(len(line.rated), line.change) for line in growths["priyanka.menon"].lines] == [(1, None)] * 4
    assert growths["samuel.okonjo"].lines == ()


def test_amara_has_a_signed_letter_and_a_case_study_that_names_nobody_else(demo):
    documents = IssuedDocument.objects.filter(person__email="mentee@demo.example").order_by("kind")
    case, letter = documents

    assert [each.kind for each in documents] == ["case_study", "letter"]
    assert all(each.is_intact and each.papers.count() == 2 for each in documents)
    assert Letter.objects.get(document=letter).state == "signed"
    assert letter.by.email == "mentor@demo.example"
    others = User.objects.exclude(pk=case.person_id).values_list("full_name", flat=True)
    assert [name for name in others if name in case.content] == []
    assert "Felixstowe" not in case.content
    assert "the port depot" in case.content


def test_two_offers_of_a_mentorship_wait_one_to_the_mentee_who_signs_in_and_one_of_the_mentor(demo):
    offers = MentorshipOffer.objects.open().order_by("mentor__email")

    assert [(offer.mentor, offer.mentee) for offer in offers] == [
        (person("mentor"), person("callum.reid")),
        (person("sunita.rao"), person("mentee")),
    ]
    assert "mentorship_offered" in {line.kind for line in waiting_for(person("mentee"))}
