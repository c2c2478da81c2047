"""A framework's pages: its tree floor by floor, its details, its export, always with its credit."""

import csv
import io

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from assignments.actions.framework import edit_framework
from assignments.models import Framework, LevelDescriptor
from stretchhub.audit.models import AuditEntry
from tests.factories import CompetencyFactory, FrameworkFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def framework():
    return FrameworkFactory(name="Theirs", version="2", credit="By them.", licence="CC BY 4.0", changes="Shortened.")


def address(name: str, framework) -> str:
    return reverse(f"assignments:{name}", args=[framework.code])


def details(framework, **changed) -> dict[str, str]:
    return {
        "name": framework.name,
        "version": framework.version,
        "proficiency_threshold": "3",
        "mark": framework.mark,
        **changed,
    }


def test_the_tree_is_shown_one_floor_at_a_time(framework, stranger, sign_in):
    top = CompetencyFactory(framework=framework, name="Thinking")
    middle = CompetencyFactory(framework=framework, name="Judging", parent=top)
    CompetencyFactory(framework=framework, name="Weighing evidence", parent=middle)
    client, url = sign_in(stranger), address("framework", framework)

    first = client.get(url).content.decode()
    inside = client.get(url, {"inside": str(middle.code)}).content.decode()

    assert "Thinking" in first
    assert "Judging" not in first
    assert "1 inside" in first
    assert "Weighing evidence" in inside
    assert inside.index("Thinking") < inside.index("Judging") < inside.index("Weighing evidence")
    assert "Thinking" in client.get(url, {"inside": "nonsense"}).content.decode()


def test_credit_licence_changes_and_sum_are_shown(framework, stranger, sign_in):
    Framework.objects.filter(pk=framework.pk).update(sha256="ab" * 32, licence_holder="Acme")

    page = sign_in(stranger).get(address("framework", framework)).content.decode()

    for words in ("By them.", "CC BY 4.0", "Shortened.", "ab" * 32, "Acme", "Proficient from level 3."):
        assert words in page


def test_retired_ones_stay_and_are_marked(framework, stranger, sign_in):
    CompetencyFactory(framework=framework, name="Telegraphy", retired=True)

    page = sign_in(stranger).get(address("framework", framework)).content.decode()

    assert "Telegraphy" in page
    assert "Retired" in page


def test_fifty_are_shown_and_then_more(framework, stranger, sign_in):
    for _n in range(60):
        CompetencyFactory(framework=framework)

    page = sign_in(stranger).get(address("framework", framework)).content.decode()

    assert page.count("competency-entry") == 50
    assert "Show more" in page


@pytest.mark.parametrize("extra", ["", "?q=competency"])
def test_the_page_takes_the_same_queries_for_one_and_three(framework, stranger, sign_in, count_queries, extra):
    CompetencyFactory(framework=framework)
    client, url = sign_in(stranger), address("framework", framework) + extra
    one = count_queries(client, url)
    for competency in (CompetencyFactory(framework=framework), CompetencyFactory(framework=framework)):
        LevelDescriptor.objects.create(competency=competency, level=1, text="Begins.")
        CompetencyFactory(framework=framework, parent=competency)

    assert count_queries(client, url) == one


def test_hr_changes_the_threshold_and_the_credit(framework, hr, sign_in):
    data = details(framework, credit="By all of them.", proficiency_threshold="4")

    response = sign_in(hr).post(address("framework-edit", framework), data)

    assert response.url == address("framework", framework)
    framework.refresh_from_db()
    assert (framework.credit, framework.proficiency_threshold) == ("By all of them.", 4)
    entry = AuditEntry.objects.get(verb="framework.edited")
    assert {"credit", "proficiency_threshold"} <= set(entry.fields)
    assert "name" not in entry.fields


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("proficiency_threshold", "6", "less than or equal to 5"),
        ("name", "", "Give the framework the name its source gives it."),
        ("source_url", "javascript:alert(1)", "Paste the whole address, beginning with https://."),
        ("retrieved_on", "2999-01-01", "Choose a day between the years 2000 and 2099."),
    ],
)
def test_wrong_details_come_back(framework, hr, sign_in, field, typed, words):
    response = sign_in(hr).post(address("framework-edit", framework), details(framework, **{field: typed}))

    assert response.status_code == 422
    assert words in response.content.decode()


def test_of_two_who_save_at_once_the_second_reads_both_texts(framework, hr, administrator, sign_in):
    url, first, second = address("framework-edit", framework), sign_in(hr), sign_in(administrator)
    opened = [details(framework, credit=credit) for credit in ("By all of them.", "By some of them.")]
    assert first.post(url, opened[0]).status_code == 302

    response = second.post(url, opened[1])

    page = response.content.decode()
    assert response.status_code == 409
    assert "This framework was saved by somebody else while you were writing." in page
    assert page.count("By all of them.") == 1
    assert page.count("By some of them.") == 2
    framework.refresh_from_db()
    assert framework.credit == "By all of them."
    assert second.post(url, opened[1] | {"mark": framework.mark}).status_code == 302
    framework.refresh_from_db()
    assert framework.credit == "By some of them."


def test_a_save_that_does_not_say_what_was_seen_changes_nothing(framework, hr, sign_in):
    response = sign_in(hr).post(address("framework-edit", framework), details(framework, mark="", credit="Mine."))

    assert response.status_code == 409
    framework.refresh_from_db()
    assert framework.credit == "By them."


def test_a_name_and_version_that_are_here_already_are_refused(framework, hr, sign_in):
    other = Framework.objects.exclude(pk=framework.pk).get()

    response = sign_in(hr).post(address("framework-edit", framework), details(other, mark=framework.mark))

    assert response.status_code == 422
    assert "This version of the framework is here already." in response.content.decode()


@pytest.mark.parametrize("who", ["stranger", "mentor"])
def test_nobody_else_changes_a_framework(request, framework, who):
    with pytest.raises(PermissionDenied):
        edit_framework(framework, by=request.getfixturevalue(who), mark=framework.mark, words={"name": "Mine"})


def export(client, framework) -> list[dict[str, str]]:
    answer = client.get(address("framework-export", framework))
    assert answer["Content-Disposition"] == 'attachment; filename="theirs-2.csv"'
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_export_carries_licence_and_credit_on_each_row(framework, stranger, sign_in):
    top = CompetencyFactory(framework=framework, name="Thinking", key="t", uri="https://example.org/t")
    CompetencyFactory(framework=framework, name="Judging", key="j", parent=top, retired=True, alt_labels="a\nb")
    LevelDescriptor.objects.create(competency=top, level=2, text="Tries.")

    judging, thinking = export(sign_in(stranger), framework)

    assert thinking == {
        "uri": "https://example.org/t",
        "code": "t",
        "name": "Thinking",
        "description": "",
        "parent_uri": "",
        "type": "",
        "framework": "Theirs",
        "framework_version": "2",
        "licence": "CC BY 4.0",
        "attribution": "By them. Shortened.",
        "language": "",
        "status": "current",
        "alt_labels": "",
        "level_1": "",
        "level_2": "Tries.",
        "level_3": "",
        "level_4": "",
        "level_5": "",
    }
    assert (judging["parent_uri"], judging["status"], judging["alt_labels"]) == (
        "https://example.org/t",
        "retired",
        "a\nb",
    )
    assert judging["attribution"] == "By them. Shortened."


def test_what_a_spreadsheet_could_run_stays_text(framework, stranger, sign_in):
    CompetencyFactory(framework=framework, name="=1+1", description="@SUM(A1)")

    (row,) = export(sign_in(stranger), framework)

    assert (row["name"], row["description"]) == ("'=1+1", "'@SUM(A1)")
