"""The brief: written by two without loss, judged by the mentor, kept in versions, read by few."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from assignments.actions.brief import (
    Page,
    decline_brief,
    edit_brief,
    endorse_brief,
    request_changes,
    start_brief,
    start_new_version,
    submit_brief,
)
from assignments.models import Brief, BriefStatus, BriefVersion
from assignments.readiness import missing
from assignments.refusals import Refused, Stale
from stretchhub.audit.models import AuditEntry
from stretchhub.notices import kinds
from stretchhub.notices.models import Notice
from tests.factories import (
    BriefFactory,
    BriefOutcomeFactory,
    BriefRiskFactory,
    BriefStakeholderFactory,
    BriefVersionFactory,
    OptionFactory,
    SponsorRequestFactory,
)

pytestmark = pytest.mark.django_db

EMPTY = Page(words={"problem": "", "dependencies": "", "decision_asked": ""})
FULL = Page(
    words={"problem": "Claims wait.", "dependencies": "", "decision_asked": "Four hours a week."},
    outcomes=[
        {
            "metric": "Cycle time",
            "unit": "days",
            "baseline": Decimal("21"),
            "target": Decimal("14"),
            "due_on": date(2027, 3, 1),
        }
    ],
    stakeholders=[{"name": "Team leads", "interest": "No extra typing"}],
    risks=[{"risk": "Late export", "mitigation": "Use last month’s"}],
)


def version_in(mentorship, status=BriefStatus.DRAFT, stage="briefed", number=1):
    brief = BriefFactory(option=OptionFactory(mentorship=mentorship, stage=stage, title="Cut the queue"))
    reason = "Measure it." if status in ("changes_requested", "declined") else ""
    return BriefVersionFactory(brief=brief, number=number, status=status, decision_reason=reason)


def typed(**changed):
    data = {"problem": "Claims wait.", "dependencies": "", "decision_asked": "Four hours."}
    for name, count in (("outcomes", 2), ("stakeholders", 3), ("risks", 3)):
        data |= {f"{name}-TOTAL_FORMS": str(count), f"{name}-INITIAL_FORMS": "0"}
    return data | changed


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

    assert response.url == reverse("assignments:brief-edit", args=[Brief.objects.get().code])


def test_edit_brief_replaces_the_page_as_a_whole(mentorship, mentee):
    version = version_in(mentorship)

    edit_brief(version, by=mentee, edit=1, page=FULL)

    assert (version.problem, version.edit) == ("Claims wait.", 2)
    assert [(o.metric, o.baseline, o.target) for o in version.outcomes.all()] == [
        ("Cycle time", Decimal("21"), Decimal("14"))
    ]
    assert [s.name for s in version.stakeholders.all()] == ["Team leads"]
    assert [r.risk for r in version.risks.all()] == ["Late export"]
    assert AuditEntry.objects.get().fields == [
        "decision_asked",
        "dependencies",
        "outcomes",
        "problem",
        "risks",
        "stakeholders",
    ]


def test_of_two_edits_of_the_same_page_one_wins(mentorship, mentee, mentor):
    version = version_in(mentorship)
    other = BriefVersion.objects.get(pk=version.pk)

    edit_brief(version, by=mentee, edit=1, page=FULL)
    with pytest.raises(Stale):
        edit_brief(other, by=mentor, edit=1, page=EMPTY)

    assert BriefVersion.objects.get().problem == "Claims wait."
    assert version.outcomes.count() == 1
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize("status", [s for s in BriefStatus.values if s != "draft"])
def test_a_version_once_handed_in_is_not_changed(mentorship, mentee, sign_in, status):
    version = version_in(mentorship, status)

    with pytest.raises(Refused):
        edit_brief(version, by=mentee, edit=1, page=EMPTY)

    assert sign_in(mentee).get(address("brief-edit", version)).status_code == 409
    assert sign_in(mentee).post(address("brief-edit", version), typed(edit="1")).status_code == 409


def test_the_page_saves_rows_and_ignores_empty_ones(mentorship, mentee, sign_in):
    version = version_in(mentorship)
    rows = {
        "outcomes-1-metric": "Calls",
        "outcomes-1-baseline": "260",
        "outcomes-1-target": "150.5",
        "outcomes-1-due_on": "2027-03-01",
        "stakeholders-0-name": "Motorists",
        "risks-2-risk": "Late",
        "risks-2-mitigation": "Wait",
    }

    response = sign_in(mentee).post(address("brief-edit", version), typed(edit="1", **rows))

    assert response.url == address("brief", version)
    assert [(o.metric, o.target) for o in version.outcomes.all()] == [("Calls", Decimal("150.50"))]
    assert [s.name for s in version.stakeholders.all()] == ["Motorists"]
    assert [r.mitigation for r in version.risks.all()] == ["Wait"]


def test_half_a_row_comes_back_with_everything_typed(mentorship, mentee, sign_in):
    version = version_in(mentorship)

    response = sign_in(mentee).post(
        address("brief-edit", version), typed(edit="1", problem="Kept words.", **{"outcomes-0-metric": "Calls"})
    )

    page = response.content.decode()
    assert response.status_code == 422
    assert "Kept words." in page
    assert 'href="#id_outcomes-0-baseline"' in page
    assert BriefVersion.objects.get().edit == 1


def test_a_stale_save_answers_409_with_both_texts(mentorship, mentee, mentor, sign_in):
    version = version_in(mentorship)
    edit_brief(version, by=mentor, edit=1, page=FULL)
    data = typed(edit="1", problem="The mentee’s problem.", **{"stakeholders-0-name": "Motorists"})

    response = sign_in(mentee).post(address("brief-edit", version), data)

    page = response.content.decode()
    assert response.status_code == 409
    assert "Cycle time from 21 to 14 days by 1 Mar 2027" in page
    assert page.count("The mentee’s problem.") == 2
    assert page.count("Motorists") == 2
    assert 'name="edit" value="2"' in page
    assert BriefVersion.objects.get().problem == "Claims wait."
    assert sign_in(mentee).post(address("brief-edit", version), data | {"edit": "2"}).status_code == 302
    assert BriefVersion.objects.get().problem == "The mentee’s problem."


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
        "Name somebody this touches.",
        "Name one risk and what you do about it.",
        "Say what the sponsor decides.",
    ]
    response = sign_in(mentee).post(address("brief-submit", version))
    assert response.status_code == 409
    assert "Not ready yet. Say what the problem is" in response.content.decode()
    assert BriefVersion.objects.get().status == "draft"


@pytest.mark.parametrize("gap", ["problem", "decision_asked", "outcomes", "stakeholders", "risks"])
def test_each_required_part_is_required(mentorship, mentee, gap):
    version = version_in(mentorship)
    if gap in ("problem", "decision_asked"):
        setattr(version, gap, "  ")
    else:
        getattr(version, gap).all().delete()

    with pytest.raises(Refused):
        submit_brief(version, by=mentee)


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
    assert "Say what should change, or why not." in empty.content.decode()
    assert BriefVersion.objects.get().decision_reason == "Name a baseline."


def test_endorsing_twice_on_the_page_says_where_it_stands(mentorship, mentor, sign_in):
    version = version_in(mentorship, "submitted")
    client = sign_in(mentor)

    assert client.post(address("brief-endorse", version)).status_code == 302
    assert client.post(address("brief-endorse", version)).status_code == 409


@pytest.mark.parametrize("status", ["changes_requested", "sponsor_declined"])
def test_the_next_version_starts_as_a_copy_and_the_old_one_stays(mentorship, mentee, sign_in, status):
    version = version_in(mentorship, status)

    copy = start_new_version(version.brief, by=mentee)

    assert (copy.number, copy.status, copy.edit, copy.problem) == (2, "draft", 1, version.problem)
    assert [o.metric for o in copy.outcomes.all()] == [o.metric for o in version.outcomes.all()]
    assert [s.interest for s in copy.stakeholders.all()] == ["No extra typing"]
    assert [r.mitigation for r in copy.risks.all()] == ["Start with last month’s file"]
    edit_brief(copy, by=mentee, edit=1, page=FULL)
    old = sign_in(mentee).get(address("brief", version), {"version": "1"}).content.decode()
    assert "Forty claimants a week" in old
    assert "an earlier one" in old
    assert sign_in(mentee).get(address("brief", version), {"version": "7"}).status_code == 404


@pytest.mark.parametrize("status", ["draft", "submitted", "endorsed", "declined", "sponsor_accepted"])
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
    assert sign_in(hr).get(address("brief-edit", version)).status_code == 403
    assert sign_in(sponsor).get(address("sponsor-ask", version)).status_code == 403


def test_a_readers_page_links_to_nothing_private(mentorship, hr, sign_in):
    version = version_in(mentorship, "endorsed")

    page = sign_in(hr).get(address("brief", version)).content.decode()

    assert str(version.brief.option.code) not in page
    assert str(mentorship.code) not in page


def test_text_that_looks_like_markup_stays_text(mentorship, mentee, sign_in):
    version = version_in(mentorship)
    edit_brief(version, by=mentee, edit=1, page=Page(words=dict(FULL.words, problem="<script>alert(1)</script>")))

    assert "<script>alert" not in sign_in(mentee).get(address("brief", version)).content.decode()


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


@pytest.mark.parametrize("name", ["brief", "brief-edit"])
def test_brief_pages_take_the_same_queries_for_one_and_three(mentorship, mentee, sign_in, count_queries, name):
    version = version_in(mentorship, number=9)
    client, url = sign_in(mentee), address(name, version)

    def grow(number):
        BriefVersionFactory(brief=version.brief, number=number, status="changes_requested", refused=True)
        for factory in (BriefOutcomeFactory, BriefStakeholderFactory, BriefRiskFactory):
            factory(version=version)

    grow(1)
    one = count_queries(client, url)
    grow(2)
    grow(3)

    assert count_queries(client, url) == one


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

    assert response.url == address("brief-edit", version)
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
