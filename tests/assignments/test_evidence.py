import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from assignments.actions import evidence as actions
from assignments.models import Assignment, DashboardChange, Evidence, EvidenceFile
from sponsors.actions import dashboard
from sponsors.models import DashboardSnapshot
from stretchhub.audit.models import AuditEntry
from stretchhub.env import today
from stretchhub.notices.delivery import deliver
from stretchhub.notices.models import Notice, State
from tests.factories import (
    AssignmentFactory,
    CompetencyFactory,
    EvidenceFactory,
    GoalFactory,
    MentorshipFactory,
    MilestoneFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(mentee, mentor, sponsor):
    mentorship = MentorshipFactory(mentee=mentee, mentor=mentor)
    return AssignmentFactory(option__mentorship=mentorship, sponsor=sponsor)


def posted(**changes):
    return {
        "title": "Demo to the regional leads",
        "text": "Twelve people came.",
        "learned": "Show the old way first.",
        "happened_on": today().isoformat(),
    } | changes


def log(client, assignment, **changes):
    return client.post(f"/assignments/{assignment.code}/evidence/log/", posted(**changes))


def test_evidence_is_logged_and_the_mentor_told(assignment, sign_in):
    milestone, competency = MilestoneFactory(assignment=assignment), CompetencyFactory()

    response = log(
        sign_in(assignment.mentee),
        assignment,
        milestone=milestone.pk,
        competencies=[competency.pk],
        changed="Two regions joined.",
        files=[SimpleUploadedFile("photo.png", b"\x89PNG\r\n\x1a\n" + b"0" * 50)],
    )

    evidence = Evidence.objects.get()
    assert response["Location"] == f"/evidence/{evidence.code}/"
    assert (evidence.milestone, list(evidence.competencies.all())) == (milestone, [competency])
    assert (evidence.shared_with_sponsor, evidence.shared_at_review) == (False, False)
    assert Notice.objects.get().recipient == assignment.mentor
    assert AuditEntry.objects.get(verb="evidence.logged").fields == [
        "changed",
        "files",
        "happened_on",
        "kind",
        "learned",
        "milestone",
        "text",
        "title",
    ]
    assert Assignment.objects.get().revision == 1


def test_sharing_while_logging_tells_the_sponsor_and_raises_the_revision(assignment, sign_in):
    log(sign_in(assignment.mentee), assignment, shared_with_sponsor="on")

    told = Notice.objects.filter(kind="assignments.evidence_shared")
    assert told.get().recipient == assignment.sponsor
    assert Assignment.objects.get().revision == 2


def test_one_of_words_link_or_file_is_needed(assignment, sign_in):
    response = log(sign_in(assignment.mentee), assignment, text="")

    assert response.status_code == 422
    assert "Add at least one: a few words, a link or a file." in response.content.decode()
    assert log(sign_in(assignment.mentee), assignment, text="", link="example.org/report").status_code == 302
    assert Evidence.objects.get().link == "https://example.org/report"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, "Give it a name you will recognise in half a year."),
        ({"learned": ""}, "at review time this is what counts."),
        ({"link": "ftp://example.org/x"}, "Paste the whole address"),
        ({"link": "javascript:alert(1)"}, "Paste the whole address"),
        ({"happened_on": "2999-01-01"}, "This day is still to come."),
    ],
)
def test_errors_say_what_to_do(assignment, sign_in, changes, words):
    response = log(sign_in(assignment.mentee), assignment, **changes)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Evidence.objects.exists()


def test_a_form_sent_twice_logs_once(assignment, sign_in):
    client = sign_in(assignment.mentee)

    first, second = (log(client, assignment, submit_key="once") for _ in range(2))

    assert first["Location"] == second["Location"]
    assert Evidence.objects.count() == 1


def test_another_assignments_milestone_is_not_taken(assignment, sign_in):
    response = log(sign_in(assignment.mentee), assignment, milestone=MilestoneFactory().pk)

    assert response.status_code == 422


def test_competencies_of_option_and_goal_are_offered_and_no_others(assignment, sign_in):
    CompetencyFactory(name="A far one")
    wanted, aimed = CompetencyFactory(name="Of the option"), CompetencyFactory(name="Of the goal")
    option = assignment.option
    option.contributions.create(competency=wanted)
    option.goal = GoalFactory(mentorship=option.mentorship)
    option.goal.targets.create(competency=aimed, level_now=2, level_wanted=3)
    option.save()

    page = sign_in(assignment.mentee).get(f"/assignments/{assignment.code}/evidence/log/")

    assert page.context["form"].suggested == [aimed, wanted]
    assert "A far one" not in page.content.decode()


def test_another_competency_is_named_by_typing_it(assignment, sign_in):
    ticked, typed = CompetencyFactory(name="Ticked"), CompetencyFactory(name="A far one")
    client = sign_in(assignment.mentee)

    unknown = log(client, assignment, another="A fat one")
    log(client, assignment, competencies=[ticked.pk], another="a far ONE", one_more="A far one")

    assert unknown.status_code == 422
    assert "There is no competency “A fat one”. Near it: A far one." in unknown.content.decode()
    assert set(Evidence.objects.get().competencies.all()) == {ticked, typed}


@pytest.mark.parametrize("who", ["mentor", "sponsor"])
def test_only_the_mentee_logs(assignment, who, sign_in):
    assert log(sign_in(getattr(assignment, who)), assignment).status_code == 403


def test_nothing_is_logged_before_it_begins(mentee, sign_in):
    waiting = AssignmentFactory(chartering=True, option__mentorship__mentee=mentee)

    assert sign_in(mentee).get(f"/assignments/{waiting.code}/evidence/log/").status_code == 403


def test_only_its_author_shares_and_takes_back(assignment, sign_in):
    evidence = EvidenceFactory(assignment=assignment)
    address = f"/evidence/{evidence.code}/share/"

    assert sign_in(assignment.sponsor).get(f"/evidence/{evidence.code}/").status_code == 404
    assert sign_in(assignment.mentor).post(address, {"audience": "sponsor", "shared": "1"}).status_code == 403
    sign_in(assignment.mentee).post(address, {"audience": "sponsor", "shared": "1"})
    assert sign_in(assignment.sponsor).get(f"/evidence/{evidence.code}/").status_code == 200
    sign_in(assignment.mentee).post(address, {"audience": "sponsor", "shared": "0"})

    assert sign_in(assignment.sponsor).get(f"/evidence/{evidence.code}/").status_code == 404
    verbs = AuditEntry.objects.filter(verb__startswith="evidence.").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["evidence.shared", "evidence.unshared"]
    assert Assignment.objects.get().revision == 3


def test_sharing_with_hr_does_not_touch_the_dashboard(assignment):
    evidence = EvidenceFactory(assignment=assignment)

    actions.share(evidence, by=assignment.mentee, audience="review", shared=True)
    actions.share(evidence, by=assignment.mentee, audience="review", shared=True)

    assert evidence.shared_at_review
    assert Assignment.objects.get().revision == 1
    assert AuditEntry.objects.filter(verb="evidence.shared").count() == 1


def test_evidence_that_is_not_shared_counts_on_the_dashboard_at_once(sign_in):
    """Its light tells that nothing was logged for long; that is over with the next, whoever may read it."""
    late = AssignmentFactory(starts_on=today() - timedelta(days=60))
    dashboard.rebuild([late.sponsor_id])
    before = DashboardSnapshot.objects.get().content["cards"][0]["reasons"]

    log(sign_in(late.mentee), late)
    dashboard.rebuild_behind()

    assert [reason[0] for reason in before] == ["evidence"]
    assert DashboardSnapshot.objects.get().content["cards"][0]["reasons"] == []
    assert Assignment.objects.get().revision == 1


def test_a_sponsor_does_not_learn_when_words_are_changed_that_only_others_read(assignment):
    evidence = EvidenceFactory(assignment=assignment)
    dashboard.rebuild([assignment.sponsor_id])

    def change(**words):
        actions.change_evidence(evidence, by=assignment.mentee, version=evidence.version, words=words)
        return DashboardChange.objects.filter(sponsor=assignment.sponsor_id).count()

    assert change(title="Other words", happened_on=evidence.happened_on) == 0
    assert change(happened_on=evidence.happened_on - timedelta(days=3)) == 1


def test_an_unknown_audience_is_refused(assignment, sign_in):
    evidence = EvidenceFactory(assignment=assignment)

    assert sign_in(assignment.mentee).post(f"/evidence/{evidence.code}/share/", {"audience": "all"}).status_code == 409


def test_the_mentor_cannot_share_by_the_action_either(assignment):
    with pytest.raises(PermissionDenied):
        actions.share(EvidenceFactory(assignment=assignment), by=assignment.mentor, audience="sponsor", shared=True)


def test_the_sponsors_page_names_nobody_it_is_not_shared_with(assignment, sign_in):
    evidence = EvidenceFactory(assignment=assignment, shared_with_sponsor=True)

    page = sign_in(assignment.sponsor).get(f"/evidence/{evidence.code}/").content.decode()

    assert "Show the old way first." in page
    assert "Who sees it" not in page


def test_the_whole_list_goes_on_by_key(assignment, sign_in):
    for number in range(30):
        EvidenceFactory(assignment=assignment, happened_on=today() - timedelta(days=number % 4))
    client, address = sign_in(assignment.mentor), f"/assignments/{assignment.code}/evidence/"

    first = client.get(address)
    second = client.get(address, {"after": first.context["page"].next_key})

    seen = [piece.pk for response in (first, second) for piece in response.context["page"]]
    assert sorted(seen) == sorted(Evidence.objects.values_list("pk", flat=True))


def test_words_alone_are_logged_without_asking_for_files_competencies_or_metrics(assignment, sign_in):
    client = sign_in(assignment.mentee)
    log(client, assignment, submit_key="first", shared_with_sponsor="on")

    asked = []

    def note(execute, sql, *how):
        # A compiled question goes to PostgreSQL as bytes.
        words = sql.decode() if isinstance(sql, bytes) else sql
        asked.append(words.lstrip("( \n"))
        return execute(sql, *how)

    with connection.execute_wrapper(note):
        log(client, assignment, submit_key="second", shared_with_sponsor="on")

    assert assignment.evidence.count() == 2
    read = [re.search(r'FROM "?(\w+)', sql).group(1) for sql in asked if sql.startswith("SELECT")]
    changed = [sql.split()[0] for sql in asked if sql.startswith(("INSERT", "UPDATE", "DELETE"))]
    # Who asks, for which work, and how the two who are told want to hear of it.
    assert sorted(read) == [
        "assignments_assignment", "django_session", "notices_absence", "people_user", "people_user",
    ]  # fmt: skip
    # The submit key and its answer, the evidence, the trail, both messages, the revision and its note; no draft.
    assert sorted(changed) == ["DELETE", *["INSERT"] * 5, *["UPDATE"] * 2]


@pytest.mark.parametrize("page", ["list", "detail", "log"])
def test_the_pages_take_as_many_queries_with_three_as_with_one(assignment, page, sign_in, count_queries):
    evidence = EvidenceFactory(assignment=assignment)
    addresses = {
        "list": f"/assignments/{assignment.code}/evidence/",
        "detail": f"/evidence/{evidence.code}/",
        "log": f"/assignments/{assignment.code}/evidence/log/",
    }
    client = sign_in(assignment.mentee)
    _more(evidence, "a")
    client.get(addresses[page])
    before = count_queries(client, addresses[page])
    for name in "bc":
        _more(evidence, name)
        EvidenceFactory(assignment=assignment)

    assert count_queries(client, addresses[page]) == before


def _more(evidence, name):
    evidence.competencies.add(CompetencyFactory())
    MilestoneFactory(assignment=evidence.assignment)
    EvidenceFile.objects.create(evidence=evidence, file=name, name=name, size=1, content_type="x/y", sha256="0" * 64)


@pytest.mark.parametrize("key", ["9" * 25, "9" * 5000, "-9223372036854775809", "x"])
def test_a_competency_that_no_row_can_be_is_refused_with_words(assignment, sign_in, key):
    response = log(sign_in(assignment.mentee), assignment, competencies=[key])

    assert response.status_code == 422
    assert "Choose from the list." in response.content.decode()
    assert Evidence.objects.count() == 0


def test_evidence_shared_again_before_the_mail_went_out_is_told_of(assignment):
    evidence = EvidenceFactory(assignment=assignment)
    actions.share(evidence, by=assignment.mentee, audience="sponsor", shared=True)
    actions.share(evidence, by=assignment.mentee, audience="sponsor", shared=False)
    deliver()
    assert Notice.objects.get(kind="assignments.evidence_shared").state == State.CANCELLED

    actions.share(evidence, by=assignment.mentee, audience="sponsor", shared=True)
    deliver()
    assert Notice.objects.get(kind="assignments.evidence_shared").state == State.SENT

    actions.share(evidence, by=assignment.mentee, audience="sponsor", shared=False)
    actions.share(evidence, by=assignment.mentee, audience="sponsor", shared=True)
    assert Notice.objects.get(kind="assignments.evidence_shared").state == State.SENT
