"""How full one printed page is: an estimate in lines, section by section."""

import io

import pytest
from pypdf import PdfReader

from assignments.brief_paper import paper_of
from assignments.brief_sections import WORDS, page_length
from assignments.models import BriefVersion
from assignments.page_length import HEAD, LETTERS, LINES, ROOM, Length, length
from stretchhub import documents
from stretchhub.documents import Paper
from stretchhub.env import now
from tests.factories import BriefFactory, BriefRiskFactory, BriefStakeholderFactory, BriefVersionFactory

TEXT = (
    "Customer care takes 212 calls a week that begin with where is my lorry, on the pharma and fresh lanes alone. "
    "In 7 of 10 cases planning had known for more than half an hour. Care has no screen for it, planning has no time "
    "to ring, and key accounts promise what neither of them has seen. "
)
TEXTS = [name for name in WORDS if name not in ("hours_per_week", "review_on", "decide_by")]
# How a brief may be filled: evenly, in a few long texts, or in many rows.
SHAPES = {
    "even": dict.fromkeys(TEXTS, 1.0),
    "long": {"problem": 5.0, "first_step": 3.0, "decision_asked": 1.0},
    "rows": dict.fromkeys(["problem", "gap", "first_step", "stop_rule", "decision_asked"], 1.0),
}


def lines(*texts: str) -> float:
    return round(length({"problem": texts}).parts["problem"] - ROOM, 9)


def test_a_text_takes_the_lines_it_is_broken_into():
    assert lines("x" * LETTERS) == 1
    assert lines("x" * (LETTERS + 1)) == 2
    assert lines("one\ntwo\n\nfour") == 4
    assert lines("one", "two") == 2


def test_wide_letters_count_twice_and_marks_above_letters_not_at_all():
    assert lines("漢" * (LETTERS // 2)) == 1
    assert lines("漢" * (LETTERS // 2 + 1)) == 2
    assert lines("e\u0301" * LETTERS) == 1


def test_an_empty_page_holds_its_head_alone():
    empty = length({})

    assert empty == Length(HEAD / LINES, {}, "fits")
    assert empty.longest == ()


def test_a_page_is_full_at_its_last_line_and_too_long_after_it():
    room = LINES - HEAD - ROOM
    full, over = (length({"problem": ["\n".join("x" * count)]}) for count in (int(room), int(room) + 1))

    assert (full.fits, full.reason, full.percent <= 100) == (True, "fits", True)
    assert (over.fits, over.reason, over.percent > 100) == (False, "too_long", True)


def test_the_longest_sections_come_first():
    used = length({"problem": ["x"], "why": ["x" * 500], "steps": ["x" * 900], "risks": ["x" * 300], "time": []})

    assert used.longest == ("steps", "why", "risks")


# --- held to account by real pages --------------------------------------------------------------


def filled(version: BriefVersion, shape: str, *, up_to: float) -> BriefVersion:
    """The version with as many words in this shape as fill that part of a page."""
    for letters in range(40, 3000, 10):
        for name, share in SHAPES[shape].items():
            setattr(version, name, (TEXT * 40)[: int(letters * share)])
        if page_length(version).value > up_to:
            break
        version.save()
    return BriefVersion.objects.select_related("brief__option__mentorship__mentee").get(pk=version.pk)


def pages(version: BriefVersion, paper: Paper) -> int:
    accepted = BriefVersionFactory.build(
        brief=version.brief, number=1, status="sponsor_accepted", decided_at=now(), written_by=None
    )
    content = {"brief": paper_of(version, accepted=accepted, address="https://example.org/briefs/", printed=now())}
    made = documents.pdf("brief.typ", content, title="Brief", language="en-gb", paper=paper, moment=now())
    return len(PdfReader(io.BytesIO(made)).pages)


@pytest.mark.django_db
@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_said_to_fit_fits_on_either_paper_and_little_more_does(shape):
    version = BriefVersionFactory(brief=BriefFactory(), number=2, status="endorsed")
    if shape == "rows":
        for _row in range(5):
            BriefRiskFactory(version=version, risk=TEXT[:90], trigger=TEXT[:70], mitigation=TEXT[:110])
            BriefStakeholderFactory(version=version, interest=TEXT[:60])

    full = filled(version, shape, up_to=1.0)
    assert [pages(full, paper) for paper in Paper] == [1, 1]

    over = filled(version, shape, up_to=1.12)
    assert max(pages(over, paper) for paper in Paper) > 1
