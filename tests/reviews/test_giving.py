"""An outsider by the link of a mail: opening changes nothing, one form of one person, thanks when it is over."""

import re
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from assignments.models import EvidenceFile
from reviews import review_links
from reviews.actions.panel import take_back
from reviews.models import Review, ReviewStatus
from stretchhub.audit.models import AuditEntry
from stretchhub.env import today
from stretchhub.notices.models import Notice
from tests.factories import EvidenceFactory, ReviewFactory
from tests.reviews.panel import LONG

pytestmark = pytest.mark.django_db
KEYS = ("learning", "adaptability", "influence", "impact")


@pytest.fixture
def asked():
    return ReviewFactory(outsider=True, assignment__outcome="Claims in 14 days.")


@pytest.fixture
def browser() -> Client:
    """Somebody without an account, whose browser sends the token of a form as browsers do."""
    return Client(enforce_csrf_checks=True)


def address(asked, step="") -> str:
    path = review_links.path_of(asked)
    return f"{path}?step={step}" if step else path


def send(browser, asked, step, **fields):
    page = browser.get(address(asked, step)).content.decode()
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', page)
    version = re.search(r'name="version" value="(\d+)', page)
    said = {"csrfmiddlewaretoken": token[1] if token else "", "version": version[1] if version else ""}
    return browser.post(address(asked, step), {**said, **fields})


def fill_in(browser, asked, **fields):
    for key in KEYS:
        send(browser, asked, key, level="3", note=LONG, **fields)


def hand_in(browser, asked):
    return send(browser, asked, "look", do="submit", words="Seen it.", asked_myself="on")


def test_the_link_says_who_asks_who_reads_and_how_long_and_shows_anchors_and_shared_evidence(browser, asked):
    EvidenceFactory(assignment=asked.assignment, title="PRIVATE item", shared_with_sponsor=True)
    shown = EvidenceFactory(
        assignment=asked.assignment, title="The pilot board", learned="I was afraid.", shared_at_review=True
    )
    file = EvidenceFile(evidence=shown, name="board.txt", size=5, content_type="text/plain", sha256="0" * 64)
    file.file.save("board.txt", ContentFile(b"board"), save=True)

    page = browser.get(address(asked))

    words = page.content.decode()
    assignment = asked.assignment
    assert page["Referrer-Policy"] == "strict-origin"
    assert f"{asked.asked_by.name} asks you, as end user." in words
    assert f"By name: {assignment.mentee.name}, the mentor {assignment.mentor.name} and HR read it" in words
    assert "stays on record" in words and "about fifteen minutes" in words
    assert "Claims in 14 days." in words and "The pilot board" in words
    assert "PRIVATE" not in words and "I was afraid." not in words
    assert words.count('type="radio" name="level"') == 6
    kept = browser.get(f"{address(asked)}files/{file.code}/")
    assert b"".join(kept.streaming_content) == b"board"
    assert kept["Content-Disposition"] == 'attachment; filename="board.txt"'
    assert kept["X-Content-Type-Options"] == "nosniff"


def test_files_of_what_is_not_shared_and_of_a_review_that_is_over_are_not_there(browser, asked):
    hidden = EvidenceFactory(assignment=asked.assignment)
    shown = EvidenceFactory(assignment=asked.assignment, shared_at_review=True)
    files = []
    for evidence in (hidden, shown):
        file = EvidenceFile(evidence=evidence, name="x.txt", size=1, content_type="text/plain", sha256="0" * 64)
        file.file.save("x.txt", ContentFile(b"x"), save=True)
        files.append(f"{address(asked)}files/{file.code}/")
    assert [browser.get(url).status_code for url in files] == [404, 200]
    fill_in(browser, asked, evidence=str(shown.pk))
    hand_in(browser, asked)
    assert [browser.get(url).status_code for url in files] == [404, 404]


def test_a_scanner_opens_and_posts_a_hundred_times_and_the_person_still_hands_in(browser, asked):
    fill_in(browser, asked)
    scanner = Client()
    before = Review.objects.filter(pk=asked.pk).values().get()
    scores = list(asked.scores.values_list("level", "note"))
    rows = AuditEntry.objects.count(), Notice.objects.count()
    for _each in range(25):
        assert scanner.get(address(asked)).status_code == 200
        assert scanner.head(address(asked)).status_code == 200
        assert scanner.post(address(asked), {"do": "decline"}).status_code == 422
        assert scanner.post(address(asked, "learning")).status_code == 409
        assert scanner.post(address(asked), {"do": "submit", "version": before["edit"]}).status_code == 422
    assert Review.objects.filter(pk=asked.pk).values().get() == before
    assert list(asked.scores.values_list("level", "note")) == scores
    assert (AuditEntry.objects.count(), Notice.objects.count()) == rows

    assert hand_in(browser, asked).status_code == 302
    asked.refresh_from_db()
    assert asked.status == ReviewStatus.SUBMITTED


def test_without_the_token_of_the_page_nothing_is_taken(asked):
    answer = Client(enforce_csrf_checks=True).post(address(asked, "learning"), {"level": "3"})
    assert answer.status_code == 403
    assert not asked.scores.exists()


def test_every_wrong_token_and_a_link_taken_back_are_the_same_plain_404(browser, asked):
    missing = browser.get("/m/nothing/review/")
    assert missing.status_code == 404
    token = review_links.token_of(asked)
    flipped = [token[:i] + ("A" if token[i] != "A" else "B") + token[i + 1 :] for i in range(0, len(token), 3)]
    old = address(asked)
    for wrong in [*flipped, token[:-1], token + "a", token.split(".")[0], "x", asked.link.hex, str(asked.code)]:
        answer = browser.get(reverse("reviews:give", args=[wrong]))
        assert (answer.status_code, answer.content) == (404, missing.content), wrong
    signed = review_links.SIGNER.sign("no-number").replace(":", ".")
    assert browser.get(f"/m/{signed}/review/").status_code == 404
    assert browser.get(f"/m/{token}/feedback/").status_code == 404
    take_back(asked, by=asked.assignment.mentor)
    answer = browser.get(old)
    assert (answer.status_code, answer.content) == (404, missing.content)


def test_the_draft_is_kept_and_found_again_in_another_browser(browser, asked):
    answer = send(browser, asked, "learning", level="4", note="Half a thought.", go="impact")

    assert answer["Location"] == address(asked, "impact")
    page = Client().get(address(asked, "learning")).content.decode()
    assert "Half a thought." in page and re.search(r'value="4"[^>]*checked', page)


def test_after_handing_in_the_link_says_thank_you_and_shows_no_word(browser, asked):
    fill_in(browser, asked)
    hand_in(browser, asked)

    page = browser.get(address(asked))
    late = Client().post(address(asked, "learning"), {"level": "1"})

    assert page.status_code == 200
    assert "Thank you" in page.content.decode() and LONG[:30] not in page.content.decode()
    assert b"<form" not in page.content
    assert late.status_code == 409
    assert set(asked.scores.values_list("level", flat=True)) == {3}
    entry = AuditEntry.objects.get(verb="review.submitted")
    assert entry.actor is None


def test_a_no_is_taken_once_and_thanked_for(browser, asked):
    answer = send(browser, asked, "learning", do="decline", why="no_contact", reason="We met once.")

    assert answer["Location"] == address(asked)
    asked.refresh_from_db()
    assert (asked.status, asked.no_contact, asked.decline_reason) == ("declined", True, "We met once.")
    page = browser.get(address(asked)).content.decode()
    assert "you have not had enough contact to judge" in page and "<form" not in page


def test_the_link_signs_nobody_in(browser, asked):
    browser.get(address(asked))
    assert browser.get("/reviews/")["Location"].startswith("/accounts/login/")
    assert "_auth_user_id" not in browser.session


def test_who_came_by_link_is_counted_among_the_observers(browser, asked):
    cycle, work = asked.cycle, asked.assignment
    parts = {"self": work.mentee, "mentor": work.mentor, "sponsor": work.sponsor}
    for relation, rater in parts.items():
        ReviewFactory(cycle=cycle, assignment=work, relation=relation, rater=rater, submitted=True)
    Review.objects.update(due_on=today() + timedelta(days=3))
    fill_in(browser, asked)
    hand_in(browser, asked)
    assert set(Review.objects.values_list("status", flat=True)) == {"final"}
