import re
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from assignments.models import EvidenceFile
from reviews.actions.panel import Named
from reviews.models import Relation, Review, ReviewStatus, Score
from stretchhub.audit.models import AuditEntry
from stretchhub.env import today
from stretchhub.people.models import Role
from tests.factories import (
    AssignmentFactory,
    CharterFactory,
    EvidenceFactory,
    ReviewCycleFactory,
    ReviewFactory,
    UserFactory,
)
from tests.reviews.panel import LONG, ORDER, start
from tests.reviews.test_review_actions import hand_in

pytestmark = pytest.mark.django_db
KEYS = ("learning", "adaptability", "influence", "impact")


def address(review):
    return reverse("reviews:review", args=[review.code])


def typed(review, level="3", note=LONG, evidence=()):
    """What is sent with the step of one criterion."""
    review.refresh_from_db()
    return {"version": review.edit, "level": level, "note": note, "evidence": [str(pk) for pk in evidence]}


def fill_in(client, review, *args, **kwargs):
    """All four steps; the last answer."""
    for key in KEYS:
        answer = client.post(f"{address(review)}?step={key}", typed(review, *args, **kwargs))
    return answer


def hand_in_here(client, review, **more):
    review.refresh_from_db()
    said = {"version": review.edit, "words": "Worth reading.", "asked_myself": "on", "do": "submit"}
    return client.post(f"{address(review)}?step=look", said | more)


def rows(*people):
    """The rows of a form that names people: (who, email, group)."""
    data = {"people-TOTAL_FORMS": str(len(people)), "people-INITIAL_FORMS": "0"}
    for number, row in enumerate(people):
        data |= dict(zip([f"people-{number}-{name}" for name in ("who", "email", "group")], row, strict=True))
    return data


def test_start_asks_the_three_and_whoever_is_named_here_or_outside(sign_in):
    assignment = AssignmentFactory()
    colleague = UserFactory(full_name="Noor Haddad", job_title="Lead")
    cycle = ReviewCycleFactory()
    client = sign_in(assignment.mentor)
    url = reverse("reviews:start", args=[assignment.code])
    named = rows(("Noor Haddad, Lead", "", "colleague"), ("Ola Berg", "Ola@customer.example", "end_user"))

    assert client.get(url).status_code == 200
    answer = client.post(url, named | {"cycle": cycle.pk, "due_on": today() + timedelta(days=14)})

    assert answer["Location"] == reverse("reviews:for-assignment", args=[assignment.code])
    asked = {review.relation: review for review in Review.objects.filter(assignment=assignment)}
    assert set(asked) == {"self", "mentor", "sponsor", "colleague", "end_user"}
    assert asked["colleague"].rater == colleague
    outsider = asked["end_user"]
    assert (outsider.rater, outsider.name, outsider.email) == (None, "Ola Berg", "ola@customer.example")
    assert outsider.link is not None


def test_start_without_anybody_named_keeps_what_was_typed(sign_in):
    assignment = AssignmentFactory()

    answer = sign_in(assignment.mentee).post(
        reverse("reviews:start", args=[assignment.code]),
        rows(("", "", "colleague")) | {"cycle": ReviewCycleFactory().pk, "due_on": "2031-01-31"},
    )

    assert answer.status_code == 422
    assert b"Name at least one person to ask." in answer.content
    assert b"2031-01-31" in answer.content


@pytest.mark.parametrize(
    ("person", "words"),
    [
        (("Ola Berg", "ola@customer.example", "end_user"), "Ola Berg is asked already."),
        (("Somebody", "staff+one@example.org", "end_user"), "One of these addresses belongs to somebody here."),
    ],
)
def test_whom_nobody_can_ask_is_said_and_what_was_typed_stays(sign_in, person, words):
    UserFactory(email="staff@example.org")
    assignment = start(others=[Named("end_user", name="Ola Berg", email="ola@customer.example")])["self"].assignment
    before = Review.objects.count()

    answer = sign_in(assignment.mentor).post(
        reverse("reviews:raters", args=[assignment.code]), rows(person) | {"due_on": today() + timedelta(days=14)}
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page and person[1] in page
    assert Review.objects.count() == before


def test_start_offers_the_cycle_of_the_review_date_and_shows_what_the_charter_says_of_raters(sign_in):
    assignment = AssignmentFactory()
    ReviewCycleFactory(name="This half", closes_on=today() + timedelta(days=30))
    later = ReviewCycleFactory(
        name="Next half", opens_on=today() + timedelta(days=31), closes_on=today() + timedelta(days=200)
    )
    CharterFactory(assignment=assignment, review_on=today() + timedelta(days=90), raters="The lead of the north team.")

    page = sign_in(assignment.mentor).get(reverse("reviews:start", args=[assignment.code])).content.decode()

    assert f'<option value="{later.pk}" selected>' in page
    assert "The lead of the north team." in page


@pytest.mark.parametrize(("who", "status"), [("sponsor", 403), ("stranger", 404), ("hr", 404)])
def test_only_mentee_and_mentor_start(who, status, request, sign_in, sponsor):
    assignment = AssignmentFactory(sponsor=sponsor)
    person = request.getfixturevalue(who)

    assert sign_in(person).get(reverse("reviews:start", args=[assignment.code])).status_code == status


def test_a_step_shows_one_criterion_with_five_anchors_and_not_observed_and_leads_to_all_others(sign_in):
    review = start()[Relation.SPONSOR]
    client = sign_in(review.rater)

    page = client.get(f"{address(review)}?step=influence").content.decode()

    assert len(re.findall(r'type="radio" name="level"', page)) == 6
    assert "Influence at 5." in page
    assert "Impact at 5." not in page
    assert re.findall(r'class="rating-step[^>]*name="go" value="(\w+)"', page) == [*KEYS, "look"]
    assert "Would someone who was not there reach the same level from this evidence?" in page


def test_the_page_opens_at_the_first_criterion_that_still_wants_something(sign_in):
    review = start()[Relation.MENTOR]
    client = sign_in(review.rater)
    assert client.get(address(review)).context["step"].key == "learning"

    client.post(f"{address(review)}?step=learning", typed(review))
    assert client.get(address(review)).context["step"].key == "adaptability"

    fill_in(client, review)
    assert client.get(address(review)).context["step"] is None


def test_going_on_keeps_the_step_and_only_that_step(sign_in):
    review = start()[Relation.MENTOR]
    client = sign_in(review.rater)

    first = client.post(f"{address(review)}?step=learning", typed(review, "4", "Words I typed") | {"go": "influence"})
    second = client.post(f"{address(review)}?step=influence", typed(review, "0", "") | {"go": "adaptability"})

    assert first["Location"] == f"{address(review)}?step=influence"
    assert second["Location"] == f"{address(review)}?step=adaptability"
    kept = {score.criterion.key: (score.level, score.not_observed, score.note) for score in review.scores.all()}
    assert kept == {"learning": (4, False, "Words I typed"), "influence": (None, True, "")}
    page = client.get(f"{address(review)}?step=learning").content.decode()
    assert "Words I typed" in page
    assert re.search(r'value="4"[^>]*checked', page)


def autosave(client, url, data):
    return client.post(url, data, headers={"X-Autosave": "1"})


def test_the_page_saves_itself_and_the_same_words_again_write_nothing(sign_in):
    review = start()[Relation.MENTOR]
    client, url = sign_in(review.rater), f"{address(review)}?step=learning"
    words = typed(review, "3", "Half a thought")

    one, again = autosave(client, url, words), autosave(client, url, words)

    assert (one.status_code, one.json()["version"]) == (200, 2)
    assert (again.status_code, again.json()["version"]) == (200, 2)
    assert "Not handed in yet." in one.json()["words"]
    assert review.scores.get().note == "Half a thought"
    assert not AuditEntry.objects.filter(verb="review.saved").exists()


def test_an_autosave_that_was_overtaken_answers_with_both_texts(sign_in):
    review = start()[Relation.MENTOR]
    client, url = sign_in(review.rater), f"{address(review)}?step=learning"
    old = typed(review, "2", "Typed on the phone")
    autosave(client, url, typed(review, "4", "Typed on the laptop"))

    answer = autosave(client, url, old)

    assert (answer.status_code, answer.json()["version"]) == (409, 2)
    assert "Typed on the phone" in answer.json()["both"] and "Typed on the laptop" in answer.json()["both"]
    assert review.scores.get().note == "Typed on the laptop"


def test_a_stale_page_answers_409_with_both_texts(sign_in):
    review = start()[Relation.MENTOR]
    client, url = sign_in(review.rater), f"{address(review)}?step=learning"
    old = typed(review, "2", "Typed on the phone")
    client.post(url, typed(review, "4", "Typed on the laptop"))

    answer = client.post(url, old)

    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Typed on the phone" in page
    assert "Typed on the laptop" in page
    assert review.scores.get().note == "Typed on the laptop"
    version = re.search(r'name="version" value="(\d+)"', page).group(1)
    assert client.post(url, old | {"version": version}).status_code == 302
    assert review.scores.get().note == "Typed on the phone"


def test_a_note_too_long_to_keep_is_said_and_still_there(sign_in):
    review = start()[Relation.MENTOR]
    client, url = sign_in(review.rater), f"{address(review)}?step=learning"
    long = typed(review, "3", "n" * 4001)

    answer, by_itself = client.post(url, long), autosave(client, url, long)

    assert (answer.status_code, by_itself.status_code) == (422, 422)
    assert "n" * 4001 in answer.content.decode()
    assert not review.scores.exists()


def test_handing_in_too_little_keeps_the_draft_and_says_what_is_missing(sign_in):
    review = start()[Relation.COLLEAGUE]
    client = sign_in(review.rater)
    fill_in(client, review, "5", "Too short")

    answer = hand_in_here(client, review)

    assert answer.status_code == 422
    page = answer.content.decode()
    assert page.count("No evidence is shared with you") == 8
    assert f'href="{address(review)}?step=impact"' in page
    review.refresh_from_db()
    assert (review.status, review.summary) == (ReviewStatus.DRAFT, "Worth reading.")
    version = re.search(r'name="version" value="(\d+)"', page).group(1)
    assert int(version) == review.edit


def test_the_look_over_shows_what_would_be_handed_in_and_asks_the_quick_check(sign_in):
    review = start()[Relation.COLLEAGUE]
    piece = EvidenceFactory(assignment=review.assignment, title="The pilot board", shared_at_review=True)
    client = sign_in(review.rater)
    fill_in(client, review, "3", LONG, [piece.pk])

    page = client.get(f"{address(review)}?step=look").content.decode()
    assert page.count("The pilot board") == 4
    assert page.count("Established") == 4
    answer = hand_in_here(client, review, asked_myself="")

    assert answer.status_code == 422
    assert "Ask yourself this for each level, then tick it." in answer.content.decode()
    review.refresh_from_db()
    assert (review.status, review.summary) == (ReviewStatus.DRAFT, "Worth reading.")
    assert hand_in_here(client, review)["Location"] == address(review)
    review.refresh_from_db()
    assert review.status == ReviewStatus.SUBMITTED


def test_handing_in_locks_and_the_page_is_read_only_from_then_on(sign_in):
    review = start()[Relation.COLLEAGUE]
    client = sign_in(review.rater)
    fill_in(client, review)

    assert hand_in_here(client, review).status_code == 302

    page = client.get(address(review)).content.decode()
    assert "locked" in page
    assert "<textarea" not in page
    assert client.post(f"{address(review)}?step=learning", typed(review)).status_code == 403


def test_whoever_is_named_can_say_no_and_the_three_cannot(sign_in):
    reviews = start()
    colleague = reviews[Relation.COLLEAGUE]
    client = sign_in(colleague.rater)

    first = client.post(address(colleague), {"do": "decline"})
    answer = client.post(address(colleague), {"do": "decline", "why": "no_contact", "reason": "We met once."})

    assert first.status_code == 422
    assert b"Choose which of the two it is." in first.content
    assert answer["Location"] == reverse("reviews:list")
    colleague.refresh_from_db()
    assert (colleague.status, colleague.no_contact, colleague.decline_reason) == ("declined", True, "We met once.")
    assert client.get(address(colleague)).status_code == 404
    mentor = reviews[Relation.MENTOR]
    refused = sign_in(mentor.rater).post(address(mentor), {"do": "decline", "why": "rather_not"})
    assert refused.status_code == 403
    mentor.refresh_from_db()
    assert mentor.status == ReviewStatus.DRAFT


def test_another_raters_review_is_not_there_before_all_are_in(sign_in):
    reviews = start()
    hand_in(reviews[Relation.MENTOR])

    url = reverse("reviews:review", args=[reviews[Relation.MENTOR].code])

    for relation in (Relation.SELF, Relation.SPONSOR, Relation.COLLEAGUE):
        assert sign_in(reviews[relation].rater).get(url).status_code == 404


def test_the_colleague_sees_the_shared_items_and_nothing_else(sign_in):
    assignment = AssignmentFactory(outcome="Claims in 14 days.")
    EvidenceFactory(assignment=assignment, title="HIDDEN item", shared_with_sponsor=True)
    item = EvidenceFactory(assignment=assignment, title="Shown item", shared_at_review=True)
    kept = EvidenceFile.objects.create(
        evidence=item, file=ContentFile(b"notes", "n"), name="notes.txt", size=5, content_type="text/plain", sha256="0"
    )
    review = start(assignment)[Relation.COLLEAGUE]
    client = sign_in(review.rater)

    page = client.get(reverse("reviews:review", args=[review.code])).content.decode()
    file = client.get(reverse("reviews:evidence-file", args=[review.code, kept.code]))

    assert "Shown item" in page
    assert "Claims in 14 days." in page
    assert "HIDDEN" not in page
    assert reverse("assignments:evidence", args=[item.code]) not in page
    assert (b"".join(file.streaming_content), file["Content-Disposition"]) == (
        b"notes",
        'attachment; filename="notes.txt"',
    )
    assert client.get(reverse("reviews:for-assignment", args=[assignment.code])).status_code == 404


def test_once_a_review_is_handed_in_its_rater_fetches_no_files_any_more(sign_in):
    """What the mentee shares for a later review is for those who are asked then."""
    assignment = AssignmentFactory()
    item = EvidenceFactory(assignment=assignment, shared_at_review=True)
    kept = EvidenceFile.objects.create(
        evidence=item, file=ContentFile(b"notes", "n"), name="notes.txt", size=5, content_type="text/plain", sha256="0"
    )
    review = start(assignment)[Relation.COLLEAGUE]
    client, address = sign_in(review.rater), reverse("reviews:evidence-file", args=[review.code, kept.code])
    assert client.get(address).status_code == 200

    hand_in(review, evidence=[item.pk])

    assert client.get(address).status_code == 404


def test_a_file_that_is_not_shared_with_the_rater_is_not_there(sign_in):
    assignment = AssignmentFactory()
    item = EvidenceFactory(assignment=assignment)
    kept = EvidenceFile.objects.create(
        evidence=item, file=ContentFile(b"notes", "n"), name="notes.txt", size=5, content_type="text/plain", sha256="0"
    )
    review = start(assignment)[Relation.COLLEAGUE]

    answer = sign_in(review.rater).get(reverse("reviews:evidence-file", args=[review.code, kept.code]))

    assert answer.status_code == 404


def finished(levels=(5, 4, 3, 4)):
    assignment = AssignmentFactory()
    reviews = start(assignment)
    for relation, level in zip(ORDER, levels, strict=True):
        hand_in(reviews[relation], level)
    return assignment


def test_the_result_stands_side_by_side_with_the_median_and_no_overall_number(sign_in, hr):
    assignment = finished()
    url = reverse("reviews:for-assignment", args=[assignment.code])

    for person in (assignment.mentee, assignment.mentor, hr):
        page = sign_in(person).get(url).content.decode()
        assert page.count("Observers are one level apart: 3 to 4.") == 4
        assert page.count("The own rating is higher than the observers’.") == 4
        assert assignment.sponsor.name in page


def test_the_sponsor_sees_who_reviewed_but_not_what_they_said(sign_in):
    assignment = finished()

    page = sign_in(assignment.sponsor).get(reverse("reviews:for-assignment", args=[assignment.code])).content.decode()

    assert "Who reviews" in page
    assert "Observers are" not in page
    assert "Established" not in page


def test_hr_sees_who_reviews_before_it_is_final_and_no_word_of_theirs(sign_in, hr):
    reviews = start()
    mentor = reviews[Relation.MENTOR]
    hand_in(mentor, note=f"SECRET {LONG}")

    page = sign_in(hr).get(reverse("reviews:for-assignment", args=[mentor.assignment.code])).content.decode()

    assert mentor.rater.name in page
    assert "SECRET" not in page and "Established" not in page
    assert sign_in(hr).get(address(mentor)).status_code == 404


def test_the_panel_on_the_assignments_page_is_the_part_alone(sign_in):
    assignment = AssignmentFactory()

    part = sign_in(assignment.mentor).get(
        reverse("reviews:for-assignment", args=[assignment.code]), HTTP_HX_REQUEST="true"
    )

    assert b"<html" not in part.content
    assert reverse("reviews:start", args=[assignment.code]) in part.content.decode()


def test_lists_and_pages_take_the_same_queries_for_one_and_for_three(sign_in, count_queries):
    rater = UserFactory()
    client = sign_in(rater)

    def add(number):
        for _each in range(number):
            assignment = AssignmentFactory()
            EvidenceFactory(assignment=assignment, shared_at_review=True)
            start(assignment, rater)

    add(1)
    one = count_queries(client, "/reviews/")
    add(2)
    assert count_queries(client, "/reviews/") == one <= 12


def test_the_form_takes_the_same_queries_for_one_piece_of_evidence_and_for_three(sign_in, count_queries):
    assignment = AssignmentFactory()
    EvidenceFactory(assignment=assignment)
    review = start(assignment)[Relation.MENTOR]
    client = sign_in(review.rater)
    url = f"{reverse('reviews:review', args=[review.code])}?step=adaptability"
    one = count_queries(client, url)
    for _each in range(2):
        EvidenceFactory(assignment=assignment)

    assert count_queries(client, url) == one <= 12


def test_the_result_takes_the_same_queries_for_one_cycle_and_for_three(sign_in, count_queries):
    assignment = finished()
    client = sign_in(assignment.mentor)
    url = reverse("reviews:for-assignment", args=[assignment.code])
    one = count_queries(client, url)
    for review in list(Review.objects.all()):
        scores = list(review.scores.all())
        for _each in range(2):
            review.pk, review.code = None, None
            review.cycle = ReviewCycleFactory(rubric=review.cycle.rubric)
            review._state.adding = True
            review.code = Review._meta.get_field("code").get_default()
            review.save()
            for score in scores:
                Score.objects.create(review=review, criterion=score.criterion, level=score.level)

    assert count_queries(client, url) == one <= 14


def test_hr_reads_only_the_evidence_that_was_shared_for_the_review(sign_in, hr):
    assignment = AssignmentFactory()
    private = EvidenceFactory(assignment=assignment, title="PRIVATE item")
    shared = EvidenceFactory(assignment=assignment, title="Shown item", shared_at_review=True)
    reviews = start(assignment)
    for relation in ORDER:
        hand_in(reviews[relation], 3, [private.pk, shared.pk])
    side_by_side = reverse("reviews:for-assignment", args=[assignment.code])
    one = reverse("reviews:review", args=[reviews[Relation.MENTOR].code])

    for url in (side_by_side, one):
        page = sign_in(hr).get(url).content.decode()
        assert "Shown item" in page
        assert "PRIVATE" not in page
        assert "PRIVATE item" in sign_in(assignment.mentor).get(url).content.decode()
    assert "1 piece of evidence that is not shared with HR" in sign_in(hr).get(side_by_side).content.decode()


def test_asking_again_leads_to_the_reviews_already_asked_for(sign_in):
    assignment = AssignmentFactory()
    start(assignment)

    answer = sign_in(assignment.mentor).get(reverse("reviews:start", args=[assignment.code]))

    assert answer["Location"] == reverse("reviews:for-assignment", args=[assignment.code])


def test_a_colleague_is_not_named_evidence_that_was_taken_back(sign_in):
    reviews = start()
    colleague = reviews[Relation.COLLEAGUE]
    kept, taken_back = (
        EvidenceFactory(assignment=colleague.assignment, title=title, shared_at_review=True)
        for title in ("Kept in view", "Taken back since")
    )
    hand_in(colleague, evidence=[kept.pk, taken_back.pk])
    taken_back.shared_at_review = False
    taken_back.save()

    page = sign_in(colleague.rater).get(f"/reviews/{colleague.code}/").content.decode()

    assert "Kept in view" in page
    assert "Taken back since" not in page


def test_hr_who_sponsors_is_not_named_evidence_that_was_not_shared_for_the_review(sign_in):
    assignment = AssignmentFactory(sponsor=UserFactory(roles=[Role.HR]))
    own = EvidenceFactory(assignment=assignment, title="Between mentee and mentor")
    reviews = start(assignment)
    for relation in ORDER:
        sees = relation in (Relation.SELF, Relation.MENTOR)
        hand_in(reviews[relation], evidence=[own.pk] if sees else ())

    url = f"/assignments/{assignment.code}/reviews/"

    assert "Between mentee and mentor" in sign_in(assignment.mentor).get(url).content.decode()
    page = sign_in(assignment.sponsor).get(url).content.decode()
    assert "Adaptability" in page
    assert "Between mentee and mentor" not in page


def test_an_older_look_over_hands_in_no_level_that_another_window_changed(sign_in):
    """What is locked is what was read: the page of before comes back with the levels as they are now."""
    review = ReviewFactory()
    client = sign_in(review.rater)
    fill_in(client, review)
    page = client.get(f"{address(review)}?step=look").content.decode()
    sent = {name: re.search(rf'name="{name}" value="([^"]+)', page)[1] for name in ("version", "looked")}
    client.post(f"{address(review)}?step=impact", typed(review, level="2"))

    early = hand_in_here(client, review, **sent)

    assert early.status_code == 409
    assert "saved elsewhere since you opened it" in early.content.decode()
    assert Review.objects.get(pk=review.pk).status == ReviewStatus.DRAFT
    page = early.content.decode()
    again = {name: re.search(rf'name="{name}" value="([^"]+)', page)[1] for name in ("version", "looked")}
    assert hand_in_here(client, review, **again).status_code == 302
    review.refresh_from_db()
    assert review.status == ReviewStatus.SUBMITTED
    assert sorted(review.scores.values_list("level", flat=True)) == [2, 3, 3, 3]


def test_an_autosave_still_on_its_way_holds_no_handing_in_up(sign_in):
    review = ReviewFactory()
    client = sign_in(review.rater)
    fill_in(client, review)
    page = client.get(f"{address(review)}?step=look").content.decode()
    sent = {name: re.search(rf'name="{name}" value="([^"]+)', page)[1] for name in ("version", "looked")}
    saved = client.post(f"{address(review)}?step=look", sent | {"words": "Worth reading."}, headers={"X-Autosave": "1"})

    assert saved.status_code == 200
    assert hand_in_here(client, review, **sent).status_code == 302
    assert Review.objects.get(pk=review.pk).status == ReviewStatus.SUBMITTED


def test_after_handing_in_the_parties_are_led_on_and_nobody_to_a_page_they_may_not_open(sign_in):
    """The mentee to the narrative that HR reads; a colleague nowhere, also after a level was amended."""
    panel = start()
    assignment = panel[Relation.SELF].assignment
    narrative, all_of_it = (
        reverse(f"reviews:{name}", args=[assignment.code]) for name in ("narrative", "for-assignment")
    )
    for relation in (Relation.SELF, Relation.SPONSOR):
        hand_in(panel[relation])

    pages = {
        relation: sign_in(panel[relation].rater).get(address(panel[relation])).content.decode()
        for relation in (Relation.SELF, Relation.SPONSOR)
    }

    assert narrative in pages[Relation.SELF] and all_of_it in pages[Relation.SELF]
    assert narrative not in pages[Relation.SPONSOR] and all_of_it in pages[Relation.SPONSOR]
    for relation in (Relation.MENTOR, Relation.COLLEAGUE):
        hand_in(panel[relation])
    for status in (ReviewStatus.FINAL, ReviewStatus.AMENDED):
        Review.objects.filter(assignment=assignment).update(status=status)
        asked = panel[Relation.COLLEAGUE]
        client = sign_in(asked.rater)
        assert client.get(all_of_it).status_code == 404
        assert all_of_it not in client.get(address(asked)).content.decode()
        assert all_of_it in sign_in(assignment.mentor).get(address(asked)).content.decode()
