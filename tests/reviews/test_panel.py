"""Who reviews: named by account or from outside, added, taken back, declined; final only when enough have seen it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assignments.actions.assignment import close
from assignments.refusals import Refused
from reviews.actions import panel as actions
from reviews.actions.panel import (
    MOST_A_DAY,
    MOST_A_PANEL,
    Named,
    add_raters,
    decline,
    go_on_without,
    start_reviews,
    take_back,
)
from reviews.actions.review import save_draft, submit
from reviews.minimum import minimum
from reviews.models import NOT_ASKED, READABLE, Relation, Review, ReviewNarrative, ReviewPacket, ReviewStatus, Score
from reviews.waiting import waiting_for
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now, today
from stretchhub.notices import delivery, kinds
from stretchhub.notices.models import Notice
from stretchhub.people.models import User
from tests.factories import AssignmentFactory, HRFactory, ReviewCycleFactory, UserFactory
from tests.reviews.panel import answers, start
from tests.reviews.test_hand_over import letters

pytestmark = pytest.mark.django_db
DUE = timedelta(days=9)
OLA = Named(Relation.END_USER, name="Ola Berg", email="Ola@customer.example")


def hand_in(review):
    review = Review.objects.get(pk=review.pk)
    return submit(review, by=review.rater, edit=review.edit, answers=answers(review), summary="Seen it.")


def status(review):
    return Review.objects.get(pk=review.pk).status


def make_late(review):
    Review.objects.filter(pk=review.pk).update(due_on=today() - timedelta(days=2))
    review.refresh_from_db()


@pytest.fixture
def panel():
    return start(others=[OLA])


@pytest.fixture
def assignment(panel):
    return panel[Relation.SELF].assignment


# --- naming -------------------------------------------------------------------------------------


def test_an_outsider_gets_a_link_by_a_mail_that_says_who_asks_who_reads_and_how_long(panel, assignment):
    outsider = panel[Relation.END_USER]

    notice = Notice.objects.get(kind="reviews.asked_outside")
    letter = letter_of(notice)

    assert (notice.recipient, notice.address, notice.address_name) == (None, "ola@customer.example", "Ola Berg")
    assert letter.path.startswith(f"/m/{outsider.link.hex}.")
    words = " ".join(letter.paragraphs)
    assert f"{assignment.mentor.name} asks you, as end user, to review “{assignment.title}”" in words
    readers = f"By name: {assignment.mentee.name}, the mentor {assignment.mentor.name} and HR read it"
    assert readers in words and f"may show it to the sponsor, {assignment.sponsor.name}." in words
    assert "about fifteen minutes" in words and "stays on record" in words and "say no" in words
    assert letter.reply_to == assignment.mentor.email


def letter_of(notice):
    return delivery.letter(notice, kinds.load_things([notice])[notice.pk], kinds.get(notice.kind))


def test_nobody_is_started_without_somebody_named():
    assignment = AssignmentFactory()

    with pytest.raises(ValidationError, match="Name at least one person besides"):
        start_reviews(assignment, by=assignment.mentor, cycle=ReviewCycleFactory(), people=[], due_on=today())


@pytest.mark.parametrize("who", ["mentee", "mentor", "hr"])
def test_mentee_mentor_and_hr_name_more_people_while_the_reviews_are_open(panel, assignment, who):
    by = HRFactory() if who == "hr" else getattr(assignment, who)
    expert = UserFactory()

    [review] = add_raters(assignment, by=by, people=[Named(Relation.EXPERT, expert)], due_on=today() + DUE)

    assert (review.relation, review.rater, review.asked_by, review.due_on) == ("expert", expert, by, today() + DUE)
    assert Notice.objects.filter(kind="reviews.asked", recipient=expert).count() == 1


def test_nobody_else_names_anybody(panel, assignment):
    for person in (assignment.sponsor, panel[Relation.COLLEAGUE].rater):
        with pytest.raises(PermissionDenied):
            add_raters(assignment, by=person, people=[Named(Relation.EXPERT, UserFactory())], due_on=today())


def test_once_the_reviews_are_final_nobody_is_added(panel, assignment):
    for review in panel.values():
        hand_in(review)

    with pytest.raises(Refused, match="not open any more"):
        add_raters(assignment, by=assignment.mentor, people=[Named(Relation.EXPERT, UserFactory())], due_on=today())


def test_while_they_are_talked_over_nobody_is_added(panel, assignment):
    for review in panel.values():
        Review.objects.filter(pk=review.pk).update(status="calibrating", submitted_at="2026-01-01T09:00Z")
    Review.objects.filter(relation="colleague").update(status="submitted")

    with pytest.raises(Refused, match="not open any more"):
        add_raters(assignment, by=assignment.mentor, people=[Named(Relation.EXPERT, UserFactory())], due_on=today())


def wrong(assignment, *people, due_on=None):
    with pytest.raises(ValidationError) as error:
        add_raters(assignment, by=assignment.mentor, people=people, due_on=due_on or today() + DUE)
    return error.value.message_dict


def test_the_wrong_people_are_refused_with_words(panel, assignment):
    gone = UserFactory(is_active=False, deactivated_at=now())
    here = UserFactory(email="Here@example.org")
    colleague = panel[Relation.COLLEAGUE].rater
    decline(panel[Relation.COLLEAGUE], by=colleague, no_contact=False)

    assert wrong(assignment) == {"people": ["Name at least one person to ask."]}
    assert "is asked in any case" in wrong(assignment, Named("expert", assignment.sponsor))["people"][0]
    assert "no longer active" in wrong(assignment, Named("expert", gone))["people"][0]
    assert wrong(assignment, OLA) == {"people": ["Ola Berg is asked already."]}
    assert "was asked and said no" in wrong(assignment, Named("expert", colleague))["people"][0]
    assert wrong(assignment, Named("expert", here), Named("colleague", here)) == {
        "people": ["Somebody is named twice."]
    }
    same = Named("expert", None, "Me", "here@example.org")
    assert "belongs to somebody here" in wrong(assignment, same)["people"][0]
    late = wrong(assignment, Named("expert", here), due_on=today() - timedelta(days=1))
    assert list(late) == ["due_on"]
    assert not Review.objects.filter(rater=here).exists()


def test_nobody_reviews_twice_by_another_name_of_their_own_mailbox(panel, assignment):
    """The mentee would count as two observers, and a friend as three."""
    for who in (assignment.mentee, assignment.mentor, UserFactory(email="Here+work@example.org")):
        name, host = who.email.lower().replace("+work", "").split("@")
        other = Named("end_user", None, "Somebody else", f"{name.upper()}+Customer@{host}")
        assert "belongs to somebody here" in wrong(assignment, other)["people"][0]
    assert wrong(assignment, Named("expert", None, "Ola again", "ola+2@customer.example")) == {
        "people": ["Ola again is asked already."]
    }
    kim = [Named("expert", None, "Kim", f"kim{tag}@x.example") for tag in ("", "+two")]
    assert wrong(assignment, *kim) == {"people": ["Somebody is named twice."]}


def test_there_is_a_bound_to_a_panel_and_to_a_day(panel, assignment, monkeypatch):
    many = [Named("expert", None, f"P {n}", f"p{n}@x.example") for n in range(MOST_A_PANEL - 1)]
    assert wrong(assignment, *many) == {"people": [f"At most {MOST_A_PANEL} people are named."]}
    monkeypatch.setattr(actions, "MOST_A_DAY", 3)
    assert "many people today" in wrong(assignment, *many[:2])["people"][0]
    assert MOST_A_DAY == 40


# --- taking back --------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["mentee", "mentor", "hr"])
def test_somebody_named_is_taken_back_and_what_they_typed_is_read_by_nobody(panel, assignment, who):
    review = panel[Relation.COLLEAGUE]
    save_draft(review, by=review.rater, edit=1, answers=answers(review, note="Half a thought."), summary="Half.")
    by = HRFactory() if who == "hr" else getattr(assignment, who)

    take_back(review, by=by)

    review.refresh_from_db()
    assert (review.status, review.taken_back_by) == (ReviewStatus.WITHDRAWN, by)
    assert review not in Review.objects.visible_to(review.rater)
    assert letters("reviews.withdrawn")[0][0] == review.rater
    assert waiting_for(review.rater) == []
    with pytest.raises(PermissionDenied):
        save_draft(review, by=review.rater, edit=review.edit, answers={}, summary="Late.")


def test_whoever_is_asked_again_goes_on_where_they_were_and_an_outsider_by_another_link(panel, assignment):
    colleague, outsider = panel[Relation.COLLEAGUE], panel[Relation.END_USER]
    save_draft(colleague, by=colleague.rater, edit=1, answers={}, summary="Half a thought.")
    for review in (colleague, outsider):
        take_back(review, by=assignment.mentor)

    people = [Named("colleague", colleague.rater), OLA]
    again = add_raters(assignment, by=assignment.mentee, people=people, due_on=today() + DUE)

    assert [each.pk for each in again] == [colleague.pk, outsider.pk]
    assert (again[0].status, again[0].summary, again[0].asked_by) == ("draft", "Half a thought.", assignment.mentee)
    assert again[1].link != outsider.link
    assert Notice.objects.filter(kind="reviews.asked", recipient=colleague.rater).count() == 2


def test_the_own_review_is_never_taken_back_and_the_mentee_takes_back_neither_mentor_nor_sponsor(panel, assignment):
    make_late(panel[Relation.SPONSOR])
    for review, by in [
        (panel[Relation.SELF], assignment.mentor),
        (panel[Relation.SPONSOR], assignment.mentee),
        (panel[Relation.COLLEAGUE], assignment.sponsor),
    ]:
        with pytest.raises(PermissionDenied):
            take_back(review, by=by, reason="So.")


def test_a_sponsor_who_stays_away_is_taken_back_late_with_a_reason_and_while_enough_are_left(panel, assignment):
    sponsor, by = panel[Relation.SPONSOR], assignment.mentor
    with pytest.raises(Refused, match="not late yet"):
        take_back(sponsor, by=by, reason="On leave.")
    make_late(sponsor)
    with pytest.raises(ValidationError) as error:
        take_back(sponsor, by=by)
    assert list(error.value.message_dict) == ["reason"]
    for relation in (Relation.SELF, Relation.MENTOR, Relation.COLLEAGUE, Relation.END_USER):
        hand_in(panel[relation])

    take_back(sponsor, by=by, reason="On leave until spring.")

    sponsor.refresh_from_db()
    assert (sponsor.status, sponsor.decline_reason) == ("withdrawn", "On leave until spring.")
    assert Review.objects.final().count() == 4


def test_reviews_that_wait_when_the_work_is_closed_can_still_become_final(panel, assignment):
    """Somebody who stays away, or one observer too few, would hold the others back for ever."""
    for relation in (Relation.SELF, Relation.MENTOR, Relation.COLLEAGUE):
        hand_in(panel[relation])
    decline(panel[Relation.END_USER], by=None, no_contact=True)
    close(assignment, by=assignment.mentor, ending="delivered", reason="Done.")
    sponsor = panel[Relation.SPONSOR]
    make_late(sponsor)

    [expert] = add_raters(assignment, by=HRFactory(), people=[Named("expert", UserFactory())], due_on=today() + DUE)
    take_back(sponsor, by=assignment.mentor, reason="She left the company.")
    hand_in(expert)

    assert {status(each) for each in (*list(panel.values())[:2], panel[Relation.COLLEAGUE], expert)} == {"final"}
    with pytest.raises(Refused, match="not open any more"):
        add_raters(assignment, by=assignment.mentor, people=[Named("expert", UserFactory())], due_on=today() + DUE)


def test_a_sponsor_is_not_taken_back_where_too_few_would_be_left():
    panel = start()
    sponsor = panel[Relation.SPONSOR]
    make_late(sponsor)

    with pytest.raises(Refused, match="Name somebody else first"):
        take_back(sponsor, by=HRFactory(), reason="On leave.")

    assert status(sponsor) == ReviewStatus.DRAFT


def test_what_was_handed_in_is_not_taken_back(panel, assignment):
    stale = Review.objects.select_related("assignment").get(pk=panel[Relation.COLLEAGUE].pk)
    hand_in(panel[Relation.COLLEAGUE])

    with pytest.raises(Refused, match="handed it in meanwhile"):
        take_back(stale, by=assignment.mentor)


# --- saying no ----------------------------------------------------------------------------------


def test_a_no_is_told_to_whoever_asked_until_somebody_else_is_named(panel, assignment):
    outsider = panel[Relation.END_USER]
    save_draft(outsider, by=None, edit=1, answers=answers(outsider), summary="Half.")

    decline(outsider, by=None, no_contact=True, reason="We met once.")

    outsider.refresh_from_db()
    assert (outsider.status, outsider.no_contact, outsider.summary) == ("declined", True, "")
    assert not Score.objects.filter(review=outsider).exists()
    line = next(line for line in waiting_for(assignment.mentor) if line.kind == "reviews.declined")
    assert line.title == f"Ola Berg does not review “{assignment.title}”"
    assert line.reason == "Has not seen enough to judge. “We met once.”"
    assert line.url == f"/assignments/{assignment.code}/reviews/raters/"
    assert letters("reviews.declined") == [
        (assignment.mentor, f"Ola Berg does not review “{assignment.title}”"),
    ]
    assert "reviews.declined" not in [line.kind for line in waiting_for(assignment.mentee)]
    entry = AuditEntry.objects.get(verb="review.declined")
    assert entry.actor is None and "We met" not in str(entry.fields)

    add_raters(assignment, by=assignment.mentor, people=[Named("expert", UserFactory())], due_on=today() + DUE)
    assert "reviews.declined" not in [line.kind for line in waiting_for(assignment.mentor)]


def test_a_plain_no_is_told_as_such(panel, assignment):
    colleague = panel[Relation.COLLEAGUE]
    decline(colleague, by=colleague.rater, no_contact=False)

    line = next(line for line in waiting_for(assignment.mentor) if line.kind == "reviews.declined")
    assert (line.title, line.reason) == (
        f"{colleague.rater.name} does not review “{assignment.title}”",
        "Would rather not.",
    )


def test_only_whoever_is_named_says_no_and_once(panel):
    with pytest.raises(PermissionDenied):
        decline(panel[Relation.SPONSOR], by=panel[Relation.SPONSOR].rater, no_contact=False)
    with pytest.raises(PermissionDenied):
        decline(panel[Relation.COLLEAGUE], by=None, no_contact=False)
    with pytest.raises(PermissionDenied):
        decline(panel[Relation.END_USER], by=panel[Relation.COLLEAGUE].rater, no_contact=False)
    decline(panel[Relation.END_USER], by=None, no_contact=False)
    with pytest.raises(Refused, match="answered already"):
        decline(panel[Relation.END_USER], by=None, no_contact=False)


def test_with_the_last_one_saying_no_the_others_are_final_if_they_are_enough(panel):
    for relation in (Relation.SELF, Relation.MENTOR, Relation.SPONSOR, Relation.COLLEAGUE):
        hand_in(panel[relation])

    decline(panel[Relation.END_USER], by=None, no_contact=True)

    assert Review.objects.final().count() == 4


def test_where_they_are_too_few_the_mentor_is_asked_for_one_more_and_then_all_are_final():
    panel = start()
    assignment = panel[Relation.SELF].assignment
    for relation in (Relation.SELF, Relation.MENTOR, Relation.SPONSOR):
        hand_in(panel[relation])

    decline(panel[Relation.COLLEAGUE], by=panel[Relation.COLLEAGUE].rater, no_contact=True)

    assert not Review.objects.final().exists()
    lines = [line for line in waiting_for(assignment.mentor) if line.kind.startswith("reviews.")]
    assert [(line.kind, line.title) for line in lines] == [("reviews.one_more", "One more review is needed")]
    [more] = add_raters(assignment, by=assignment.mentor, people=[OLA], due_on=today() + DUE)
    assert [line.kind for line in waiting_for(assignment.mentor)] == []
    hand_in(more)
    assert Review.objects.final().count() == 4


# --- whatever the order -------------------------------------------------------------------------

STEPS = st.lists(
    st.tuples(st.sampled_from(["hand_in", "decline", "take_back", "add"]), st.integers(0, 7)), min_size=1, max_size=14
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS)
def test_whatever_happens_in_whatever_order_they_are_final_exactly_when_all_are_in_and_enough(steps):
    panel = start(others=[Named("expert", None, "E", f"e{Review.objects.count()}@x.example")])
    assignment, cycle = panel[Relation.SELF].assignment, panel[Relation.SELF].cycle
    here = Review.objects.filter(assignment=assignment, cycle=cycle)
    for number, (step, which) in enumerate(steps):
        reviews = list(here.order_by("pk"))
        try:
            _do(step, reviews[which % len(reviews)], f"n{number}-{assignment.pk}@x.example")
        except (Refused, PermissionDenied, ValidationError):
            continue
        asked = [review for review in here.all() if review.status not in NOT_ASKED]
        final = [review for review in asked if review.status in READABLE]
        complete = all(review.status != "draft" for review in asked)
        assert final == (asked if complete and minimum(review.relation for review in asked).value else [])


def _do(step, review, address):
    mentor = review.assignment.mentor
    if step == "hand_in":
        hand_in(review)
    elif step == "decline":
        decline(review, by=review.rater, no_contact=False)
    elif step == "take_back":
        take_back(review, by=mentor, reason="So.")
    else:
        add_raters(review.assignment, by=mentor, people=[Named("end_user", None, "N", address)], due_on=today())


def test_where_the_mentee_has_left_hr_goes_on_without_their_view_and_says_why(panel, assignment, hr, sign_in):
    own = panel[Relation.SELF]
    save_draft(own, by=own.rater, edit=own.edit, answers=answers(own, level=5), summary="Mine alone.")
    for relation in (Relation.MENTOR, Relation.SPONSOR, Relation.COLLEAGUE, Relation.END_USER):
        hand_in(panel[relation])
    address = f"/reviews/{own.code}/take-back/"
    assert sign_in(hr).get(address).status_code == 403
    User.objects.filter(pk=own.rater_id).update(is_active=False, deactivated_at=now())
    assert sign_in(assignment.mentor).get(address).status_code == 403
    client = sign_in(hr)
    assert "Go on without" in client.get(f"/assignments/{assignment.code}/reviews/").content.decode()
    assert "Say why the reviews go on" in client.post(address, {"reason": ""}).content.decode()

    client.post(address, {"reason": "She left in May."})

    own.refresh_from_db()
    assert (own.status, own.summary, own.scores.count()) == (ReviewStatus.FINAL, "", 0)
    assert (own.decline_reason, own.taken_back_by) == ("She left in May.", hr)
    assert set(Review.objects.asked().values_list("status", flat=True)) == {ReviewStatus.FINAL}
    entry = AuditEntry.objects.get(verb="review.gone_on_without")
    assert (entry.actor, entry.fields) == (hr, ["decline_reason", "scores", "status", "summary"])
    packet = ReviewPacket.objects.get()
    assert {"what": "own_view_missing", "count": 1} in packet.told["left_out"]
    page = client.get(f"/packets/{packet.code}/").content.decode()
    assert "the mentee left before handing it in" in page
    assert "Mine alone." not in page
    assert "Mine alone." not in client.get(f"/assignments/{assignment.code}/reviews/").content.decode()


def test_nobody_goes_on_without_a_mentee_who_is_here_or_has_handed_in(panel, hr):
    own = panel[Relation.SELF]
    with pytest.raises(PermissionDenied):
        go_on_without(own, by=hr, reason="Slow.")
    hand_in(own)
    User.objects.filter(pk=own.rater_id).update(is_active=False, deactivated_at=now())
    own.refresh_from_db()

    with pytest.raises(Refused, match="handed in meanwhile"):
        go_on_without(own, by=hr, reason="Left.")


def test_a_mentee_who_handed_in_is_asked_for_the_narrative_until_it_is_there(panel, assignment):
    def kinds_of(person):
        return [line.kind for line in waiting_for(person) if line.kind != "reviews.to_close"]

    assert kinds_of(assignment.mentee) == ["reviews.to_write"]
    hand_in(panel[Relation.SELF])
    assert kinds_of(assignment.mentee) == ["reviews.to_tell"]
    (line,) = [each for each in waiting_for(assignment.mentee) if each.kind == "reviews.to_tell"]
    assert line.url.endswith(f"/assignments/{assignment.code}/narrative/")
    assert "reviews.to_tell" not in kinds_of(assignment.mentor)
    told = ReviewNarrative.objects.create(assignment=assignment, cycle=panel[Relation.SELF].cycle, before="Less.")
    assert kinds_of(assignment.mentee) == []
    told.delete()
    for relation in (Relation.MENTOR, Relation.SPONSOR, Relation.COLLEAGUE, Relation.END_USER):
        hand_in(panel[relation])
    assert status(panel[Relation.SELF]) == ReviewStatus.FINAL
    assert "reviews.to_tell" not in kinds_of(assignment.mentee)
