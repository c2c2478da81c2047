"""A letter that is filled in reads like one that is rendered by itself."""

import pytest
from django.utils.safestring import mark_safe

from stretchhub.notices import paper
from stretchhub.notices.kinds import Attachment, Item, Letter
from stretchhub.notices.models import Outsider
from stretchhub.people.models import User

HOSTILE = "<b>A & B</b> 'it\"s' %s %(why)s {{ letter }} {% now %} \\1 Ünï\U0001f600"
ALICE = User(pk=7, full_name="Alice <i>O'Neill</i>", email="alice@example.org", locale="en-gb")
GUEST = Outsider("guest@example.org", "Gü & Co")
PLAIN = Letter("Due", ("One.", "Two."), "Open", "/x/?a=1&b=2", "you asked for it")
NOWHERE = Letter("No", ("It was refused.",), "", "", "it is about you")
LETTERS = {
    "plain": PLAIN,
    "hostile": Letter(HOSTILE, (HOSTILE, f"{HOSTILE}\n\n{HOSTILE}\r\nend"), HOSTILE, HOSTILE, HOSTILE),
    "no paragraph": Letter("Due", (), "Open", "/", "why"),
    "five paragraphs": Letter("Due", ("1", "2", "", "4", "5"), "Open", "/", "why"),
    "two lines in a subject": Letter("Due\nnow", ("1",), "Open", "/", "why"),
    "written as HTML": Letter(mark_safe("<b>Due</b>"), (mark_safe("<i>1</i>"),), "Open", "/", "why"),
    "with an answer and a file": Letter(
        "Due", ("1",), "Open", "/", "why", "tom@example.org", (Attachment("a.ics", b"", "text/calendar"),)
    ),
    # A refusal to whoever has no account, and so no page.
    "leading nowhere": NOWHERE,
    "of several things": Letter("Due", ("1",), "Open", "/", "why", items=(Item("A & B", "", "/a/"),)),
}


@pytest.mark.parametrize("stop", ["", "http://localhost/m/a&b/stop/"])
@pytest.mark.parametrize("person", [ALICE, GUEST], ids=["account", "outsider"])
@pytest.mark.parametrize("letter", LETTERS.values(), ids=LETTERS)
def test_it_reads_as_its_templates_say(letter, person, stop):
    for _filled_twice in range(2):
        text, html = paper.written(letter, person, stop)

        assert text == paper.rendered(paper.TEXT, letter, person, stop)
        assert html == paper.rendered(paper.HTML, letter, person, stop)


def test_each_language_has_a_form_of_its_own():
    paper.written(PLAIN, ALICE, "")

    _text, html = paper.written(PLAIN, User(pk=8, full_name="Dora", locale="de"), "")

    assert '<html lang="de">' in html


def test_letters_of_one_shape_are_rendered_once(monkeypatch):
    paper._form.cache_clear()
    rendered = []
    whole = paper.rendered
    monkeypatch.setattr(paper, "rendered", lambda template, *more: rendered.append(template) or whole(template, *more))

    for number in range(20):
        text, _html = paper.written(Letter(f"Number {number}", ("One.",), "Open", "/", "why"), ALICE, "")
        assert text.startswith("Hello Alice,")

    assert rendered == [paper.TEXT, paper.HTML]


def test_a_letter_that_leads_nowhere_has_no_button():
    text, html = paper.written(NOWHERE, GUEST, "")
    assert ("http" in text, "<a " in html) == (False, False)
    assert text.split("\n")[:6] == [
        "Hello Gü,",
        "",
        "It was refused.",
        "",
        "--",
        "You get this because it is about you.",
    ]
