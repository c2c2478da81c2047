"""The product's promise of who sees what, one test a cell: everything each person can open is opened and read.

A text that only some may read holds a marker of its own. A cell with an R wants every marker of the object somewhere
in what that person can open; a cell without one wants none, on no page, in no document and no file.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from assignments.models import CheckInAnswer, FeedbackAnswer, StretchProfile
from reviews.models import Score
from tests.access_table import TABLE, row
from tests.test_access import ask, browser
from tests.visibility_table import cells
from tests.world import World

pytestmark = pytest.mark.django_db

MARK = re.compile(r"canary-\d+-[0-9a-f]{8}")

PARTS = ("worked", "surprised", "differently")

# What each object's private words are, as the world holds them.
WORDS: dict[str, Callable[[dict[str, Any]], list[str]]] = {
    "intake": lambda things: [things["intake"].answers.get().words["next_role"]],
    "goals": lambda things: [things["goal"].success],
    "learning plan": lambda things: [things["learning"].title],
    "pipeline": lambda things: [things["option"].title, things["option"].why, things["experiment"].hypothesis],
    "stretch profile": lambda things: [things["option"].stretch_profile.demands.get(component=8).reason],
    "ranking": lambda things: [things["kept_ranking"].note],
    "possible sponsors": lambda things: [things["candidate"].priority, things["candidate"].note],
    "stakeholder grid": lambda things: [things["stakeholder"].name, things["stakeholder"].note],
    "outreach": lambda things: [things["introduction"].message],
    "measurements": lambda things: [things["measurement"].note],
    "ask": lambda things: [things["ask"].question, things["ask"].why, things["ask"].reason],
    "check-ins with the sponsor": lambda things: [
        getattr(things["written_check_in"], name) for name in ("result", "decision", "risk", "heard")
    ],
    "hand-over note": lambda things: [things["hand_over"].hand_over],
    "brief not yet endorsed": lambda things: [things["brief"].versions.get().problem],
    "brief asked about": lambda things: [things["sponsor_request"].version.problem],
    "charter": lambda things: [things["charter"].in_scope],
    "milestones": lambda things: [things["milestone"].definition_of_progress],
    "saved plan of mentee": lambda things: [
        things["saved_plan"].note,
        things["saved_plan"].steps[0]["definition_of_progress"],
    ],
    "saved plan offered": lambda things: [
        things["offered_plan"].note,
        things["offered_plan"].steps[0]["definition_of_progress"],
    ],
    "saved plan of everybody": lambda things: [
        things["everybodys_plan"].note,
        things["everybodys_plan"].steps[0]["definition_of_progress"],
    ],
    "scope changes": lambda things: [things["scope_change"].why],
    "check-ins of the two": lambda things: [things["answer"].moved, things["answer"].avoided],
    "agenda": lambda things: [things["agenda_item"].text],
    "what to do about the load": lambda things: [things["workload_response"].words],
    "status set by hand": lambda things: [things["status_override"].reason],
    "decisions": lambda things: [things["decision"].decision, things["decision"].reason],
    "setback not shared": lambda things: [things["setback"].title, things["setback"].assumed],
    "setback shared": lambda things: [things["shared_setback"].title, things["shared_setback"].happened],
    "lesson of a setback": lambda things: [things["setback"].team_lesson, things["shared_setback"].team_lesson],
    "reflection": lambda things: [getattr(things["reflection"], name) for name in PARTS],
    "line of a reflection": lambda things: [things["reflection"].shared_line],
    "reflection shown": lambda things: [getattr(things["shown_reflection"], name) for name in PARTS],
    "evidence not shared": lambda things: [things["evidence"].title, things["evidence"].learned],
    "draft of evidence": lambda things: [things["draft_evidence"].content["title"]],
    "word on evidence": lambda things: [things["evidence"].verifications.get().words],
    "word on shared evidence": lambda things: [things["shared_evidence"].verifications.get().words],
    "evidence shared": lambda things: [things["shared_evidence"].title],
    "feedback by name": lambda things: [things["feedback_given"].answers.get().words],
    "feedback passed on": lambda things: [things["feedback_shared"].answers.get().words],
    "feedback in confidence": lambda things: [
        answer.words for answer in FeedbackAnswer.objects.filter(request__round=things["confidential_round"])
    ],
    "feedback of fewer than 3": lambda things: [things["feedback_hidden"].answers.get().words],
    "draft of feedback": lambda things: [things["feedback_request"].draft["words"]["words_1"]],
    **{
        f"draft rating of {rater}": lambda things, rater=rater: [
            things[f"review_of_{rater}"].summary,
            Score.objects.get(review=things[f"review_of_{rater}"]).note,
        ]
        for rater in ("mentee", "mentor", "sponsor", "colleague")
    },
    "draft rating of outsider": lambda things: [
        things["review_of_outsider"].summary,
        Score.objects.get(review=things["review_of_outsider"]).note,
    ],
    "outcome of a closing": lambda things: [things["closing"].outcomes.get().source],
    "lesson kept to oneself": lambda things: [things["closing"].lessons.get(audience="private").text],
    "lesson for the mentor": lambda things: [things["closing"].lessons.get(audience="mentor").text],
    "plan after a closing": lambda things: [things["closing"].goals.get().note],
    "draft of a closing": lambda things: [things["draft_closing"].content["text_1"]],
    "programme view": lambda things: [things["wait"].department],
    "final rating shared": lambda things: [Score.objects.get(review=things["shared_review_of_mentor"]).note],
    "rating in calibration": lambda things: [Score.objects.get(review=things["held_review_of_mentor"]).note],
    "final rating of mentor": lambda things: [Score.objects.get(review=things["final_review_of_mentor"]).note],
    "narrative not yet shown": lambda things: [things["narrative"].changed],
    "narrative in a packet": lambda things: [things["frozen_narrative"].changed],
    "evidence shared at review": lambda things: [
        getattr(things["evidence_at_review"], name) for name in ("title", "text", "changed")
    ],
    "feedback shown at review": lambda things: [things["feedback_at_review"].answers.get().words],
    "learned from shared piece": lambda things: [things["evidence_at_review"].learned],
    "narrative in one shared": lambda things: [things["shared_narrative"].changed],
    "evidence in one shared": lambda things: [things["evidence_in_shared"].title],
    "statement to one shared": lambda things: [things["shared_statement"].text],
    "addendum to one shared": lambda things: [things["addendum_to_shared"].text],
    "statement to a packet": lambda things: [things["statement"].text],
    "addendum to a packet": lambda things: [things["addendum"].text],
    "letter being written": lambda things: [things["letter_draft"].words["first"]],
    "letter to be approved": lambda things: [things["letter_asked"].words["first"]],
    "case study being written": lambda things: [things["case_draft"].words["next"]],
    "issued case study": lambda things: [things["issued_case"].told["sections"][0]["words"]],
    "growth record": lambda things: [things["issued_record"].told["sections"][0]["title"]],
    "signed letter": lambda things: [things["signed_letter"].told["sections"][2]["words"]],
    "signed letter shared": lambda things: [things["shared_letter"].told["sections"][2]["words"]],
}

# Where each object is written, and what of.
WRITTEN: dict[str, tuple[str, str]] = {
    "intake": ("assignments:intake-topic", "intake_topic"),
    "goals": ("assignments:goal-edit", "goal"),
    "learning plan": ("assignments:learning-edit", "learning"),
    "pipeline": ("assignments:option-edit", "option"),
    "stretch profile": ("assignments:stretch", "option"),
    "ranking": ("assignments:ranking-weights", "mentorship"),
    "brief not yet endorsed": ("assignments:brief-submit", "brief"),
    "charter": ("assignments:charter-edit", "assignment"),
    "milestones": ("assignments:milestone-edit", "milestone"),
    "saved plan of mentee": ("assignments:saved-plan-edit", "saved_plan"),
    "saved plan offered": ("assignments:saved-plan-edit", "offered_plan"),
    "saved plan of everybody": ("assignments:saved-plan-edit", "everybodys_plan"),
    "possible sponsors": ("sponsors:candidate-edit", "candidate"),
    "stakeholder grid": ("sponsors:stakeholder-edit", "stakeholder"),
    "outreach": ("sponsors:introduction", "candidate"),
    "measurements": ("assignments:measurement-take-back", "measurement"),
    "ask": ("sponsors:ask-decline", "ask"),
    "check-ins with the sponsor": ("sponsors:check-in", "sponsor_check_in"),
    "check-ins of the two": ("assignments:check-in", "check_in"),
    "agenda": ("assignments:agenda-settle", "agenda_item"),
    "what to do about the load": ("assignments:workload", "assignment"),
    "status set by hand": ("assignments:status", "assignment"),
    "decisions": ("assignments:decision-edit", "decision"),
    "setback not shared": ("assignments:setback-edit", "setback"),
    "setback shared": ("assignments:setback-edit", "shared_setback"),
    "lesson of a setback": ("assignments:setback-edit", "setback"),
    "reflection": ("assignments:reflection-edit", "reflection"),
    "reflection shown": ("assignments:reflection-edit", "shown_reflection"),
    "evidence not shared": ("assignments:evidence-share", "evidence"),
    "draft of evidence": ("assignments:evidence-log", "assignment"),
    "word on evidence": ("assignments:evidence-verify", "evidence"),
    "evidence shared": ("assignments:evidence-share", "shared_evidence"),
    "draft of a closing": ("reviews:closing-step", "closing_step"),
    "draft of feedback": ("assignments:feedback-own", "feedback_request"),
    **{
        f"draft rating of {rater}": ("reviews:review", f"review_of_{rater}")
        for rater in ("mentee", "mentor", "sponsor", "colleague")
    },
    "narrative not yet shown": ("reviews:narrative", "reviewed"),
    "statement to a packet": ("reviews:packet-statement", "packet"),
    "addendum to a packet": ("reviews:packet-addendum", "packet"),
    "case study being written": ("reviews:own-write", "finished_case"),
    "letter being written": ("reviews:letter", "shared_result"),
    "letter to be approved": ("reviews:letter", "finished"),
}


@pytest.fixture(scope="module")
def library(world) -> Callable[[str], str]:
    """Everything one of these people can open, as one text; read when it is first asked for."""
    return cache(lambda role: read_everything(world, role))


# Addresses of the table that are asked with other things, too.
ALSO = [
    row("assignments:evidence", "shared_evidence"),
    row("assignments:evidence", "evidence_at_review"),
    row("assignments:brief", "brief"),
    row("sponsors:check-in", "written_check_in"),
    *(row(f"assignments:{name}", name) for name in ("decision", "setback", "reflection")),
    row("assignments:setback", "shared_setback"),
    row("assignments:reflection", "shown_reflection"),
    row("assignments:feedback-round", "closed_feedback_round"),
    row("assignments:feedback-round", "confidential_round"),
    row("assignments:feedback-round", "shared_feedback_round"),
    row("assignments:feedback-round", "hidden_feedback_round"),
    *(row("assignments:feedback-own", name) for name in ("feedback_given", "feedback_shared", "feedback_hidden")),
    *(row("reviews:review", f"review_of_{rater}") for rater in ("mentee", "sponsor", "colleague", "outsider")),
    row("reviews:for-assignment", "reviewed"),
    row("reviews:for-assignment", "shared_result"),
    row("reviews:packet", "shared_packet"),
]
# How somebody signs in is their own, and drawn anew with each answer.
OWN = ("account_", "mfa_")
# What differs from one answer to the next without meaning anything.
FRESH = re.compile(r"(csrfmiddlewaretoken\" value=\"|X-CSRFToken\": \"|submit_key\" value=\")[^\"]+")

# A calendar says when it was read.
STAMPED_AT = re.compile(r"^DTSTAMP:.*\r?$", re.MULTILINE)
PRINTED_AT = re.compile(r"Printed\w{3}\d{1,2}\w{3},\d\d:\d\d")


def read_everything(world: World, role: str) -> str:
    """Every answer this person gets, one after the other; each from a browser of its own."""
    opened = [each for each in TABLE if role in each.get and not each.name.startswith(OWN)]
    addresses = [world.address(each) for each in [*opened, *ALSO]]
    # What a rater says of the whole stands on the last step of the form.
    addresses += [f"{world.address(each)}?step=look" for each in [*opened, *ALSO] if each.name == "reviews:review"]
    bodies = [ask(browser(world, role), "get", address, htmx=False).body for address in addresses]
    return FRESH.sub(r"\1", "\n".join(words_of(body) for body in bodies))


def words_of(body: bytes) -> str:
    """A page as it is; of a document what a person reads in it, without line ends that the paper makes."""
    if not body.startswith(b"%PDF"):
        return STAMPED_AT.sub("", body.decode("utf-8", "replace"))
    words = "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(body)).pages)
    return PRINTED_AT.sub("", words)


NUMBERS = ("confidence", "strain")
CELLS = cells()
TEXTS = [cell for cell in CELLS if cell[0] not in NUMBERS]


def test_a_document_is_read_as_its_words(world):
    """Or what a document tells would never be found in it."""
    words = words_of(
        ask(
            browser(world, "mentee"), "get", world.address(row("assignments:brief-pdf", "endorsed_brief")), htmx=False
        ).body
    )
    assert MARK.search(world.things["sponsor_request"].version.problem)[0] in words


@pytest.mark.parametrize(("thing", "role", "mark"), TEXTS, ids=lambda part: part.replace(" ", "-"))
def test_a_text_reaches_exactly_those_it_is_for(world, library, thing, role, mark):
    markers = [marker for words in WORDS[thing](world.things) for marker in MARK.findall(words)]
    assert markers, "the world marks no text of this object"
    found = [marker for marker in markers if marker in library(role)]
    assert found == (markers if "R" in mark else [])


@pytest.mark.parametrize(
    ("thing", "role", "mark"), [cell for cell in CELLS if cell[0] in WRITTEN], ids=lambda part: part.replace(" ", "-")
)
def test_nobody_writes_but_whom_the_table_lets(world, thing, role, mark):
    """A form sent empty is answered, with errors as a rule; for all others there is nothing there, or it is closed."""
    address = world.address(row(*WRITTEN[thing]))
    status = ask(browser(world, role), "post", address, htmx=False).status_code
    assert (status not in (403, 404, 405)) == ("W" in mark)


def tell(things: dict[str, Any], **said: int) -> None:
    """Say how sure the mentee is, or how much the work strains them."""
    if "confidence" in said:
        StretchProfile.objects.filter(option=things["option"]).update(confidence=said["confidence"])
    if "strain" in said:
        CheckInAnswer.objects.filter(pk=things["answer"].pk).update(load=said["strain"])


@pytest.fixture(scope="module")
def unmoved(world, library) -> Callable[[str, str], bool]:
    """Whether all this person can open stays as it is, to the letter, when a private number is another.

    For whom neither number is, both change at once: whichever showed would be seen.
    """

    @cache
    def read_with(role: str, changed: tuple[str, ...]) -> str:
        with transaction.atomic():
            tell(world.things, **dict.fromkeys(changed, 5))
            read = read_everything(world, role)
            transaction.set_rollback(True)
        return read

    def answer(number: str, role: str) -> bool:
        changed = (number,) if role in ("mentee", "mentor") else NUMBERS
        return read_with(role, changed) == library(role)

    return answer


@pytest.mark.parametrize(
    ("thing", "role", "mark"), [cell for cell in CELLS if cell[0] in NUMBERS], ids=lambda part: part.replace(" ", "-")
)
def test_a_private_number_changes_only_the_pages_of_those_it_is_for(unmoved, thing, role, mark):
    assert unmoved(thing, role) == ("R" not in mark)


@pytest.mark.parametrize("person", ["mentee", "mentor", "sponsor", "manager"])
def test_today_takes_at_most_fourteen_queries_for_somebody_with_everything(world, person):
    client = browser(world, person)
    with transaction.atomic():
        client.get("/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/").status_code == 200
        transaction.set_rollback(True)
    assert len(queries) <= 14


@pytest.mark.parametrize("person", ["mentee", "mentor", "sponsor", "manager"])
def test_what_today_opens_in_place_is_marked_on_its_page(world, person):
    client = browser(world, person)
    with transaction.atomic():
        opened = [line for line in client.get("/").context["waiting"] if line.in_place]
        without = [line.kind for line in opened if b"data-answer" not in client.get(line.url).content]
        transaction.set_rollback(True)
    assert without == []
