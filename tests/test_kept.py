"""Parts of a page that are drawn once: by what they are kept, and what they never see."""

import gc
import weakref

import pytest
from django.template import Context, Template
from django.utils import translation

from stretchhub.templatetags import kept as tags
from stretchhub.templatetags.kept import Kept


def template(source: str) -> Template:
    return Template("{% load kept %}" + source)


def kept_in(page: Template) -> dict:
    [node] = page.nodelist.get_nodes_by_type(Kept)
    return node.drawn


def test_a_part_is_drawn_once_for_each_of_its_values():
    page = template("{% kept one=thing.colour %}<b>{{ one }}</b>{% endkept %}")

    drawn = [page.render(Context({"thing": {"colour": colour}})) for colour in ("red", "blue", "red", "<i>")]

    assert drawn == ["<b>red</b>", "<b>blue</b>", "<b>red</b>", "<b>&lt;i&gt;</b>"]
    assert list(kept_in(page).values()) == ["<b>red</b>", "<b>blue</b>", "<b>&lt;i&gt;</b>"]


def test_a_part_sees_nothing_that_is_not_named():
    page = template("{% kept one=thing %}{{ one }}{{ thing }}{{ name }}{{ csrf_token }}{% endkept %}")

    assert page.render(Context({"thing": 1, "name": "Amara", "csrf_token": "secret"})) == "1"


def test_what_is_missing_is_nothing():
    assert template("{% kept one=thing.part %}({{ one|default:'-' }}){% endkept %}").render(Context({})) == "(-)"


def test_each_language_has_its_own():
    page = template("{% load i18n %}{% kept %}{% get_current_language as here %}{{ here }}{% endkept %}")

    def drawn(language):
        with translation.override(language):
            return page.render(Context({}))

    assert [drawn("en-gb"), drawn("de"), drawn("en-gb")] == ["en-gb", "de", "en-gb"]


def test_a_list_is_kept_by_what_is_in_it():
    page = template("{% kept all=things %}{% for one in all %}{{ one }}.{% endfor %}{% endkept %}")

    assert [page.render(Context({"things": things})) for things in ([1, 2], [1], (1, 2))] == ["1.2.", "1.", "1.2."]
    assert len(kept_in(page)) == 2


def test_there_is_an_end_to_what_is_kept(monkeypatch):
    monkeypatch.setattr(tags, "MOST", 3)
    page = template("{% kept one=thing %}{{ one }}{% endkept %}")

    assert [page.render(Context({"thing": number})) for number in range(5)] == ["0", "1", "2", "3", "4"]
    assert len(kept_in(page)) == 2


@pytest.mark.django_db
def test_the_rail_keeps_nobodys_request(mentee, sign_in):
    page = sign_in(mentee).get("/")
    request = weakref.ref(page.wsgi_request)
    assert request() is not None

    del page
    gc.collect()

    assert request() is None


def test_what_is_drawn_is_shown_where_its_name_stands():
    page = template("{% drawn as card %}<b>{{ name }}</b>{% enddrawn %}[{{ card }}|{{ card }}]")

    assert page.render(Context({"name": "A & B"})) == "[<b>A &amp; B</b>|<b>A &amp; B</b>]"
