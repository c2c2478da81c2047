import re

import pytest
from django.urls import reverse

from reviews.actions import rubric as actions
from reviews.models import Rubric, RubricStatus
from tests.factories import RubricFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def rubric():
    return RubricFactory(name="Ours")


@pytest.fixture
def draft(rubric, hr):
    return actions.begin_draft(rubric, by=hr)


@pytest.fixture
def client(hr, sign_in):
    return sign_in(hr)


def typed(client, draft, **changed):
    """What the edit page would send."""
    form = client.get(reverse("reviews:rubric-edit", args=[draft.code])).context["form"]
    return {field.name: field.value() or "" for field in form} | changed


def test_hr_drafts_writes_and_publishes_a_new_version(client, rubric):
    drafted = client.post(f"/rubrics/{rubric.code}/draft/")
    draft = Rubric.objects.get(name="Ours", version=2)
    assert drafted["Location"] == f"/rubrics/{draft.code}/edit/"
    first = draft.criteria.first()
    changes = {"changes": "Shorter words.", f"anchor_{first.pk}_1": "Tries nothing new.", "do": "publish"}

    published = client.post(drafted["Location"], typed(client, draft, **changes))

    assert published["Location"] == f"/rubrics/{draft.code}/"
    page = client.get(published["Location"] + "?compare").content.decode()
    assert "Shorter words." in page
    assert re.search(r"<ins>Tries nothing new\.</ins>", page)
    draft.refresh_from_db()
    assert draft.status == RubricStatus.PUBLISHED


def test_what_is_missing_is_named_beside_its_place_and_the_words_are_kept(client, draft):
    first = draft.criteria.first()
    sent = typed(client, draft, **{f"name_{first.pk}": "", f"anchor_{first.pk}_2": "Half a", "do": "publish"})

    answer = client.post(f"/rubrics/{draft.code}/edit/", sent)

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Not published yet; the draft is saved." in page
    assert "Give the criterion a name." in page
    assert "Say in a sentence what is different from the version before." in page
    assert first.levels.get(value=2).anchor == "Half a"


def test_every_button_keeps_what_was_typed_first(client, draft):
    first, second = draft.criteria.all()[:2]
    path = f"/rubrics/{draft.code}/edit/"

    added = client.post(path, typed(client, draft, changes="One", do="add"))
    raised = client.post(path, typed(client, draft, changes="Two", do=f"raise:{second.pk}"))
    removed = client.post(path, typed(client, draft, changes="Three", do=f"remove:{first.pk}"))
    unknown = client.post(path, typed(client, draft, changes="Four", do="remove:0"))

    assert added["Location"].startswith(path + "#criterion-")
    assert raised["Location"] == f"{path}#criterion-{second.pk}"
    assert removed["Location"] == unknown["Location"] == path
    draft.refresh_from_db()
    assert draft.changes == "Four"
    assert [one.name for one in draft.criteria.all()] == ["Adaptability", "Influence", "Impact", ""]


def test_two_who_write_at_once_get_both_texts_also_of_a_criterion_that_is_gone(client, draft, hr):
    first, second = draft.criteria.all()[:2]
    mine = typed(client, draft, changes="Mine", **{f"anchor_{first.pk}_1": "Mine too"}, do="save")
    theirs = typed(client, draft, changes="Theirs", do=f"remove:{first.pk}")
    client.post(f"/rubrics/{draft.code}/edit/", theirs)

    answer = client.post(f"/rubrics/{draft.code}/edit/", mine)

    assert answer.status_code == 409
    both = {one.label: (one.saved, one.typed) for one in answer.context["differences"]}
    assert both["What changed"] == ("Theirs", "Mine")
    assert ("A criterion that was taken out", "Mine too") in {
        (one.label, one.typed) for one in answer.context["differences"]
    }
    again = {field.name: field.value() or "" for field in answer.context["form"]} | {"do": "save"}
    assert client.post(f"/rubrics/{draft.code}/edit/", again).status_code == 302
    draft.refresh_from_db()
    assert (draft.changes, second in draft.criteria.all()) == ("Mine", True)


def test_too_many_criteria_are_said_and_nothing_is_lost(client, draft):
    for _number in range(4):
        client.post(f"/rubrics/{draft.code}/edit/", typed(client, draft, do="add"))

    answer = client.post(f"/rubrics/{draft.code}/edit/", typed(client, draft, changes="Kept", do="add"), follow=True)

    assert "Eight criteria are as many as anybody rates well." in answer.content.decode()
    draft.refresh_from_db()
    assert draft.changes == "Kept"


def test_a_second_rubric_needs_a_name_of_its_own(client, rubric):
    RubricFactory(name="Taken")

    answer = client.post(f"/rubrics/{rubric.code}/draft/", {"name": "Taken"})
    empty = client.post(f"/rubrics/{rubric.code}/draft/", {"name": " "})

    assert (answer.status_code, empty.status_code) == (422, 422)
    assert "Another rubric has this name. Choose another." in answer.content.decode()
    assert "Give the new rubric a name." in empty.content.decode()


def test_a_draft_is_thrown_away_after_asking(client, draft):
    path = f"/rubrics/{draft.code}/discard/"

    asked = client.get(path)
    wrong = client.post(path, {"edit": "x"})
    thrown = client.post(path, {"edit": draft.edit})

    assert "Its words cannot be brought back." in asked.content.decode()
    assert wrong.status_code == 409
    assert thrown["Location"] == "/rubrics/"
    assert not Rubric.objects.filter(pk=draft.pk).exists()


def test_a_published_version_has_no_edit_page(client, rubric):
    for path in ("edit", "discard"):
        assert client.get(f"/rubrics/{rubric.code}/{path}/")["Location"] == f"/rubrics/{rubric.code}/"


def test_the_newest_version_of_a_rubric_stands_first(client, rubric, draft):
    listed = [str(one) for one in client.get("/rubrics/").context["rubrics"]]

    assert listed.index("Ours v2") == listed.index("Ours v1") - 1


def test_raters_read_what_was_published_and_no_draft(sign_in, mentor, rubric, draft):
    reader = sign_in(mentor)

    page = reader.get(f"/rubrics/{rubric.code}/").content.decode()

    assert "Influence at 3." in page
    assert "Draft a new version" not in page
    assert f"{draft.code}" not in page
    assert reader.get(f"/rubrics/{draft.code}/").status_code == 404


@pytest.mark.parametrize("path", ["/rubrics/", "/rubrics/{old}/", "/rubrics/{new}/?compare", "/rubrics/{new}/edit/"])
def test_a_page_asks_as_much_for_one_rubric_as_for_three(client, rubric, draft, count_queries, path):
    address = path.format(old=rubric.code, new=draft.code)
    first = count_queries(client, address)
    RubricFactory()
    RubricFactory()
    actions.add_criterion(draft, by=draft.created_by, edit=draft.edit)

    assert count_queries(client, address) == first <= 12
