import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from assignments.refusals import Refused, Stale
from reviews.actions import rubric as actions
from reviews.actions.cycle import add_cycle
from reviews.actions.rubric import CriterionWords, RubricWords
from reviews.models import Criterion, Level, ReviewCycle, Rubric, RubricStatus
from reviews.rubric_changes import changes_between
from stretchhub.audit.models import AuditEntry
from stretchhub.env import today
from tests.factories import ReviewCycleFactory, RubricFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def rubric():
    return RubricFactory(name="Ours")


@pytest.fixture
def draft(rubric, hr):
    return actions.begin_draft(rubric, by=hr)


def words_of(rubric, **changed):
    levels = {level.value: level.name for level in rubric.criteria.first().levels.all()}
    criteria = {
        one.pk: CriterionWords(one.name, {level.value: level.anchor for level in one.levels.all()})
        for one in rubric.criteria.all()
    }
    return RubricWords(**{"changes": "Other words.", "levels": levels, "criteria": criteria} | changed)


def keys(rubric):
    return list(rubric.criteria.order_by("position").values_list("key", flat=True))


def test_the_seeded_rubric_has_four_criteria_of_five_levels_with_words_for_each():
    seeded = Rubric.objects.get(name="StretchHub rubric")

    assert seeded.status == RubricStatus.PUBLISHED
    assert keys(seeded) == ["learning", "adaptability", "influence", "impact"]
    anchors = Level.objects.filter(criterion__rubric=seeded).values_list("anchor", flat=True)
    assert (len(anchors), min(map(len, anchors)) > 40) == (20, True)


def test_a_draft_begins_with_the_words_of_the_version_before(rubric, draft):
    assert (draft.name, draft.version, draft.status) == ("Ours", 2, RubricStatus.DRAFT)
    assert changes_between(rubric, draft) == []
    assert keys(draft) == keys(rubric)


def test_there_is_one_draft_of_a_rubric(rubric, draft, hr):
    with pytest.raises(Refused, match="There is a draft of this rubric already"):
        actions.begin_draft(rubric, by=hr)

    assert Rubric.objects.filter(name="Ours").count() == 2


def test_a_draft_has_no_next_version(draft, hr):
    with pytest.raises(Refused, match="This is a draft already"):
        actions.begin_draft(draft, by=hr)


def test_another_rubric_begins_with_the_words_of_this_one_under_its_own_name(rubric, hr):
    other = actions.begin_draft(rubric, by=hr, name="For long work")

    assert (str(other), keys(other)) == ("For long work v1", keys(rubric))
    with pytest.raises(ValidationError, match="Another rubric has this name"):
        actions.begin_draft(rubric, by=hr, name="For long work")


def test_publishing_retires_the_version_before_and_running_cycles_keep_theirs(rubric, draft, hr):
    cycle = ReviewCycleFactory(rubric=rubric)
    actions.save_draft(draft, by=hr, edit=draft.edit, words=words_of(draft))

    actions.publish(draft, by=hr, edit=draft.edit)

    rubric.refresh_from_db()
    assert (rubric.status, draft.status, cycle.rubric) == (RubricStatus.RETIRED, RubricStatus.PUBLISHED, rubric)
    assert draft in Rubric.objects.published()
    assert rubric not in Rubric.objects.published()
    assert AuditEntry.objects.filter(verb="rubric.published", actor=hr).count() == 1


@pytest.mark.parametrize("status", [RubricStatus.DRAFT, RubricStatus.RETIRED])
def test_a_cycle_is_opened_with_a_published_version_only(rubric, hr, status):
    Rubric.objects.filter(pk=rubric.pk).update(status=status)

    with pytest.raises(ValidationError, match="Choose a version that is published"):
        add_cycle(by=hr, code="x", name="X", rubric=rubric, opens_on=today(), closes_on=today())

    assert not ReviewCycle.objects.exists()


def test_what_was_published_never_changes(rubric, hr):
    with pytest.raises(Refused, match="published or thrown away meanwhile"):
        actions.save_draft(rubric, by=hr, edit=rubric.edit, words=words_of(rubric))


def test_words_are_kept_as_they_were_typed_and_compared_with_the_version_before(rubric, draft, hr):
    first = draft.criteria.first()
    anchors = {level.value: level.anchor for level in first.levels.all()} | {3: "Learning at work."}
    criteria = words_of(draft).criteria | {first.pk: CriterionWords("Learning by doing", anchors)}
    levels = dict(enumerate(["Not yet", "Begun", "There", "Strong", "Model"], start=1))

    actions.save_draft(draft, by=hr, edit=draft.edit, words=words_of(draft, criteria=criteria, levels=levels))

    [change] = changes_between(rubric, draft)
    assert (change.name, change.renamed_from) == ("Learning by doing", "Learning")
    assert [level for level, _words in change.anchors] == [3]
    assert list(first.levels.values_list("name", flat=True)) == list(levels.values())
    assert draft.changes == "Other words."


def test_whoever_comes_with_an_older_page_is_told_so(draft, hr):
    before = draft.edit
    actions.save_draft(draft, by=hr, edit=before, words=words_of(draft))

    with pytest.raises(Stale, match="Somebody else saved this draft"):
        actions.save_draft(draft, by=hr, edit=before, words=words_of(draft, changes="Later."))

    draft.refresh_from_db()
    assert draft.changes == "Other words."


def test_criteria_are_added_moved_and_taken_out_and_a_new_one_gets_a_key_of_its_own(rubric, draft, hr):
    added = actions.add_criterion(draft, by=hr, edit=draft.edit)
    words = words_of(draft)
    named = {added.pk: CriterionWords("Impact!", dict.fromkeys(range(1, 6), "Seen."))}
    actions.save_draft(draft, by=hr, edit=draft.edit, words=words_of(draft, criteria=words.criteria | named))
    actions.raise_criterion(draft, by=hr, edit=draft.edit, criterion=added)
    actions.raise_criterion(draft, by=hr, edit=draft.edit, criterion=draft.criteria.first())
    learning = draft.criteria.get(key="learning")
    actions.remove_criterion(draft, by=hr, edit=draft.edit, criterion=learning)

    actions.publish(draft, by=hr, edit=draft.edit)

    assert keys(draft) == ["adaptability", "influence", "impact-2", "impact"]
    changed = {change.name: (change.is_new, change.is_gone) for change in changes_between(rubric, draft)}
    assert changed == {"Impact!": (True, False), "Learning": (False, True)}


def test_there_are_at_most_eight_criteria_and_at_least_one(draft, hr):
    for _number in range(4):
        actions.add_criterion(draft, by=hr, edit=draft.edit)
    with pytest.raises(Refused, match="Eight criteria"):
        actions.add_criterion(draft, by=hr, edit=draft.edit)

    draft.refresh_from_db()
    for criterion in list(draft.criteria.all())[1:]:
        actions.remove_criterion(draft, by=hr, edit=draft.edit, criterion=criterion)
    with pytest.raises(Refused, match="at least one criterion"):
        actions.remove_criterion(draft, by=hr, edit=draft.edit, criterion=draft.criteria.get())

    assert draft.criteria.count() == 1


def test_publishing_names_every_place_that_is_empty_or_said_twice(draft, hr):
    first, second = draft.criteria.all()[:2]
    Criterion.objects.filter(pk=first.pk).update(name=" ")
    Criterion.objects.filter(pk=second.pk).update(name="influence")
    Level.objects.filter(criterion=second, value=2).update(anchor="")
    Level.objects.filter(criterion__rubric=draft, value=4).update(name="Emerging")
    Level.objects.filter(criterion__rubric=draft, value=1).update(name="")

    with pytest.raises(ValidationError) as refused:
        actions.publish(draft, by=hr, edit=draft.edit)

    third = draft.criteria.all()[2]
    assert refused.value.message_dict == {
        "changes": ["Say in a sentence what is different from the version before."],
        f"name_{first.pk}": ["Give the criterion a name."],
        f"name_{third.pk}": ["Another criterion has this name."],
        f"anchor_{second.pk}_2": ["Say what this level looks like."],
        "level_1": ["Give the level a name."],
        "level_4": ["Another level has this name."],
    }
    draft.refresh_from_db()
    assert draft.status == RubricStatus.DRAFT


def test_a_draft_that_is_thrown_away_leaves_nothing_but_its_trace(rubric, draft, hr):
    actions.discard(draft, by=hr, edit=draft.edit)

    assert list(Rubric.objects.filter(name="Ours")) == [rubric]
    assert Criterion.objects.filter(rubric=rubric).count() == 4
    assert AuditEntry.objects.filter(verb="rubric.discarded", actor=hr).count() == 1


def test_only_hr_writes_rubrics(rubric, administrator, mentor):
    for person in (administrator, mentor):
        with pytest.raises(PermissionDenied):
            actions.begin_draft(rubric, by=person)
