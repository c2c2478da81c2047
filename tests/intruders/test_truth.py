"""Each sentence of the hand-written table, asked of the running product."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.urls import reverse

from tests.access_table import row
from tests.intruders.forms import forms_of
from tests.intruders.rows import changed, everything
from tests.test_access import browser
from tests.truth_table import sentences

pytestmark = pytest.mark.django_db

# Where an act is done: its address and thing; for what is sent, whose page has the form, and where that page is.
READS = {
    "reads the kept conversation": ("assignments:intake", "kept_intake"),
    "reads the goal": ("assignments:goal", "goal"),
    "opens the pipeline": ("assignments:board", "mentorship"),
    "opens the ranking": ("assignments:ranking", "mentorship"),
    "reads the brief asked about": ("assignments:brief", "endorsed_brief"),
    "reads the charter": ("assignments:charter", "assignment"),
    "opens the form for hours and cover": ("assignments:manager-agreement-own", "hours"),
    "reads the milestones": ("assignments:plan", "assignment"),
    "reads a check-in of the two": ("assignments:check-in", "check_in"),
    "reads the reflection kept private": ("assignments:reflection", "reflection"),
    "reads the evidence not shared": ("assignments:evidence", "evidence"),
    "fetches a file of evidence not shared": ("assignments:evidence-file", "evidence_file"),
    "opens the mentor's draft rating": ("reviews:review", "review_of_mentor"),
    "opens their own draft rating": ("reviews:review", "review_of_mentor"),
    "reads the packet": ("reviews:packet", "packet"),
    "fetches the export": ("reviews:export-download", "ready_export"),
    "opens the report on equity": ("reviews:equity", ""),
}
ENDORSE = ("assignments:brief-endorse", "brief", "mentor", "assignments:brief")
SAY_YES = (
    "assignments:sponsor-accept",
    "sponsor_request",
    "asked_sponsor",
    "assignments:sponsor-request",
)
ACKNOWLEDGE = (
    "assignments:check-in-acknowledge",
    "answer",
    "mentor",
    ("assignments:check-in", "check_in"),
)
SHARE = ("assignments:evidence-share", "evidence", "mentee", "assignments:evidence")
ANSWER = ("sponsors:ask-accept", "ask", "colleague", "sponsors:ask")
SENDS = {
    "changes the goal": ("assignments:goal-edit", "goal", "mentee", "assignments:goal-edit"),
    "settles the goal": ("assignments:goal-settle", "goal", "mentor", "assignments:goal"),
    "endorses their own brief": ENDORSE,
    "endorses the mentee's brief": ENDORSE,
    "says yes in the sponsor's place": SAY_YES,
    "says yes to sponsor": SAY_YES,
    "adds a milestone": ("assignments:milestone-add", "assignment", "mentee", "assignments:milestone-add"),
    "acknowledges their own answers": ACKNOWLEDGE,
    "acknowledges the mentee's answers": ACKNOWLEDGE,
    "verifies their own evidence": ("assignments:evidence-verify", "evidence", "mentor", "assignments:evidence"),
    "shares the evidence": SHARE,
    "shares the evidence in the mentee's place": SHARE,
    "answers the ask": ANSWER,
    "answers the ask in the sponsor's place": ANSWER,
    "states something to the packet": ("reviews:packet-statement", "packet", "mentee", "reviews:packet"),
    "gives somebody a role": ("people:grant-role", "mentee", "administrator", "people:person"),
}


def test_there_are_sixty_sentences_and_no_two_alike():
    assert len(sentences()) == 60
    assert len({(person, act) for person, act, _answer in sentences()}) == 60


def the_form(world, act: str) -> tuple[str, dict[str, list[str]]]:
    """Where it is sent and with what, as the page shows it to the person whose form it is."""
    name, thing, whose, page = SENDS[act]
    action = world.address(row(name, thing))
    shown_at = world.address(row(*page)) if isinstance(page, tuple) else world.address(row(page, thing))
    shown = browser(world, whose).get(shown_at)
    return action, next(form.data() for form in forms_of(shown.content, shown_at) if form.action == action)


def answer_to(world, person: str, act: str) -> str:
    if act in READS:
        address, data = world.address(row(*READS[act])), None
    else:
        address, data = the_form(world, act)
    client, before = browser(world, person), everything()
    with transaction.atomic():
        response = client.get(address) if data is None else client.post(address, data)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        moved = changed(before, everything())
        transaction.set_rollback(True)
    away = response.headers.get("Location", "")
    if response.status_code == 404 and not moved and b"<form" not in body:
        return "hidden"
    if response.status_code == 403 and not moved:
        return "refused"
    if away.startswith(reverse("account_reauthenticate")) and not moved:
        return "asked who they are"
    if away.startswith(reverse("account_login")) and not moved:
        return "sign in"
    if data is None and response.status_code == 200 and body:
        return "reads"
    if data is not None and response.status_code in (200, 204, 302, 303) and moved:
        return "done"
    return f"{response.status_code}, {len(moved)} columns changed"


@pytest.mark.parametrize(
    ("person", "act", "answer"), sentences(), ids=[f"{person} {act}" for person, act, _ in sentences()]
)
def test_the_product_answers_as_the_sentence_says(world, person, act, answer):
    assert answer_to(world, person, act) == answer
