"""What every template keeps to, and the small marks and words they are made of."""

import gzip
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import allauth
import pytest
from django.contrib.staticfiles import finders
from django.template import Context, Template
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from django.utils import timezone

from stretchhub import env, text
from stretchhub.charts import Mark
from stretchhub.templatetags import look, words

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "templates"
TEMPLATES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.html"))
IN_PAGES = [name for name in TEMPLATES if not name.startswith("mail/")]
SCRIPT = re.compile(r"<script(?![^>]*(?: src=| type=\"application/json\"))", re.I)


def source(name: str) -> str:
    return (FOLDER / name).read_text()


def render(template: str, **context) -> str:
    return Template("{% load look words charts forms %}" + template).render(Context(context))


# --- rules --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_compiles(name):
    assert get_template(name)


@pytest.mark.parametrize("name", IN_PAGES)
def test_no_template_carries_style_or_script_in_line(name):
    html = source(name)

    assert not re.search(r"<[^>]*\sstyle=", html)
    assert "<style" not in html
    assert not re.search(r"<[^>]*\s(?:on[a-z]+|hx-on[^=]*)=", html)
    assert not SCRIPT.search(html)
    assert "javascript:" not in html


@pytest.mark.parametrize("name", [name for name in TEMPLATES if name.startswith("components/")])
def test_every_component_opens_by_saying_what_it_takes(name):
    assert source(name).startswith("{% comment %}")


@pytest.mark.parametrize("name", IN_PAGES)
def test_every_form_that_changes_something_carries_the_token(name):
    for form in re.findall(r"<form\b[^>]*method=\"post\".*?</form>", source(name), re.S):
        assert "csrf_token" in form


def test_no_page_of_the_sign_in_package_brings_its_own_style():
    theirs = Path(allauth.__file__).parent / "templates"
    styled = {
        str(path.relative_to(theirs))
        for path in theirs.rglob("*.html")
        if re.search(r"<[^>]*\sstyle=|<style", path.read_text()) and "headless" not in str(path)
    }

    # Telephone numbers are not in use, so their page has no address.
    assert {name for name in styled if not (FOLDER / name).exists()} <= {"account/phone_change.html"}


def test_the_first_view_is_light_enough_for_a_telephone(rf, mentee):
    request = rf.get("/")
    request.user = mentee
    html = render_to_string("base.html", {}, request)
    files = re.findall(r"(?:href|src)=\"/static/([^\"]+)\"", html)
    assert any("htmx" in name for name in files)

    weights = [len(gzip.compress(Path(finders.find(name)).read_bytes())) for name in set(files)]

    assert sum(weights) + len(gzip.compress(html.encode())) <= 40_000


def test_htmx_may_neither_evaluate_nor_load_from_elsewhere():
    config = re.search(r"name=\"htmx-config\" content='([^']+)'", source("base.html"))[1]

    for said in ('"allowEval":false', '"allowScriptTags":false', '"selfRequestsOnly":true', '"historyCacheSize":0'):
        assert said in config


def test_what_was_chosen_as_colours_stands_on_the_page(rf, mentee):
    request = rf.get("/")
    request.user = mentee
    mentee.theme = "dark"

    assert 'data-theme="dark"' in render_to_string("base.html", {}, request)


# --- marks --------------------------------------------------------------------------------------


def test_every_known_mark_has_an_icon_that_exists():
    for mark in look.MARKS:
        assert "<svg" in look.badge("Word", mark)


def test_a_badge_shows_a_word_beside_its_icon_and_escapes_it():
    html = look.badge("<b>late</b>", "late")

    assert "&lt;b&gt;late&lt;/b&gt;" in html
    assert html.startswith('<span class="badge badge-alarm"><svg')


def test_visibility_names_every_audience():
    html = look.visibility(["mentor", "sponsor", "hr_at_review"])

    assert "Mentor · Sponsor · HR at review" in html
    assert "chip-private" not in html


@pytest.mark.parametrize("audiences", ["only_me", [], ["only_me"]])
def test_what_only_its_author_sees_looks_private(audiences):
    html = look.visibility(audiences)

    assert "chip-private" in html
    assert "Only me" in html


def test_an_icon_is_hidden_from_screen_readers():
    assert 'aria-hidden="true"' in look.icon("flag")


def test_a_person_is_shown_by_initials_and_name():
    html = look.who(SimpleNamespace(pk=3, name="Ada <Byrne>", initials="AB"), "Analyst")

    assert ">AB</span>" in html
    assert "Ada &lt;Byrne&gt;" in html
    assert "Analyst" in html


# --- words --------------------------------------------------------------------------------------


def test_a_day_names_its_year_only_when_it_is_another():
    this_year = timezone.localtime(env.now()).year

    assert words.day(date(this_year, 11, 24)).endswith(" 24 Nov")
    assert words.day(date(2021, 11, 24)) == "Wed 24 Nov 2021"
    assert words.day(None) == ""


def test_a_moment_is_told_in_the_readers_zone():
    with timezone.override("Asia/Tokyo"):
        assert words.moment(datetime(2021, 11, 24, 20, 5, tzinfo=UTC)) == "Thu 25 Nov 2021, 05:05"


@pytest.mark.parametrize(
    ("days", "said"), [(0, "today"), (1, "tomorrow"), (3, "in 3 days"), (-1, "1 day late"), (-9, "9 days late")]
)
def test_how_far_a_day_is_away(days, said):
    assert words.days_away(timezone.localtime(env.now()).date() + timedelta(days=days)) == said


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1500, "1.5 kB"), (42_300, "42 kB"), (4_200_000, "4.2 MB")],
)
def test_sizes_are_said_for_people(count, said):
    assert words.size(count) == said


@pytest.mark.parametrize(
    "written",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "<img src=x onerror=alert(1)>",
        "![x](https://example.org/x.png)",
        "<a href='data:text/html,x'>x</a>",
    ],
)
def test_no_markup_of_the_writer_survives(written):
    html = text.to_html(written)

    assert not re.search(r"<(?:script|img|iframe|svg)|javascript:\w*\"|href=\"data:", html)


def test_light_formatting_survives():
    html = text.to_html("We **kept** it:\n\n- one\n- [two](https://example.org)")

    assert "<strong>kept</strong>" in html
    assert "<li>one</li>" in html
    assert '<a href="https://example.org" rel="nofollow noopener noreferrer">two</a>' in html


@pytest.mark.parametrize(
    "written",
    [
        "Claims wait 21 days; nobody says (why). It's been so since May – we’ll see…",
        "Étude, “жалоба” و شكوى 申し立て.",
        "No end of spaces   ",
        "a",
        "a - b + c",
        "http://example.org/x is no link unless somebody makes it one",
        "Two\nlines",
        'Fish & chips, 5 < 6, "so"',
        "snake_case_name and *one* star",
        "- one",
        "1. one",
        " one",
        "~~no~~ `code` [a](https://example.org) \\",
        "",
    ],
)
def test_a_plain_line_comes_out_as_the_parser_would_have_it(written, monkeypatch):
    quick = text.to_html(written), text.to_blocks(written)

    monkeypatch.setattr(text, "_PLAIN", re.compile(r"(?!)"))

    assert quick == (text.to_html(written), text.to_blocks(written))


def test_the_first_line_is_cut_at_a_word():
    assert text.first_line("\n  One two three four", 12) == "One two…"


# --- components ---------------------------------------------------------------------------------

SAMPLES = {
    "{% bullet_chart 'Logins' 3 12 9 7 11 'a week' %}": ["likely 7 to 11", "Show as table"],
    "{% bullet_chart 'Logins' 3 12 None None None 'a week' %}": ["not measured yet"],
    "{% bullet_chart 'Logins' 48 8 52 %}": ["away from the target"],
    "{% dot_strip 'Influence' marks %}": ["Middle of the raters", "Not observed", "Show as table"],
    "{% balance_strip 'Balance' parts %}": ["Safe <strong>4</strong>", "80 %"],
    "{% level_rows 'Levels' rows %}": ["not assessed"],
    "{% timeline_chart 'Story' day day timeline day %}": ["Pilot runs", "Show as table"],
}


@pytest.mark.parametrize("template", SAMPLES)
def test_every_chart_has_the_same_in_words(template):
    day = date(2026, 3, 1)
    html = render(
        template,
        day=day,
        marks=[("Self", 4, True), ("Mentor", 3, False), ("Ken", None, False)],
        parts=[("Safe", 4, "info"), ("Bold", 1, "caution")],
        rows=[("Influence", None, 4), ("Learning", 2, 4)],
        timeline=[Mark(day, "Pilot runs", "flag", "growth")],
    )

    for said in SAMPLES[template]:
        assert said in html


def test_the_level_picker_is_radio_inputs_with_their_keys():
    html = render_to_string(
        "components/level_picker.html",
        {
            "name": "learning",
            "legend": "Learning",
            "levels": [{"value": n, "name": f"Level {n}", "anchor": "…"} for n in range(1, 6)],
            "value": 3,
        },
    )

    assert html.count('type="radio"') == 6
    assert re.search(r'value="3" data-key="3" checked', html)
    assert "Not observed" in html


def test_a_submit_key_stays_the_same_when_a_form_comes_back():
    request = RequestFactory().post("/", {"submit_key": "abc"})

    assert render("{% submit_key %}", request=request) == '<input type="hidden" name="submit_key" value="abc">'
    assert render("{% submit_key %}") != render("{% submit_key %}")
