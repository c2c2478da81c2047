"""Words and addresses that templates write out: the same as Django's, found once a process."""

from uuid import uuid4

import pytest
from django.template import Context, Template
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString
from django.utils.translation import override

from stretchhub.templatetags import written


def test_words_follow_the_language_and_are_looked_up_once_in_each(monkeypatch):
    page = Template('{% translate "January" %} {% translate "100% <b>" as sign %}{{ sign }}')
    drawn = {}
    for language in ("en-gb", "de", "en-gb", "de"):
        with override(language):
            drawn[language] = page.render(Context())
            monkeypatch.setattr("django.utils.translation._trans.gettext", lambda _words: "asked again")
            assert page.render(Context()) == drawn[language]
            monkeypatch.undo()
    assert drawn == {"en-gb": "January 100% <b>", "de": "Januar 100% <b>"}


def test_words_that_come_with_the_page_are_looked_up_each_time():
    page = Template('{% translate word %} {% translate "may"|title %}')
    with override("de"):
        assert page.render(Context({"word": "January"})) == "Januar Mai"
        assert page.render(Context({"word": "March"})) == "März Mai"


def test_an_address_has_the_code_that_is_given_with_each_page():
    page = Template('{% url "assignments:detail" code %} {% url "today" %}{% url "today" as home %} {{ home }}')
    for code in (uuid4(), uuid4()):
        assert page.render(Context({"code": code})) == f"{reverse('assignments:detail', args=[code])} / /"


def test_what_a_name_holds_is_text_that_is_still_escaped_like_djangos():
    drawn = Context({"code": uuid4()})
    Template('{% url "assignments:detail" code as found %}').render(drawn)
    assert not isinstance(drawn["found"], SafeString)


@pytest.mark.parametrize("slot", ["not-a-code", "", None, 5])
def test_what_is_no_code_is_refused_as_ever(slot):
    with pytest.raises(NoReverseMatch):
        Template('{% url "assignments:detail" slot %}').render(Context({"slot": slot}))
    nothing = Template('{% url "assignments:detail" slot as found %}[{{ found }}]')
    assert nothing.render(Context({"slot": slot})) == "[]"


def test_an_address_that_is_not_there_is_nothing_under_a_name_and_else_an_error():
    assert Template('{% url "nowhere" as found %}[{{ found }}]').render(Context()) == "[]"
    with pytest.raises(NoReverseMatch):
        Template('{% url "nowhere" %}').render(Context())


def test_every_template_has_the_quick_ones_without_loading_anything():
    nodes = Template('{% url "today" %}{% translate "Today" %}').nodelist
    assert [type(node) for node in nodes] == [written.Address, written.Said]
