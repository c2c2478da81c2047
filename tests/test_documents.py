"""Documents: tagged, with title and language, and whatever people wrote stays literal."""

import io
import threading
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from stretchhub import documents
from stretchhub.documents import Paper, plain, prose

MOMENT = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)


def section(number=1, label="The problem", *lines, claims=(), asked=False):
    return {
        "number": number,
        "label": label,
        "open": "Not written yet",
        "asked": asked,
        "lines": list(lines),
        "claims": list(claims),
    }


def sheet(*sections, title="A title", **more):
    words = {"eyebrow": "Brief", "title": title, "byline": "Mina Okafor", "pinned": "", "foot": "Printed"}
    words |= {"address": "https://stretchhub.example.org/briefs/", "pages": "Page {n} of {of}"}
    return {"brief": words | {"sections": sections} | more}


def line(words, label="", *notes):
    return {
        "text": prose(words, label=label),
        "notes": [prose(words, label=name) for name, words in notes],
        "bullet": None,
    }


def made(*sections, paper=Paper.A4, language="en-gb", **more) -> PdfReader:
    content = sheet(*sections, **more)
    answer = documents.pdf("brief.typ", content, title="A title", language=language, paper=paper, moment=MOMENT)
    return PdfReader(io.BytesIO(answer))


def words(reader: PdfReader) -> str:
    """All that can be read, without the places where a line was broken."""
    return " ".join("\n".join(page.extract_text() for page in reader.pages).replace("\u200b", "").split())


def kinds(reader: PdfReader) -> list[str]:
    """The kinds of the tags, in the order in which they are read."""
    found: list[str] = []

    def walk(tag) -> None:
        tag = tag.get_object() if hasattr(tag, "get_object") else tag
        if isinstance(tag, list):
            for each in tag:
                walk(each)
        elif hasattr(tag, "get") and "/S" in tag:
            found.append(str(tag["/S"]))
            walk(tag.get("/K", []))

    walk(reader.trailer["/Root"]["/StructTreeRoot"]["/K"])
    return found


def test_a_document_is_tagged_and_says_its_title_and_language():
    reader = made(section(1, "The problem", line("Claims wait.")))
    root = reader.trailer["/Root"]

    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == "A title"
    assert b"pdfuaid:part>1<" in root["/Metadata"].get_data().replace(b"\n", b"")


def test_headings_and_lists_are_tagged_as_what_they_are():
    found = kinds(made(section(1, "The problem", line("Two things:\n\n- one\n- two"))))

    assert found.index("/H1") < found.index("/H2") < found.index("/L")
    assert found.count("/LI") == 2


@pytest.mark.parametrize(("paper", "width", "height"), [(Paper.A4, 595.276, 841.89), (Paper.LETTER, 612, 792)])
def test_both_papers_have_their_size(paper, width, height):
    box = made(section(), paper=paper).pages[0].mediabox

    assert (float(box.width), float(box.height)) == pytest.approx((width, height), abs=0.01)


def test_the_same_words_at_the_same_moment_give_the_same_bytes():
    def answer():
        return documents.pdf(
            "brief.typ", sheet(section()), title="A title", language="en", paper=Paper.A4, moment=MOMENT
        )

    assert answer() == answer()


@pytest.mark.parametrize(
    "hostile",
    [
        '#import "@preview/x:1.0.0"',
        '#sys.inputs #eval("1") #read("/etc/passwd")',
        "$a^2$ = head [content] <label> @ref // comment /* more */ \\u{1F600} \\",
        "{{ title }} {% now %} <script>alert(1)</script> &amp;",
        "Page {n} of {of}",
    ],
)
def test_markup_of_any_kind_is_set_as_it_was_typed(hostile):
    typed = hostile.replace("\\", "")  # a backslash before a mark is light formatting, on screen as on paper
    reader = made(section(1, hostile, line(typed), claims=[claim(hostile)]), title=hostile, pinned=hostile)

    assert words(reader).count(hostile) >= 3
    assert typed in words(reader)
    assert len(reader.pages) == 1


def claim(words, backed=False):
    return {"backed": backed, "mark": "Assumption", "words": words, "detail": ""}


def test_light_formatting_is_the_same_as_on_the_screen():
    reader = made(section(1, "The problem", line("**Bold** and *slanted*, a [link](https://example.org/x).")))

    assert "Bold and slanted, a link (https://example.org/x)." in words(reader)
    fonts = {
        str(font.get_object()["/BaseFont"]).split("+")[1] for font in reader.pages[0]["/Resources"]["/Font"].values()
    }
    assert any("Italic" in font for font in fonts)


def test_letters_of_many_scripts_come_out_as_they_went_in():
    text = words(made(section(1, "x", line("李小龍"), line("Афины"), line("😀 ok"), line("שלום"))))

    assert "李小龍" in text
    assert "Афины" in text
    assert "😀" in text
    assert "שלום" in text


def test_what_cannot_be_set_is_a_number_and_not_the_end_of_the_document():
    text = words(made(section(1, "x", line("NUL \x00, Egypt 𓀀, half \ud83d, turned \u202eback")), title="\x00"))

    assert "NUL �, Egypt [U+13000], half [U+D83D], turned [U+202E]back" in text


def test_ten_thousand_characters_are_all_there_on_as_many_pages_as_they_need():
    written = "".join(f"{number:05} " for number in range(1700))
    reader = made(section(1, "The problem", line(written)), section(2, "Then", line("The end.")))

    found = words(reader)
    assert len(written) > 10_000
    assert [number for number in range(1700) if f"{number:05}" not in found] == []
    assert "The end." in found
    assert f"Page 1 of {len(reader.pages)}" in found


def test_one_endless_word_stays_within_the_paper():
    reader = made(section(1, "The problem", line("W" * 10_000)), title="W" * 300)
    found = words(reader).replace(" ", "")

    assert found.count("W") == 10_300
    # The widest letter at the largest size would go past the edge if the line were not broken.
    longest = max(len(one) for page in reader.pages for one in page.extract_text().split("\n"))
    assert longest < 110


def test_a_short_page_is_one_page_and_does_not_count():
    reader = made(section(1, "The problem", line("Claims wait.")))

    assert len(reader.pages) == 1
    assert "Page" not in words(reader)


def test_text_from_right_to_left_starts_at_the_right():
    places = []

    def visit(text, page, matrix, _font, _size):
        if text.strip():
            places.append((text.strip(), page[4] + matrix[4]))

    made(section(1, "x", line("שלום", "Label"), line("hello"))).pages[0].extract_text(visitor_text=visit)
    left = next(place for text, place in places if "hello" in text)
    assert any(place > left + 200 for text, place in places if "Label" in text or "שלום" in text)


def test_several_at_once_each_get_their_own():
    found: dict[int, str] = {}

    def make(number: int) -> None:
        found[number] = words(made(section(1, "x", line(f"Number {number}."))))

    threads = [threading.Thread(target=make, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert all(f"Number {number}." in found[number] for number in range(8))
    assert len(found) == 8


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(exclude_categories=[]), max_size=200))
def test_no_text_at_all_stops_a_document(written):
    reader = made(
        section(1, documents.line(written), line(written), claims=[claim(written)]), title=documents.line(written)
    )

    assert len(reader.pages) >= 1


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("- one", "bullet_list"),
        ("3. three", "ordered_list"),
        ("> said", "quote"),
        ("```\ncode\n```", "code"),
        ("words", "paragraph"),
    ],
)
def test_each_kind_of_block_can_be_set_under_a_label(written, kind):
    blocks = prose(written, label="Then")

    assert blocks[-1]["kind"] == kind
    assert "Then: " in "".join(span["text"] for span in blocks[0]["spans"])
    assert "Then" in words(made(section(1, "x", {"text": blocks, "notes": [], "bullet": None})))


@pytest.mark.parametrize("opening", ["> " * 18, "- " * 8, "1. " * 8, "> - " * 6, "- > 1. " * 3])
def test_no_depth_of_quotations_and_lists_stops_a_document(opening):
    reader = made(section(1, "x", line(opening + "Deep down."), line("> a\n> > b\n> > > c"), line("> " * 900 + "x")))

    assert "Deep down." in words(reader)
    assert "a b c" in words(reader)


def test_plain_words_keep_every_letter_and_a_block_for_each_line():
    found = plain("*Ann* _Lee_\n\n- הלאה", label="Who")

    assert [block["spans"][-1]["text"] for block in found] == ["*Ann* _Lee_", "- הלאה"]
    assert [block["rtl"] for block in found] == [False, True]
    assert plain("") == []


def test_an_empty_text_under_a_label_is_its_label():
    assert [block["spans"] for block in prose("", label="Then")] == [[{"text": "Then: ", "marks": ["label"]}]]
    assert prose("") == []
