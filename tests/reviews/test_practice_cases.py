"""Practice cases: drafted by HR, published once, never changed after, retired and brought back."""

from dataclasses import replace
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from assignments.refusals import Refused, Stale
from reviews.actions import practice_case as actions
from reviews.models import RatingPractice, RubricStatus, Vignette
from reviews.practice_words import reasons
from reviews.vignettes import people_named
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now
from tests.factories import RubricFactory
from tests.reviews.cases import WORDS, draft, publish

pytestmark = pytest.mark.django_db

TYPED = {**vars(WORDS), "edit": 1}


def verbs(case):
    return list(
        AuditEntry.objects.filter(object_type="reviews.vignette", object_id=case.pk)
        .order_by("pk")
        .values_list("verb", flat=True)
    )


def text(response):
    return " ".join(response.content.decode().split())


# --- what HR does ---------------------------------------------------------------------------------


def test_hr_drafts_a_case_changes_it_and_publishes_it(hr):
    case = draft(hr, text="First words.", why_not_higher="")
    assert (case.status, case.position, case.text) == ("draft", 6, "First words.")

    actions.save_case(case, by=hr, edit=1, words=WORDS)
    publish(case, hr)

    assert {name: getattr(case, name) for name in vars(WORDS)} == vars(WORDS)
    assert case.status == "published"
    assert case.published_at is not None
    assert not case.came_with_stretchhub
    assert verbs(case) == ["vignette.drafted", "vignette.saved", "vignette.published"]
    entry = AuditEntry.objects.get(verb="vignette.saved", object_id=case.pk)
    assert (entry.actor, entry.fields) == (hr, sorted(vars(WORDS)))


def test_the_first_case_of_an_empty_table_stands_first(hr):
    Vignette.objects.all().delete()

    assert draft(hr).position == 0


@pytest.mark.parametrize(
    ("other", "field", "words"),
    [
        ({"reason": " "}, "reason", "Say by the anchors why it is this level."),
        ({"why_not_lower": ""}, "why_not_lower", "Say why it is more than level 1."),
        ({"why_not_higher": ""}, "why_not_higher", "Say why it is not level 3 yet."),
        ({"experts": "Ada Stern, Ben Osei, ada  stern"}, "experts", "Name at least three people here"),
        ({"criterion_key": "charm"}, "criterion_key", "No published rubric has this criterion."),
    ],
)
def test_a_draft_is_not_published_before_everything_is_said(hr, other, field, words):
    case = draft(hr, **other)

    with pytest.raises(ValidationError) as refused:
        publish(case, hr)

    assert list(refused.value.message_dict) == [field]
    assert refused.value.message_dict[field][0].startswith(words)
    case.refresh_from_db()
    assert (case.status, case.edit, verbs(case)) == ("draft", 1, ["vignette.drafted"])


@pytest.mark.parametrize(("gold", "other"), [(1, {"why_not_lower": ""}), (5, {"why_not_higher": ""})])
def test_the_lowest_and_the_highest_level_have_one_neighbour(hr, gold, other):
    case = draft(hr, gold=gold, **other)

    assert publish(case, hr).status == "published"


def test_a_draft_of_a_criterion_that_only_a_draft_of_a_rubric_has_waits(hr):
    RubricFactory(name="Another", status=RubricStatus.DRAFT).criteria.filter(key="impact").update(key="reach")

    with pytest.raises(ValidationError, match="No published rubric"):
        publish(draft(hr, criterion_key="reach"), hr)


def test_what_is_published_does_not_change(hr):
    case = publish(draft(hr), hr)

    with pytest.raises(Refused, match="what is published does not change"):
        actions.save_case(case, by=hr, edit=case.edit, words=replace(WORDS, gold=5))
    with pytest.raises(Refused, match="what is published does not change"):
        actions.publish_case(case, by=hr, edit=case.edit)
    with pytest.raises(Refused, match="what is published does not change"):
        actions.discard_case(case, by=hr, edit=case.edit)

    case.refresh_from_db()
    assert (case.gold, case.text) == (2, WORDS.text)
    assert verbs(case) == ["vignette.drafted", "vignette.published"]


def test_a_published_case_is_retired_and_brought_back_in_the_words_it_had(hr):
    case = publish(draft(hr), hr)
    actions.retire_case(case, by=hr)
    assert (case.status, case.retired_at is not None) == ("retired", True)
    with pytest.raises(Refused, match="Somebody else did this meanwhile"):
        actions.retire_case(case, by=hr)

    actions.bring_back_case(case, by=hr)

    assert (case.status, case.retired_at, case.text) == ("published", None, WORDS.text)
    assert verbs(case)[2:] == ["vignette.retired", "vignette.brought_back"]
    with pytest.raises(Refused, match="Somebody else did this meanwhile"):
        actions.bring_back_case(case, by=hr)


def test_six_cases_stay_published(hr):
    with pytest.raises(Refused, match="An exercise needs six cases"):
        actions.retire_case(Vignette.objects.get(key="ana"), by=hr)
    publish(draft(hr), hr)

    actions.retire_case(Vignette.objects.get(key="ana"), by=hr)

    assert Vignette.objects.published().count() == 6
    with pytest.raises(Refused, match="An exercise needs six cases"):
        actions.retire_case(Vignette.objects.get(key="ben"), by=hr)


def test_a_draft_is_neither_retired_nor_brought_back(hr):
    publish(draft(hr), hr)
    case = draft(hr)

    with pytest.raises(Refused):
        actions.retire_case(case, by=hr)
    with pytest.raises(Refused, match="This is a draft"):
        actions.bring_back_case(case, by=hr)

    case.refresh_from_db()
    assert case.status == "draft"


def test_experts_confirm_a_case_that_came_with_stretchhub_and_nothing_else_of_it_changes(hr):
    case = Vignette.objects.get(key="ana")
    before = (case.text, case.gold, case.reason, case.status)
    with pytest.raises(ValidationError, match="Name at least three people"):
        actions.confirm_case(case, by=hr, edit=1, experts="Ada and Ben")

    actions.confirm_case(case, by=hr, edit=1, experts="Ada, Ben, Cem")

    assert case.came_with_stretchhub
    assert (case.experts, case.edit) == ("Ada, Ben, Cem", 2)
    assert (case.text, case.gold, case.reason, case.status) == before
    assert verbs(case) == ["vignette.confirmed"]
    with pytest.raises(Stale):
        actions.confirm_case(case, by=hr, edit=1, experts="Dov, Eva, Fritz")
    with pytest.raises(Stale):
        actions.confirm_case(draft(hr), by=hr, edit=1, experts="Dov, Eva, Fritz")


def test_a_draft_is_thrown_away(hr):
    case = draft(hr)
    pk = case.pk

    actions.discard_case(case, by=hr, edit=1)

    assert not Vignette.objects.filter(pk=pk).exists()
    assert AuditEntry.objects.filter(verb="vignette.discarded", object_id=pk).count() == 1
    with pytest.raises(Refused, match="published or thrown away meanwhile"):
        actions.save_case(case, by=hr, edit=1, words=WORDS)


def test_whoever_comes_with_an_older_page_is_told_so(hr):
    case = draft(hr)
    actions.save_case(case, by=hr, edit=1, words=replace(WORDS, text="Newer."))

    for late in (
        lambda: actions.save_case(case, by=hr, edit=1, words=WORDS),
        lambda: actions.publish_case(case, by=hr, edit=1),
        lambda: actions.discard_case(case, by=hr, edit=1),
    ):
        with pytest.raises(Stale):
            late()

    case.refresh_from_db()
    assert (case.text, case.status) == ("Newer.", "draft")


def test_only_hr_keeps_the_cases(mentor, hr):
    case, kept = draft(hr), Vignette.objects.get(key="ana")
    for attempt in (
        lambda: actions.draft_case(by=mentor, words=WORDS),
        lambda: actions.save_case(case, by=mentor, edit=1, words=WORDS),
        lambda: actions.publish_case(case, by=mentor, edit=1),
        lambda: actions.retire_case(kept, by=mentor),
        lambda: actions.bring_back_case(kept, by=mentor),
        lambda: actions.confirm_case(kept, by=mentor, edit=1, experts="A, B, C"),
        lambda: actions.discard_case(case, by=mentor, edit=1),
    ):
        with pytest.raises(PermissionDenied):
            attempt()


@pytest.mark.parametrize(
    "values",
    [
        {"status": "draft", "published_at": now()},
        {"status": "retired", "retired_at": None},
        {"status": "published", "retired_at": now()},
        {"gold": 6},
    ],
)
def test_the_database_holds_no_case_that_cannot_be(values):
    with pytest.raises(IntegrityError), transaction.atomic():
        Vignette.objects.filter(key="ana").update(**values)


def test_what_was_practised_before_cases_were_kept_keeps_all_of_them(mentor):
    Vignette.objects.update(status="draft")
    before = RatingPractice.objects.create(person=mentor)

    import_module("reviews.migrations.0016_keep_practice_cases").keep_as_they_are(apps, None)

    assert Vignette.objects.published().count() == before.cases.count() == 6


# --- what is said ---------------------------------------------------------------------------------


def test_the_reasons_name_the_levels_next_to_it():
    case = Vignette(**vars(WORDS))

    assert reasons(case) == [
        "A deliverable, and the benefit is said and not shown.",
        "More than 1: People can use what he left behind.",
        "Not yet 3: No baseline, no target, and no owner who confirms it.",
    ]
    case.gold = 1
    assert [words[:5] for words in reasons(case)] == ["A del", "Not y"]
    case.gold = 5
    assert [words[:5] for words in reasons(case)] == ["A del", "More "]
    assert reasons(Vignette(gold=3)) == []


def test_names_stand_between_commas_or_on_lines_and_count_once():
    assert people_named("Ada Stern,\n Ben  Osei; Cem Kaya, BEN OSEI,") == ("Ada Stern", "BEN OSEI", "Cem Kaya")
    assert people_named(" , ") == ()


# --- pages ----------------------------------------------------------------------------------------


def test_a_case_goes_from_its_first_words_to_the_exercise_in_a_browser_without_script(sign_in, hr, mentor):
    client = sign_in(hr)
    assert "6 cases are published" in text(client.get("/practice/cases/"))
    assert "With 4 more, practice can also say how far raters agree." in text(client.get("/practice/cases/"))
    assert "Partial deliverable" in text(client.get("/practice/cases/new/"))

    wrong = client.post("/practice/cases/new/", TYPED | {"criterion_key": "", "gold": "", "text": ""})
    assert wrong.status_code == 422
    assert wrong.context["form"].errors == {
        "criterion_key": ["Choose a criterion."],
        "text": ["Tell in a few sentences what somebody did."],
        "gold": ["Choose the level that the experts give it."],
    }
    path = client.post("/practice/cases/new/", TYPED | {"experts": "Ada Stern", "reason": ""})["Location"]
    page = text(client.get(path))
    assert "A draft, as a rater would see it." in page
    assert WORDS.text in page
    assert "Why it is this level is not said yet." not in page
    assert "Not yet 3: No baseline" in page
    refused = client.post(path + "publish/", {"edit": 1})
    assert refused.status_code == 422
    assert "Not published yet; the draft is kept." in text(refused)
    assert "Say by the anchors why it is this level." in text(refused)
    assert "Name at least three people" in text(refused)
    assert WORDS.text in text(refused)
    assert client.post(path + "edit/", TYPED | {"text": " "}).status_code == 422
    assert client.post(path + "edit/", TYPED)["Location"] == path
    assert "Published. Exercises that begin from now on have it" in text(
        client.post(path + "publish/", {"edit": 2}, follow=True)
    )
    assert "7 cases are published" in text(client.get("/practice/cases/"))

    rater = sign_in(mentor)
    assert "7 short cases, about 50 minutes" in text(rater.get("/practice/"))
    exercise = rater.post("/practice/")["Location"]
    for case in Vignette.objects.published():
        rater.post(exercise, {"case": case.key, "level": 3})
    assert "All 7 cases are rated" in text(rater.get(exercise))
    rater.post(exercise, {"do": "see"})
    assert "More than 1: People can use what he left behind." in text(rater.get(exercise))
    assert "Ada Stern" not in text(rater.get(exercise))
    assert "1 exercise has it" in text(client.get(path))


def test_a_published_case_is_read_retired_brought_back_and_copied(sign_in, hr):
    client, case = sign_in(hr), publish(draft(hr), hr)
    path = f"/practice/cases/{case.key}/"

    assert client.get(path + "edit/")["Location"] == path
    assert client.get(path + "discard/")["Location"] == path
    assert client.post(path + "edit/", TYPED | {"edit": case.edit}).status_code == 409
    assert "It is retired" in text(client.post(path + "retire/", follow=True))
    assert "It is published again." in text(client.post(path + "bring-back/", follow=True))
    copied = text(client.get(f"/practice/cases/new/?from={case.key}"))
    assert WORDS.text in copied
    assert WORDS.why_not_higher in copied
    assert client.get("/practice/cases/new/?from=nobody\x00").status_code == 200
    refused = client.post("/practice/cases/ana/retire/", follow=True)
    assert refused.status_code == 200
    refused = client.post("/practice/cases/ben/retire/")
    assert refused.status_code == 409
    assert "An exercise needs six cases" in text(refused)


def test_a_stale_draft_shows_both_texts_and_a_stale_press_says_so(sign_in, hr):
    client, case = sign_in(hr), draft(hr)
    path = f"/practice/cases/{case.key}/"
    client.post(path + "edit/", TYPED | {"text": "Theirs."})

    stale = client.post(path + "edit/", TYPED | {"text": "Mine.", "gold": 4})

    assert stale.status_code == 409
    both = {one.label: (one.saved, one.typed) for one in stale.context["differences"]}
    assert both == {"Case": ("Theirs.", "Mine."), "Level the experts give it": ("2", "4")}
    assert 'name="edit" value="2"' in text(stale)
    pressed = client.post(path + "publish/", {"edit": 1}, follow=True)
    assert "Somebody else changed this case since you opened it." in text(pressed)
    # Once more from the page as it stands now.
    assert client.post(path + "edit/", TYPED | {"text": "Mine.", "edit": 2})["Location"] == path


def test_names_are_kept_beside_a_published_case(sign_in, hr):
    client = sign_in(hr)
    path = "/practice/cases/ana/"
    assert "Came with StretchHub" in text(client.get(path))
    assert "Nobody here has confirmed the level yet." in text(client.get(path))

    few = client.post(path + "confirm/", {"experts": "Ada", "edit": 1})
    long = client.post(path + "confirm/", {"experts": "A" * 301, "edit": 1})
    saved = client.post(path + "confirm/", {"experts": "Ada, Ben, Cem", "edit": 1}, follow=True)
    stale = client.post(path + "confirm/", {"experts": "Dov, Eva, Fritz", "edit": 1})

    assert (few.status_code, long.status_code, stale.status_code) == (422, 422, 409)
    assert "Name at least three people" in text(few)
    assert "Confirmed by Ada, Ben, Cem" in text(saved)
    assert [(one.saved, one.typed) for one in stale.context["differences"]] == [("Ada, Ben, Cem", "Dov, Eva, Fritz")]
    assert "Ada, Ben, Cem" in text(client.get("/practice/cases/"))


def test_a_draft_is_thrown_away_after_one_question(sign_in, hr):
    client, case = sign_in(hr), draft(hr)
    path = f"/practice/cases/{case.key}/discard/"

    assert "Throw away this draft?" in text(client.get(path))
    assert Vignette.objects.filter(pk=case.pk).exists()
    assert client.post(path, {"edit": 1})["Location"] == "/practice/cases/"
    assert client.get(path).status_code == 404


def test_a_draft_keeps_a_criterion_that_no_rubric_has_any_more(sign_in, hr):
    client, case = sign_in(hr), draft(hr, criterion_key="charm")

    assert "Charm" in text(client.get(f"/practice/cases/{case.key}/edit/"))
    assert "Charm" in text(client.get(f"/practice/cases/{case.key}/"))
    assert "Charm" in text(client.get("/practice/cases/"))


def test_the_pages_ask_as_much_of_many_cases_as_of_one(sign_in, hr, count_queries):
    client, case = sign_in(hr), draft(hr)
    paths = ["/practice/cases/", "/practice/cases/new/", f"/practice/cases/{case.key}/"]
    one = [count_queries(client, path) for path in paths]
    for _each in range(3):
        publish(draft(hr), hr)

    assert [count_queries(client, path) for path in paths] == one
    assert max(one) <= 12
