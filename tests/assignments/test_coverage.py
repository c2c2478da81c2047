"""Which competencies are covered by evidence from whom, and asking for what is missing."""

from datetime import UTC, date, datetime, timedelta

import pytest

from assignments.actions import evidence as evidence_actions
from assignments.actions import evidence_ask as actions
from assignments.coverage import SOURCES, Shown, cover, recency
from assignments.coverage_words import sentence
from assignments.covering import covering
from assignments.models import (
    EvidenceAsk,
    EvidenceFile,
    FeedbackAnswer,
    FeedbackQuestion,
    FeedbackRequest,
    FeedbackRound,
    Source,
)
from assignments.refusals import Refused
from assignments.waiting import waiting_for
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now, today
from stretchhub.notices.delivery import deliver
from stretchhub.notices.models import Notice
from tests.factories import (
    AssignmentFactory,
    CompetencyFactory,
    CompetencyLevelFactory,
    EvidenceAskFactory,
    EvidenceFactory,
    EvidenceVerificationFactory,
    GoalFactory,
    MeasurementFactory,
    MentorshipFactory,
)

DAY = date(2026, 3, 31)


def shown(source="self", competency=1, days=0):
    return Shown(competency, source, DAY - timedelta(days=days))


# --- the arithmetic ------------------------------------------------------------------------------


def test_the_sources_are_those_of_the_models():
    assert tuple(Source.values) == SOURCES


def test_coverage_is_the_share_of_places_that_hold_something():
    found = cover([1, 2], [shown(), shown(days=3), shown("mentor", days=30), shown("metric", 2, 50)], DAY)

    assert (found.value, found.filled, found.cells, found.reason) == (3 / 12, 3, 12, "gaps")
    first, second = found.parts
    assert [(cell.source, cell.value, cell.reason) for cell in first.parts if cell.value] == [
        ("self", 2, "fresh"),
        ("mentor", 1, "recent"),
    ]
    assert first.parts[0].last == DAY
    assert first.parts[0].parts == (DAY, DAY - timedelta(days=3))
    assert (first.value, first.reason, second.reason) == (2, "several", "self_only")
    assert second.parts[0].last is None


@pytest.mark.parametrize(
    ("sources", "reason"),
    [
        ([], "none"),
        (["self"], "self_only"),
        (["self", "metric", "artefact"], "self_only"),
        (["mentor"], "one_source"),
        (["end_user"], "one_source"),
        (["self", "peer"], "several"),
    ],
)
def test_what_nobody_else_has_seen_is_said_to_be_so(sources, reason):
    assert cover([1], [shown(source) for source in sources], DAY).parts[0].reason == reason


def test_without_a_competency_there_is_no_share_and_with_everything_it_is_whole():
    assert (cover([], [shown()], DAY).value, cover([], [], DAY).reason) == (None, "no_competency")
    assert (cover([1], [], DAY).value, cover([1], [], DAY).reason) == (0.0, "nothing")
    full = cover([1], [shown(source) for source in SOURCES], DAY)
    assert (full.value, full.reason) == (1.0, "full")


def test_later_days_other_competencies_and_unknown_sources_do_not_count():
    assert cover([1], [shown(days=-1), shown(competency=9), shown("rumour")], DAY).filled == 0


@pytest.mark.parametrize(
    ("days", "reason"), [(0, "fresh"), (21, "fresh"), (22, "recent"), (42, "recent"), (43, "older"), (900, "older")]
)
def test_three_weeks_are_fresh_and_six_are_recent(days, reason):
    assert recency([DAY - timedelta(days=days)], DAY) == reason


# --- the reading ---------------------------------------------------------------------------------


@pytest.fixture
def assignment(mentee, mentor, sponsor):
    mentorship = MentorshipFactory(mentee=mentee, mentor=mentor)
    return AssignmentFactory(option__mentorship=mentorship, sponsor=sponsor)


@pytest.fixture
def competency(assignment):
    made = CompetencyFactory(name="Influence")
    assignment.option.contributions.create(competency=made)
    return made


def sources(assignment, competency, day=None):
    """The sources that hold something, with how much."""
    [row] = [row for row in covering(assignment, day or today()).coverage.parts if row.competency == competency.pk]
    return {cell.source: cell.value for cell in row.parts if cell.value}


def tagged(assignment, competency, **words):
    evidence = EvidenceFactory(assignment=assignment, **words)
    evidence.competencies.add(competency)
    return evidence


@pytest.mark.django_db
def test_words_are_the_mentees_own_and_what_can_be_looked_at_is_an_artefact(assignment, competency):
    tagged(assignment, competency)
    assert sources(assignment, competency) == {"self": 1}

    tagged(assignment, competency, link="https://example.org/")
    tagged(assignment, competency, kind="demo")
    file = tagged(assignment, competency)
    EvidenceFile.objects.create(evidence=file, file="x", name="x", size=1, content_type="x/y", sha256="0")

    assert sources(assignment, competency) == {"self": 4, "artefact": 3}


@pytest.mark.django_db
def test_a_measured_outcome_is_a_metric_until_it_is_taken_back(assignment, competency):
    measured = MeasurementFactory(assignment=assignment)
    tagged(assignment, competency, outcome=measured.outcome)
    assert sources(assignment, competency) == {"self": 1, "metric": 1}

    measured.taken_back_at = now()
    measured.save()

    assert sources(assignment, competency) == {"self": 1}


@pytest.mark.django_db
def test_a_word_counts_for_what_the_evidence_shows_and_not_having_seen_it_does_not(assignment, competency, sponsor):
    evidence = tagged(assignment, competency)
    EvidenceVerificationFactory(evidence=evidence, verdict="partly")
    EvidenceVerificationFactory(evidence=evidence, by=sponsor, source="peer")
    other = tagged(assignment, competency)
    EvidenceVerificationFactory(evidence=other, verdict="not_seen")

    assert sources(assignment, competency) == {"self": 2, "mentor": 1, "peer": 1}


@pytest.mark.django_db
def test_levels_count_from_the_start_of_the_work(assignment, competency):
    person, mentor = assignment.mentee, assignment.mentor
    CompetencyLevelFactory(person=person, competency=competency, dated_on=assignment.starts_on)
    CompetencyLevelFactory(person=person, competency=competency, by=mentor)
    CompetencyLevelFactory(
        person=person, competency=competency, by=mentor, dated_on=assignment.starts_on - timedelta(days=1)
    )

    assert sources(assignment, competency) == {"self": 1, "mentor": 1}


def answer(assignment, competency, group, *, confidential=False, state="submitted"):
    round_ = FeedbackRound.objects.create(
        assignment=assignment,
        asked_by=assignment.mentee,
        about="The demo",
        confidential=confidential,
        closes_on=today(),
        keep_until=today() + timedelta(days=90),
    )
    question = FeedbackQuestion.objects.create(round=round_, position=1, text="What?", competency=competency)
    request = FeedbackRequest.objects.create(
        round=round_, giver_name="A", giver_email="a@example.org", group=group, state=state, settled_at=now()
    )
    FeedbackAnswer.objects.create(request=request, question=question, words="Well")


@pytest.mark.django_db
def test_feedback_by_name_counts_and_what_one_person_said_in_confidence_does_not(assignment, competency):
    for group in ("coach", "expert", "peer", "end_user"):
        answer(assignment, competency, group)
    answer(assignment, competency, "end_user", confidential=True)
    answer(assignment, competency, "end_user", state="declined")

    assert sources(assignment, competency) == {"peer": 3, "end_user": 1}


@pytest.mark.django_db
def test_what_the_goal_and_the_evidence_name_is_covered_too_and_a_closed_work_stands_still(assignment, competency):
    extra, aim = CompetencyFactory(name="Extra"), CompetencyFactory(name="Aim")
    assignment.option.goal = GoalFactory(mentorship=assignment.option.mentorship)
    assignment.option.goal.targets.create(competency=aim, level_now=2, level_wanted=3)
    tagged(assignment, extra, happened_on=today() - timedelta(days=20))
    assignment.closed_at = datetime.combine(today() - timedelta(days=10), datetime.min.time(), tzinfo=UTC)

    found = covering(assignment, today() + timedelta(days=300))

    assert set(found.competencies) == {competency.pk, extra.pk, aim.pk}
    assert [cell.reason for row in found.coverage.parts for cell in row.parts if cell.value] == ["fresh"]


def test_coverage_is_told_in_a_sentence():
    full = cover([1], [shown(source) for source in SOURCES], DAY)

    assert sentence(full) == "Every source has shown every competency."


# --- the page, and asking ------------------------------------------------------------------------


def page(client, assignment):
    return client.get(f"/assignments/{assignment.code}/evidence/coverage/")


@pytest.mark.django_db
def test_each_gap_leads_the_mentee_to_who_can_fill_it(assignment, competency, sign_in):
    text = page(sign_in(assignment.mentee), assignment).content.decode()

    assert "Nothing shows these competencies yet." in text
    assert f"/evidence/log/?competency={competency.code}&amp;kind=text" in text
    assert f"/evidence/log/?competency={competency.code}&amp;kind=file" in text
    assert f"/assignments/{assignment.code}/measurements/" in text
    assert f"/feedback/ask/?competency={competency.code}&amp;group=end_user" in text
    assert "Ask Tom" in text


@pytest.mark.django_db
def test_the_mentor_says_what_they_saw_and_asks_the_mentee_for_the_rest(assignment, competency, sign_in):
    client = sign_in(assignment.mentor)
    before = page(client, assignment).content.decode()
    evidence = tagged(assignment, competency)

    after = page(client, assignment).content.decode()

    assert "Write down a level" in before
    assert f"/evidence/{evidence.code}/#verify" in after
    assert "Ask Mina" in after


@pytest.mark.django_db
@pytest.mark.parametrize("filled", [0, 1])
def test_without_a_competency_the_page_says_how_to_begin(assignment, sign_in, filled):
    if filled:
        competency = CompetencyFactory()
        evidence = tagged(assignment, competency)
        EvidenceVerificationFactory(evidence=evidence)

    text = page(sign_in(assignment.mentee), assignment).content.decode()

    assert ("No competency is named yet" in text) == (not filled)
    assert ("2 of 6 places hold evidence." in text) == bool(filled)


@pytest.mark.django_db
def test_the_page_takes_as_many_queries_with_three_as_with_one(assignment, competency, sign_in, count_queries):
    client, address = sign_in(assignment.mentee), f"/assignments/{assignment.code}/evidence/coverage/"
    EvidenceVerificationFactory(evidence=tagged(assignment, competency))
    client.get(address)
    before = count_queries(client, address)
    for _each in range(2):
        EvidenceVerificationFactory(evidence=tagged(assignment, CompetencyFactory()))
        EvidenceAskFactory(assignment=assignment, competency=competency, source=["mentor", "peer"][_each])

    assert count_queries(client, address) == before <= 12


def ask(client, assignment, competency="", source="mentor"):
    code = getattr(competency, "code", competency)
    return client.post(f"/assignments/{assignment.code}/evidence/ask/?competency={code}&source={source}")


@pytest.mark.django_db
def test_one_tap_asks_the_mentor_once(assignment, competency, sign_in, mailoutbox):
    client = sign_in(assignment.mentee)

    for _tap in range(2):
        ask(client, assignment, competency)
    deliver()

    made = EvidenceAsk.objects.get()
    assert (made.asked_by, made.asked_of, made.source) == (assignment.mentee, assignment.mentor, "mentor")
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [
        ([assignment.mentor.email], "Mina Okafor asks you for evidence of “Influence”")
    ]
    assert AuditEntry.objects.get(verb="evidence.asked").fields == ["competency", "source"]
    [line] = [line for line in waiting_for(assignment.mentor) if line.kind == "evidence_asked"]
    assert (line.title, line.url) == ("Show what you know of “Influence”", f"/evidence-asks/{made.code}/")
    assert "Asked " in page(client, assignment).content.decode()


@pytest.mark.django_db
def test_the_mentor_asks_the_mentee_who_is_led_to_the_form(assignment, competency, sign_in):
    ask(sign_in(assignment.mentor), assignment, competency, "artefact")
    made = EvidenceAsk.objects.get()

    text = sign_in(assignment.mentee).get(f"/evidence-asks/{made.code}/").content.decode()

    assert made.asked_of == assignment.mentee
    assert f"/evidence/log/?competency={competency.code}&amp;kind=file" in text
    assert "I have nothing to add" in text


@pytest.mark.django_db
@pytest.mark.parametrize("source", ["peer", "metric", "mentor"])
def test_whoever_is_asked_sees_a_first_step(assignment, competency, sign_in, source):
    asked = EvidenceAskFactory(
        assignment=assignment,
        competency=competency,
        source=source,
        asked_by=assignment.mentee if source == "mentor" else assignment.mentor,
        asked_of=assignment.mentor if source == "mentor" else assignment.mentee,
    )
    steps = {"peer": "Ask for feedback", "metric": "Measure", "mentor": "Write down a level"}

    theirs = sign_in(asked.asked_of).get(f"/evidence-asks/{asked.code}/").content.decode()
    mine = sign_in(asked.asked_by).get(f"/evidence-asks/{asked.code}/").content.decode()

    assert steps[source] in theirs
    assert steps[source] not in mine
    assert "Take the question back" in mine


@pytest.mark.django_db
@pytest.mark.parametrize(("competency_", "source"), [("", "mentor"), ("x", "mentor"), (None, "rumour"), (None, "self")])
def test_what_cannot_be_asked_is_refused_with_words(assignment, competency, sign_in, competency_, source):
    response = ask(sign_in(assignment.mentee), assignment, competency if competency_ is None else competency_, source)

    assert response.status_code == 409
    assert not EvidenceAsk.objects.exists()


@pytest.mark.django_db
def test_nobody_asks_themselves(assignment, competency):
    with pytest.raises(Refused, match="yours to bring"):
        actions.ask(assignment, by=assignment.mentor, competency=competency, source="mentor")


@pytest.mark.django_db
def test_logging_settles_what_was_asked_and_the_mail_that_has_not_gone_is_not_sent(assignment, competency, mailoutbox):
    asked = EvidenceAskFactory(
        assignment=assignment,
        competency=competency,
        source="self",
        asked_by=assignment.mentor,
        asked_of=assignment.mentee,
    )
    metric = EvidenceAskFactory(
        assignment=assignment,
        competency=competency,
        source="metric",
        asked_by=assignment.mentor,
        asked_of=assignment.mentee,
    )
    from_them = Notice.objects.filter(kind="assignments.evidence_asked")
    actions.messages.evidence.asked(asked)
    words = {"title": "Demo", "learned": "x", "happened_on": today()}

    evidence_actions.log_evidence(assignment, by=assignment.mentee, words=words, competencies=[competency])
    deliver()

    asked.refresh_from_db()
    metric.refresh_from_db()
    assert (asked.settled_at is None, metric.settled_at is None) == (False, True)
    assert from_them.get().state == "cancelled"
    outcome = MeasurementFactory(assignment=assignment).outcome
    words |= {"outcome": outcome}
    evidence_actions.log_evidence(assignment, by=assignment.mentee, words=words, competencies=[competency])
    metric.refresh_from_db()
    assert metric.settled_at is not None


@pytest.mark.django_db
def test_either_of_the_two_settles_it_once(assignment, competency, sign_in):
    asked = EvidenceAskFactory(assignment=assignment, competency=competency)
    address = f"/evidence-asks/{asked.code}/settle/"

    first = sign_in(assignment.mentor).post(address, {"from": "today"})
    second = sign_in(assignment.mentee).post(address)

    assert first["Location"] == "/"
    assert second["Location"] == f"/assignments/{assignment.code}/evidence/coverage/"
    assert AuditEntry.objects.filter(verb="evidence.ask_settled").count() == 1
    assert "This is settled." in sign_in(assignment.mentor).get(f"/evidence-asks/{asked.code}/").content.decode()
    assert not [line for line in waiting_for(assignment.mentor) if line.kind == "evidence_asked"]
