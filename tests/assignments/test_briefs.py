"""The brief: written by two without loss, judged by the mentor, kept in versions, read by few."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from assignments.actions.brief import (
    decline_brief,
    endorse_brief,
    request_changes,
    start_brief,
    start_new_version,
    submit_brief,
)
from assignments.actions.brief_section import save_section
from assignments.actions.sponsor_request import ask_sponsor
from assignments.models import Brief, BriefRemark, BriefSection, BriefStatus, BriefVersion, BriefWriter, Section
from assignments.readiness import checklist, missing
from assignments.refusals import Refused, Stale
from assignments.waiting import waiting_for
from stretchhub.audit.models import AuditEntry
from stretchhub.notices import kinds
from stretchhub.notices.models import Notice
from tests.factories import (
    AssignmentFactory,
    BriefFactory,
    BriefOutcomeFactory,
    BriefRemarkFactory,
    BriefRiskFactory,
    BriefStakeholderFactory,
    BriefVersionFactory,
    OptionFactory,
    SponsorRequestFactory,
    UserFactory,
)
from tests.rival import looked_before

pytestmark = pytest.mark.django_db
DECIDED = datetime(2020, 9, 1, 12, tzinfo=UTC)


def version_in(mentorship, status=BriefStatus.DRAFT, stage="briefed", number=1):
    brief = BriefFactory(option=OptionFactory(mentorship=mentorship, stage=stage, title="Cut the queue"))
    reason = "Measure it." if status in ("changes_requested", "declined") else ""
    return BriefVersionFactory(brief=brief, number=number, status=status, decision_reason=reason)


def address(name, version):
    return reverse(f"assignments:{name}", args=[version.brief.code])


# --- starting and writing -----------------------------------------------------------------------


def test_start_brief_opens_a_draft_and_moves_nothing(mentorship, mentee):
    option = OptionFactory(mentorship=mentorship, stage="exploring")

    brief = start_brief(option, by=mentee)

    version = brief.versions.get()
    assert (version.number, version.status, version.written_by) == (1, "draft", mentee)
    assert (option.stage, option.version) == ("exploring", 1)
    assert start_brief(option, by=mentee) == brief
    assert AuditEntry.objects.count() == 1


def test_who_is_slower_to_start_a_brief_gets_the_one_that_was_started(mentorship, mentee, mentor):
    option = OptionFactory(mentorship=mentorship)
    started = start_brief(option, by=mentor)

    with looked_before(Brief.objects, "filter", Brief.objects.none()):
        assert start_brief(option, by=mentee) == started

    version = Brief.objects.get().versions.get()
    assert (version.number, version.written_by) == (1, mentor)
    assert list(AuditEntry.objects.values_list("verb", "actor")) == [("brief.started", mentor.pk)]


def test_a_parked_option_gets_no_brief(mentorship, mentee, sign_in):
    option = OptionFactory(mentorship=mentorship, stage="parked", stage_reason="Later.", left_stage="idea")

    with pytest.raises(Refused):
        start_brief(option, by=mentee)

    response = sign_in(mentee).post(reverse("assignments:brief-start", args=[option.code]))
    assert response.status_code == 409
    assert not Brief.objects.exists()


def test_write_brief_leads_to_the_first_page(mentorship, mentor, sign_in):
    option = OptionFactory(mentorship=mentorship)

    response = sign_in(mentor).post(reverse("assignments:brief-start", args=[option.code]), {"submit_key": "k"})

    assert response.url == reverse("assignments:brief", args=[Brief.objects.get().code])


# --- handing in and judging ---------------------------------------------------------------------


def test_submit_tells_the_mentor_and_brings_the_option_to_briefed(mentorship, mentee, mentor):
    version = version_in(mentorship, stage="idea")

    submit_brief(version, by=mentee)

    option = version.brief.option
    assert (version.status, version.submitted_at is None, option.stage) == ("submitted", False, "briefed")
    assert [(n.kind, n.recipient) for n in Notice.objects.all()] == [("assignments.brief_submitted", mentor)]
    assert list(AuditEntry.objects.order_by("id").values_list("verb", flat=True)) == [
        "option.moved",
        "option.moved",
        "brief.submitted",
    ]


def test_a_mentor_who_hands_in_is_not_told_so(mentorship, mentor):
    submit_brief(version_in(mentorship), by=mentor)

    assert not Notice.objects.exists()


def test_an_incomplete_brief_says_what_is_missing(mentorship, mentee, sign_in):
    brief = start_brief(OptionFactory(mentorship=mentorship), by=mentee)
    version = brief.versions.get()

    assert missing(version) == [
        "Say what the problem is and who feels it.",
        "Name one measure with its baseline and target.",
        "Name the strength you bring.",
        "Say what you will learn: the gap, or a learning goal.",
        "Say why it matters here, beyond your own growth.",
        "Say what you try in the first two weeks.",
        "Name somebody this touches.",
        "Name one risk and what you do about it.",
        "Say how many hours a week it takes.",
        "Say who covers meanwhile, or what you drop.",
        "Say when you stop or re-scope.",
        "Say how it is judged.",
        "Choose the day of the review.",
        "Say what the sponsor decides.",
    ]
    response = sign_in(mentee).post(address("brief-submit", version))
    assert response.status_code == 409
    assert "Not ready yet. Say what the problem is" in response.content.decode()
    assert BriefVersion.objects.get().status == "draft"


@pytest.mark.parametrize(
    ("gap", "empty", "words"),
    [
        ("problem", "  ", "Say what the problem is and who feels it."),
        ("strength", "", "Name the strength you bring."),
        ("gap", "", "Say what you will learn: the gap, or a learning goal."),
        ("why_it_matters", "", "Say why it matters here, beyond your own growth."),
        ("first_step", "\n", "Say what you try in the first two weeks."),
        ("hours_per_week", None, "Say how many hours a week it takes."),
        ("cover", "", "Say who covers meanwhile, or what you drop."),
        ("stop_rule", "", "Say when you stop or re-scope."),
        ("judged_by", "", "Say how it is judged."),
        ("review_on", None, "Choose the day of the review."),
        ("decision_asked", " ", "Say what the sponsor decides."),
        ("outcomes", (), "Name one measure with its baseline and target."),
        ("stakeholders", (), "Name somebody this touches."),
        ("risks", (), "Name one risk and what you do about it."),
    ],
)
def test_each_required_part_is_required(mentorship, mentee, gap, empty, words):
    version = version_in(mentorship)
    if empty == ():
        getattr(version, gap).all().delete()
    else:
        setattr(version, gap, empty)

    with pytest.raises(Refused, match="Not ready yet"):
        submit_brief(version, by=mentee)

    assert missing(version) == [words]


def test_a_risk_without_an_answer_is_named(mentorship):
    version = version_in(mentorship)
    version.risks.update(mitigation="")

    assert missing(version) == ["Say what you do about “The queue export comes late”."]


def test_what_would_make_it_better_does_not_hold_it_back(mentorship):
    version = version_in(mentorship)
    version.dependencies = ""

    assert missing(version) == []
    assert {item.section: item.advice for item in checklist(version) if item.advice} == {
        "outcomes": (
            "Say what must not get worse meanwhile.",
            "Give a range: how low and how high could it come out?",
        ),
        "people": ("Name who decides: the sponsor or the approver.",),
        "risks": ("Say how you would notice each risk.",),
        "dependencies": ("Name what it depends on, or say that it depends on nothing.",),
        "boundaries": ("Say what it is not, even when asked.",),
        "judging": ("Name who rates it.",),
        "decision": ("Say by which day you need the decision.",),
    }


def test_more_than_a_page_is_not_handed_in_and_the_longest_sections_are_named(mentorship, mentee):
    version = version_in(mentorship)
    version.problem, version.first_step, version.cover = "word " * 900, "word " * 500, "word " * 200

    with pytest.raises(Refused) as refused:
        submit_brief(version, by=mentee)

    assert "of one page. Shorten the longest sections: The problem and who feels it, What I will do, in steps and" in (
        refused.value.words
    )
    assert BriefVersion.objects.get().status == "draft"


def test_dependencies_may_stay_empty(mentorship, mentee):
    version = version_in(mentorship)
    version.dependencies = ""

    submit_brief(version, by=mentee)

    assert version.status == "submitted"


@pytest.mark.parametrize(
    ("act", "status", "kind"),
    [
        (lambda v, by: endorse_brief(v, by=by), "endorsed", "assignments.brief_endorsed"),
        (
            lambda v, by: request_changes(v, by=by, reason="Measure it."),
            "changes_requested",
            "assignments.brief_changes_requested",
        ),
        (lambda v, by: decline_brief(v, by=by, reason="Too small."), "declined", "assignments.brief_declined"),
    ],
)
class TestJudging:
    def test_the_mentor_decides_and_the_mentee_is_told(self, mentorship, mentor, mentee, act, status, kind):
        version = version_in(mentorship, "submitted")

        act(version, mentor)

        assert (version.status, version.decided_by, version.decided_at is None) == (status, mentor, False)
        assert [(n.kind, n.recipient) for n in Notice.objects.all()] == [(kind, mentee)]
        assert AuditEntry.objects.get().verb == f"brief.{status}"

    @pytest.mark.parametrize("who", ["mentee", "stranger", "hr", "administrator", "sponsor"])
    def test_nobody_else_decides(self, request, mentorship, act, status, kind, who):
        version = version_in(mentorship, "submitted")

        with pytest.raises(PermissionDenied):
            act(version, request.getfixturevalue(who))

        assert BriefVersion.objects.get().status == "submitted"

    @pytest.mark.parametrize("start", [s for s in BriefStatus.values if s != "submitted"])
    def test_only_what_was_handed_in_is_decided(self, mentorship, mentor, act, status, kind, start):
        version = version_in(mentorship, start)

        with pytest.raises(Stale):
            act(version, mentor)

        assert BriefVersion.objects.get().status == start
        assert not AuditEntry.objects.exists()


def test_a_decision_made_twice_counts_once(mentorship, mentor):
    version = version_in(mentorship, "submitted")
    again = BriefVersion.objects.get(pk=version.pk)

    endorse_brief(version, by=mentor)
    with pytest.raises(Stale, match="it is now “Endorsed”"):
        decline_brief(again, by=mentor, reason="No.")


@pytest.mark.parametrize("name", ["brief-request-changes", "brief-decline"])
def test_sending_back_needs_words(mentorship, mentor, sign_in, name):
    version = version_in(mentorship, "submitted")
    client, field = sign_in(mentor), "changes" if name == "brief-request-changes" else "decline"

    empty = client.post(address(name, version), {f"{field}-reason": " "})
    given = client.post(address(name, version), {f"{field}-reason": "Name a baseline."})

    assert (empty.status_code, given.status_code) == (422, 302)
    assert ("Say what should change" in empty.content.decode(), "Not yet?" in empty.content.decode()) == (True, True)
    assert BriefVersion.objects.get().decision_reason == "Name a baseline."


def test_endorsing_twice_on_the_page_says_where_it_stands(mentorship, mentor, sign_in):
    version = version_in(mentorship, "submitted")
    client = sign_in(mentor)

    assert client.post(address("brief-endorse", version)).status_code == 302
    assert client.post(address("brief-endorse", version)).status_code == 409


@pytest.mark.parametrize("status", ["changes_requested", "sponsor_declined", "sponsor_accepted"])
def test_the_next_version_starts_as_a_copy_and_the_old_one_stays(mentorship, mentee, sign_in, status):
    version = version_in(mentorship, status)

    copy = start_new_version(version.brief, by=mentee)

    assert (copy.number, copy.status, copy.edit, copy.problem) == (2, "draft", 1, version.problem)
    assert [o.metric for o in copy.outcomes.all()] == [o.metric for o in version.outcomes.all()]
    assert [s.interest for s in copy.stakeholders.all()] == ["No extra typing"]
    assert [r.mitigation for r in copy.risks.all()] == ["Start with last month’s file"]
    assert (copy.strength, copy.hours_per_week, copy.review_on) == (version.strength, 4, version.review_on)
    save_section(copy, by=mentee, section="problem", words={"problem": "Claims wait."}, edit=0)
    old = sign_in(mentee).get(address("brief", version), {"version": "1"}).content.decode()
    assert "Forty claimants a week" in old
    assert "an earlier one" in old
    assert sign_in(mentee).get(address("brief", version), {"version": "7"}).status_code == 404


@pytest.mark.parametrize("status", ["draft", "submitted", "endorsed", "declined"])
def test_no_other_state_starts_a_new_version(mentorship, mentee, sign_in, status):
    version = version_in(mentorship, status)

    with pytest.raises(Refused):
        start_new_version(version.brief, by=mentee)

    assert sign_in(mentee).post(address("brief-new-version", version)).status_code == 409
    assert BriefVersion.objects.count() == 1


# --- who reads what -----------------------------------------------------------------------------


def reads(client, version, number=""):
    return client.get(address("brief", version), {"version": number} if number else {}).status_code


@pytest.mark.parametrize("status", BriefStatus.values)
def test_the_two_read_every_version_hr_only_what_is_endorsed(mentorship, mentee, mentor, hr, sign_in, status):
    version = version_in(mentorship, status)

    assert [reads(sign_in(person), version) for person in (mentee, mentor)] == [200, 200]
    expected = 200 if status in ("endorsed", "sponsor_accepted") else 404
    assert reads(sign_in(hr), version) == expected


@pytest.mark.parametrize("who", ["stranger", "administrator", "sponsor"])
@pytest.mark.parametrize("status", ["draft", "endorsed", "sponsor_accepted"])
def test_nobody_else_reads_a_brief(request, mentorship, sign_in, who, status):
    assert reads(sign_in(request.getfixturevalue(who)), version_in(mentorship, status)) == 404


def test_the_line_manager_and_another_mentor_read_nothing(mentorship, mentee, stranger, sign_in):
    mentee.manager = stranger
    mentee.save()

    assert reads(sign_in(stranger), version_in(mentorship, "endorsed")) == 404


def test_hr_reads_the_endorsed_version_and_no_earlier_one(mentorship, hr, sign_in):
    old = version_in(mentorship, "changes_requested")
    BriefVersionFactory(brief=old.brief, number=2, status="endorsed", problem="The endorsed words.")
    client = sign_in(hr)

    page = client.get(address("brief", old)).content.decode()

    assert "The endorsed words." in page
    assert "Measure it." not in page
    assert reads(client, old, "1") == 404
    assert reads(client, old, "2") == 200


def test_the_asked_sponsor_reads_exactly_the_version_sent(mentorship, sponsor, sign_in):
    old = version_in(mentorship, "changes_requested")
    sent = BriefVersionFactory(brief=old.brief, number=2, status="endorsed")
    request = SponsorRequestFactory(version=sent, sponsor=sponsor)
    client = sign_in(sponsor)

    assert (reads(client, sent), reads(client, sent, "2"), reads(client, sent, "1")) == (200, 200, 404)
    request.status = "declined"
    request.answered_at = sent.created_at
    request.save()
    assert reads(client, sent) == 404


@pytest.mark.parametrize("name", ["brief-submit", "brief-endorse", "brief-decline", "brief-new-version"])
def test_a_reader_who_may_not_write_is_forbidden(mentorship, hr, sponsor, sign_in, name):
    version = version_in(mentorship, "endorsed", stage="seeking_sponsor")
    SponsorRequestFactory(version=version, sponsor=sponsor)

    assert sign_in(hr).post(address(name, version)).status_code == 403
    assert sign_in(sponsor).post(address(name, version)).status_code == 403
    assert sign_in(sponsor).get(address("sponsor-ask", version)).status_code == 403


def test_a_readers_page_links_to_nothing_private(mentorship, hr, sign_in):
    version = version_in(mentorship, "endorsed")

    page = sign_in(hr).get(address("brief", version)).content.decode()

    assert str(version.brief.option.code) not in page
    assert str(mentorship.code) not in page


def test_text_that_looks_like_markup_stays_text(mentorship, mentee, sign_in):
    version = version_in(mentorship)
    save_section(version, by=mentee, section="problem", words={"problem": "<script>alert(1)</script>"}, edit=0)

    for query in ({}, {"read": ""}):
        assert "<script>alert" not in sign_in(mentee).get(address("brief", version), query).content.decode()


# --- words and counts ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "kind", "subject"),
    [
        ("submitted", "assignments.brief_submitted", "Brief to judge: Cut the queue"),
        ("endorsed", "assignments.brief_endorsed", "Endorsed: Cut the queue"),
        ("changes_requested", "assignments.brief_changes_requested", "Changes requested: Cut the queue"),
        ("declined", "assignments.brief_declined", "Not endorsed: Cut the queue"),
    ],
)
def test_each_letter_says_what_happened_and_is_held_once_overtaken(mentorship, status, kind, subject):
    version = version_in(mentorship, status)
    known = kinds.get(kind)
    loaded = known.load([version.pk])[version.pk]

    letter = known.render(None, loaded)

    assert letter.subject == subject
    assert letter.path == address("brief", version)
    assert ("Measure it." in letter.paragraphs) == (status in ("changes_requested", "declined"))
    assert known.still_due(None, loaded)
    loaded.status = "sponsor_accepted"
    assert not known.still_due(None, loaded)


def test_the_letter_names_what_was_asked_in_each_section(mentorship):
    version = version_in(mentorship, "changes_requested")
    BriefRemarkFactory(version=version, section="people", words="Who approves?")
    known = kinds.get("assignments.brief_changes_requested")

    letter = known.render(None, known.load([version.pk])[version.pk])

    assert letter.paragraphs[1:] == ("Measure it.", "People: Who approves?")


def test_the_sponsor_is_told_of_a_newer_version_while_they_sponsor_the_work(accepted, sponsor, mentee, mentor):
    third = start_new_version(accepted.brief, by=mentee)
    submit_brief(third, by=mentee)
    endorse_brief(third, by=mentor)
    notice = Notice.objects.get(recipient=sponsor)
    known = kinds.get(notice.kind)
    loaded = known.load([third.pk])[third.pk]

    assert known.render(notice, loaded).subject == "A newer brief to read: Cut the queue"
    assert known.still_due(notice, loaded)
    loaded.brief.option.assignment.sponsor = mentor
    assert not known.still_due(notice, loaded)
    loaded.brief.option.assignment.sponsor = sponsor
    loaded.brief.option.assignment.status = "closed"
    assert not known.still_due(notice, loaded)


@pytest.mark.parametrize(("name", "status"), [("brief", "draft"), ("brief", "submitted"), ("brief-compare", "draft")])
def test_brief_pages_take_the_same_queries_for_one_and_three(
    mentorship, mentee, mentor, sign_in, count_queries, name, status
):
    version = version_in(mentorship, status, number=9)
    client, url = sign_in(mentee), address(name, version)

    def grow(number):
        BriefVersionFactory(brief=version.brief, number=number, status="changes_requested", refused=True)
        for factory in (BriefOutcomeFactory, BriefStakeholderFactory, BriefRiskFactory, BriefRemarkFactory):
            factory(version=version)
        BriefSection.objects.create(version=version, name=list(Section)[number], saved_by=mentee)
        BriefWriter.objects.create(version=version, person=UserFactory(), section="problem")

    grow(1)
    one = count_queries(client, url)
    grow(2)
    grow(3)

    assert count_queries(client, url) == one <= 12


def test_a_brief_of_an_option_put_aside_is_not_handed_in(mentorship, mentee, sign_in):
    version = version_in(mentorship)
    option = version.brief.option
    option.stage, option.stage_reason, option.left_stage = "parked", "Later.", "briefed"
    option.save()

    response = sign_in(mentee).post(address("brief-submit", version))

    assert response.status_code == 409
    assert "not open any more" in response.content.decode()


def test_a_reason_of_blanks_is_none(mentorship, mentor):
    version = version_in(mentorship, "submitted")

    with pytest.raises(Refused):
        request_changes(version, by=mentor, reason="  ")

    assert BriefVersion.objects.get().status == "submitted"


def test_two_new_versions_at_once_make_one(mentorship, mentee, monkeypatch):
    version = version_in(mentorship, "changes_requested")
    brief = Brief.objects.get()
    start_new_version(version.brief, by=mentee)
    # As the second of two sees it who read the list of versions at the same time.
    monkeypatch.setattr(BriefVersion.objects.none().__class__, "first", lambda self: version)

    with pytest.raises(Refused, match="just been started"):
        start_new_version(brief, by=mentee)

    monkeypatch.undo()
    assert BriefVersion.objects.count() == 2


def test_a_new_version_starts_on_the_page(mentorship, mentor, sign_in):
    version = version_in(mentorship, "changes_requested")

    response = sign_in(mentor).post(address("brief-new-version", version), {"submit_key": "k"})

    assert response.url == address("brief", version)
    assert BriefVersion.objects.filter(number=2, status="draft").count() == 1


def test_a_page_opened_on_an_earlier_version_endorses_nothing(mentorship, mentor, mentee, sign_in):
    first = version_in(mentorship, BriefStatus.SUBMITTED)
    page = sign_in(mentor).get(f"/briefs/{first.brief.code}/").content.decode()
    request_changes(first, by=mentor, reason="Measure it.")
    submit_brief(start_new_version(first.brief, by=mentee), by=mentee)

    assert f'name="seen" value="1.{first.edit - 1}"' in page
    response = sign_in(mentor).post(f"/briefs/{first.brief.code}/endorse/", {"seen": f"1.{first.edit - 1}"})

    assert response.status_code == 409
    assert "The brief has changed since you opened it." in response.content.decode()
    assert BriefVersion.objects.get(number=2).status == BriefStatus.SUBMITTED


# --- remarks of the mentor ----------------------------------------------------------------------


def test_changes_are_asked_for_beside_sections_and_summed_up(mentorship, mentor):
    version = version_in(mentorship, "submitted")

    request_changes(version, by=mentor, remarks={"people": " Who approves? ", "problem": "Since when?", "risks": " "})

    assert version.decision_reason == "Please look at: The problem and who feels it, People."
    assert [(one.section, one.words, one.by, one.settled_at) for one in BriefRemark.objects.all()] == [
        ("problem", "Since when?", mentor, None),
        ("people", "Who approves?", mentor, None),
    ]


def test_the_mentor_asks_in_a_section_of_the_page(mentorship, mentor, mentee, sign_in):
    version = version_in(mentorship, "submitted")
    client = sign_in(mentor)
    page = client.get(address("brief", version)).content.decode()

    response = client.post(
        address("brief-request-changes", version), {"changes-people": "Who approves?", "changes-reason": "Nearly."}
    )

    assert 'name="changes-people"' in page
    assert response.status_code == 302
    assert (BriefVersion.objects.get().decision_reason, BriefRemark.objects.get().words) == (
        "Nearly.",
        "Who approves?",
    )
    assert "Who approves?" in sign_in(mentee).get(address("brief", version)).content.decode()


def test_what_was_asked_is_not_lost_when_the_brief_has_moved_on(mentorship, mentor, sign_in):
    version = version_in(mentorship, "endorsed")

    response = sign_in(mentor).post(address("brief-request-changes", version), {"changes-people": "Who approves?"})

    assert response.status_code == 409
    assert "Who approves?" in response.content.decode()


def test_a_remark_stands_in_the_next_version_until_it_is_settled(mentorship, mentee, mentor, sign_in):
    first = version_in(mentorship, "changes_requested")
    remark = BriefRemarkFactory(version=first, words="Since when?")
    second = start_new_version(first.brief, by=mentee)
    settle = reverse("assignments:brief-remark-settle", args=[remark.code])
    client = sign_in(mentee)

    before = client.get(address("brief", first)).content.decode()
    response = client.post(settle)
    remark.refresh_from_db()
    after = client.get(address("brief", first)).content.decode()

    assert "Since when?" in before and "1 remark is still open." in before
    assert response.url == f"{address('brief', first)}#section-problem"
    assert remark.settled_by == mentee
    assert "settled by" in after and "still open" not in after
    sign_in(mentor).post(settle)
    sign_in(mentor).post(settle, {"reopen": "1"})
    remark.refresh_from_db()
    assert (remark.settled_at, remark.settled_by) == (None, None)
    assert list(AuditEntry.objects.filter(verb__startswith="brief.remark").values_list("verb", flat=True)) == [
        "brief.remark_reopened",
        "brief.remark_settled",
    ]
    second.status = "changes_requested"
    second.decision_reason = "No."
    second.save()
    third = start_new_version(first.brief, by=mentee)
    client.post(settle)
    fourth_page = client.get(address("brief", first), {"version": "2"}).content.decode()
    assert "Since when?" in client.get(address("brief", third)).content.decode()
    assert "Since when?" in fourth_page


def test_a_remark_settled_before_a_version_began_is_not_carried_into_it(mentorship, mentee, sign_in):
    first = version_in(mentorship, "changes_requested")
    BriefRemarkFactory(version=first, words="Since when?", settled_by=mentee, settled_at=first.created_at)
    start_new_version(first.brief, by=mentee)

    assert "Since when?" not in sign_in(mentee).get(address("brief", first)).content.decode()
    assert "Since when?" in sign_in(mentee).get(address("brief", first), {"version": "1"}).content.decode()


def test_an_earlier_version_does_not_show_what_was_asked_later(mentorship, mentee, sign_in):
    first = version_in(mentorship, "changes_requested")
    second = BriefVersionFactory(brief=first.brief, number=2, status="changes_requested", refused=True)
    BriefRemarkFactory(version=second, words="Asked of the second.")
    client = sign_in(mentee)

    pages = [client.get(address("brief", first), {"version": n}).content.decode() for n in "12"]

    assert ["Asked of the second." in page for page in pages] == [False, True]


@pytest.mark.parametrize("who", ["hr", "sponsor"])
def test_remarks_are_between_the_two(request, mentorship, sign_in, who):
    version = version_in(mentorship, "endorsed", stage="seeking_sponsor")
    BriefRemarkFactory(version=version, words="Between us.")
    SponsorRequestFactory(version=version, sponsor=request.getfixturevalue("sponsor"))

    assert "Between us." not in sign_in(request.getfixturevalue(who)).get(address("brief", version)).content.decode()


# --- after the sponsor's yes --------------------------------------------------------------------


@pytest.fixture
def accepted(mentorship, sponsor):
    """Version 2, to which the sponsor said yes on Tuesday 1 September 2020; the work runs."""
    version = version_in(mentorship, "sponsor_accepted", stage="active", number=2)
    SponsorRequestFactory(version=version, sponsor=sponsor, status="accepted", answered_at=DECIDED)
    BriefVersion.objects.update(decided_at=DECIDED, decided_by=sponsor)
    AssignmentFactory(option=version.brief.option, sponsor=sponsor)
    version.refresh_from_db()
    return version


def test_the_decision_stays_with_its_version_and_later_ones_say_so(accepted, mentee, sign_in):
    client = sign_in(mentee)
    assert "The sponsor said yes to this version on Tue 1 Sep 2020." in _text(client, accepted)

    client.post(address("brief-new-version", accepted), {"submit_key": "k"})

    assert "The sponsor said yes to version 2 on Tue 1 Sep 2020; this is version 3, changed since." in _text(
        client, accepted
    )
    assert "The sponsor said yes to this version" in _text(client, accepted, version="2")


def test_an_earlier_version_says_that_it_is_not_the_one(accepted, mentee, sign_in):
    BriefVersionFactory(brief=accepted.brief, number=1, status="changes_requested", refused=True)

    assert "The sponsor said yes to version 2 on Tue 1 Sep 2020; this is version 1, an earlier one." in _text(
        sign_in(mentee), accepted, version="1"
    )


def test_the_accepted_version_is_never_written_to(accepted, mentee):
    with pytest.raises(Refused):
        save_section(accepted, by=mentee, section="problem", words={"problem": "Other words."}, edit=0)

    assert BriefVersion.objects.get().problem == "Forty claimants a week wait more than three weeks."


def test_who_sponsors_the_work_reads_on_once_the_mentor_stands_behind_it(accepted, mentee, mentor, sponsor, sign_in):
    client = sign_in(sponsor)
    third = start_new_version(accepted.brief, by=mentee)
    assert (reads(client, accepted), reads(client, accepted, "3")) == (200, 404)
    submit_brief(third, by=mentee)
    assert reads(client, accepted, "3") == 404
    before = accepted.brief.option.assignment.revision

    endorse_brief(third, by=mentor)

    accepted.brief.option.assignment.refresh_from_db()
    assert accepted.brief.option.assignment.revision == before + 1
    assert "this is version 3, changed since" in _text(client, accepted)
    assert reads(client, accepted, "2") == 200
    assert [(n.kind, n.recipient) for n in Notice.objects.filter(recipient=sponsor)] == [
        ("assignments.brief_changed_since", sponsor)
    ]
    fourth = start_new_version(accepted.brief, by=mentee)
    assert (fourth.number, reads(client, accepted, "4")) == (4, 404)


def test_nobody_else_is_asked_to_sponsor_what_has_a_sponsor(accepted, mentee, mentor, stranger, sign_in):
    third = start_new_version(accepted.brief, by=mentee)
    submit_brief(third, by=mentee)
    endorse_brief(third, by=mentor)

    with pytest.raises(Refused, match="has a sponsor"):
        ask_sponsor(third, by=mentee, sponsor=stranger, message="Could you?")

    assert "Ask a sponsor" not in _text(sign_in(mentee), accepted)
    assert not [line for line in waiting_for(mentee) if line.kind == "brief_endorsed"]


def test_a_former_sponsor_reads_nothing_of_it(accepted, stranger, sponsor, sign_in):
    accepted.sponsor_requests.update(status="handed_over")
    accepted.brief.option.assignment.sponsor = stranger
    accepted.brief.option.assignment.save()

    assert (reads(sign_in(sponsor), accepted), reads(sign_in(stranger), accepted)) == (404, 200)


def _text(client, of, **query):
    return client.get(address("brief", of), query).content.decode()


# --- two versions side by side ------------------------------------------------------------------


def test_versions_are_compared_side_by_side(mentorship, mentee, sign_in):
    first = version_in(mentorship, "changes_requested")
    second = start_new_version(first.brief, by=mentee)
    save_section(second, by=mentee, section="problem", words={"problem": "Fifty claimants a week wait."}, edit=0)
    save_section(second, by=mentee, section="people", words={}, rows=[], edit=0)

    page = sign_in(mentee).get(address("brief-compare", first)).content.decode()

    assert "Version 1 beside version 2" in page and "2 sections have other words." in page
    assert "<del>Forty</del> claimants a week <del>wait more than three weeks.</del>" in page
    assert "<ins>Fifty</ins> claimants a week <ins>wait.</ins>" in page
    assert "<del>Claims team leads\nNo extra typing</del>" in page
    assert "Nothing" in page
    assert "The same words: What will be different, Why me, why now" in " ".join(page.split())


def test_any_two_readable_versions_can_be_chosen(mentorship, mentee, hr, sign_in):
    first = version_in(mentorship, "changes_requested")
    BriefVersionFactory(brief=first.brief, number=2, status="changes_requested", refused=True, problem="Second.")
    BriefVersionFactory(brief=first.brief, number=3, status="endorsed", problem="Third.")
    client, url = sign_in(mentee), address("brief-compare", first)

    page = client.get(url, {"from": "1", "to": "3"}).content.decode()

    assert "Version 1 beside version 3" in page and "Second." not in page
    assert [client.get(url, query).status_code for query in ({"to": "9"}, {"from": "x"})] == [404, 404]
    assert "nothing to compare yet" in sign_in(hr).get(url).content.decode()
    assert sign_in(hr).get(url, {"from": "2"}).status_code == 404


def test_the_same_words_are_said_to_be_the_same(mentorship, mentee, sign_in):
    first = version_in(mentorship, "changes_requested")
    start_new_version(first.brief, by=mentee)

    assert "Both have the same words." in sign_in(mentee).get(address("brief-compare", first)).content.decode()
