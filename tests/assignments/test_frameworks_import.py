"""A framework's file: what it would do is shown first, and nothing is ever deleted."""

import csv
import io

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assignments.actions.opportunity import offer_opportunity
from assignments.imports import framework as importing
from assignments.imports import framework_columns as columns
from assignments.models import Competency, Framework, Opportunity
from stretchhub.audit.models import AuditEntry
from tests.assignments.frameworks import bring, choices, counts, csv_file, problems, table, typed
from tests.factories import CompetencyFactory, FrameworkFactory, OpportunityFactory

pytestmark = pytest.mark.django_db

WORDS = {"name": "Theirs", "version": "1"}


@pytest.fixture
def look(hr):
    def looking(*rows: str, into=None, header=None, **more):
        content = csv_file(*rows, **({"header": header} if header else {}))
        return importing.look(table(content), choices(content, into, **more), by=hr)

    return looking


@pytest.fixture
def save(hr):
    def saving(*rows: str, into=None, skip_errors=False, header=None, **more):
        content = csv_file(*rows, **({"header": header} if header else {}))
        chosen = choices(content, into, **more)
        return importing.save(table(content), chosen, by=hr, words=WORDS, sha256="ab" * 32, skip_errors=skip_errors)

    return saving


def test_a_new_framework_comes_with_its_tree_whatever_the_order(save):
    report = save(
        "a.1,Judging,,a,weighing | deciding|Judging,",
        'a,Thinking,"Line one\nline two",,"pondering\nmusing\n\npondering",released',
        "b,Old one,,,,obsolete",
    )

    assert counts(report) == (3, 0, 0, 0, 0, 0)
    judging, thinking, old = (Competency.objects.get(key=key) for key in ("a.1", "a", "b"))
    assert (judging.parent, judging.alt_labels, judging.search) == (
        thinking,
        "weighing\ndeciding",
        "judging\nweighing\ndeciding",
    )
    assert (thinking.description, thinking.alt_labels) == ("Line one\nline two", "pondering\nmusing")
    assert (old.retired, thinking.retired) == (True, False)
    assert (report.framework.name, report.framework.sha256, report.framework.imported_at is None) == (
        "Theirs",
        "ab" * 32,
        False,
    )


def test_looking_changes_nothing(look):
    assert counts(look("a,Thinking,,,,")) == (1, 0, 0, 0, 0, 0)
    assert not Competency.objects.filter(key="a").exists()


def test_a_newer_file_shows_what_it_changes_before_and_after(save, look, hr):
    framework = save("a,Thinking,Old words,,,", "b,Judging,,a,,", "c,Gone,,,,retired", "d,Same,,,,").framework
    newer = ("a,Thinking well,New words,,,", "b,Judging,,,,", "c,Gone,,,,", "d,Same,,,,", "e,Deciding,,a,,")

    report = look(*newer, into=framework)

    assert counts(report) == (1, 2, 0, 1, 1, 0)
    assert [(change.row, change.kind, change.fields) for change in report.changes] == [
        (2, "changed", (("name", "Thinking", "Thinking well"), ("description", "Old words", "New words"))),
        (3, "changed", (("parent", "Thinking", ""),)),
        (4, "returned", ()),
        (6, "added", ()),
    ]
    save(*newer, into=framework)
    assert counts(look(*newer, into=framework)) == (0, 0, 0, 0, 5, 0)
    assert Competency.objects.get(key="b").parent is None
    assert Competency.objects.get(key="e").parent.name == "Thinking well"
    verbs = set(AuditEntry.objects.values_list("verb", flat=True))
    assert verbs == {"framework.imported", "competency.edited", "competency.returned"}


def test_what_is_missing_is_retired_only_when_the_file_is_the_whole(save, look):
    framework = save("a,Thinking,,,,", "b,Judging,,,,").framework

    assert counts(look("a,Thinking,,,,", into=framework)) == (0, 0, 0, 0, 1, 0)
    assert counts(save("a,Thinking,,,,", into=framework, whole=True)) == (0, 0, 1, 0, 1, 0)
    assert Competency.objects.get(key="b").retired
    assert counts(save("b,Judging,,,,", into=framework)) == (0, 0, 0, 1, 0, 0)
    assert not Competency.objects.get(key="b").retired


def test_a_row_that_cannot_be_told_keeps_everything_from_being_retired(save, look):
    framework = save("a,Thinking,,,,", "b,Judging,,,,").framework

    report = look("a,Thinking,,,,", "b,Jud", into=framework, whole=True)

    assert counts(report) == (0, 0, 0, 0, 1, 1)
    assert "A row cannot be told apart, so nothing is retired this time." in report.notes[0]


def test_a_wrong_row_is_still_in_the_file(save, look):
    framework = save("a,Thinking,,,,", "b,Judging,,,,").framework

    assert counts(look("a,Thinking,,,,", "b,,,,,", into=framework, whole=True)) == (0, 0, 0, 0, 1, 1)


def test_what_is_on_offer_is_found_by_the_new_name_of_its_competency(save, stranger):
    framework = save("a,Thinking,,,,", "b,Judging,,,,").framework
    thinking, judging = framework.competencies.order_by("key")
    contributions = [{"competency": one, "contribution": "primary"} for one in (thinking, judging)]
    offered = OpportunityFactory.build(offered_by=stranger)
    words = {name: getattr(offered, name) for name in ("title", "kind", "domain", "audience", "why")}
    renamed = offer_opportunity(by=stranger, words=words, contributions=contributions)
    other = offer_opportunity(by=stranger, words=words, contributions=contributions[1:])

    save("a,Reasoning,,,,", "b,Judging,,,,", into=framework)

    assert list(Opportunity.objects.matching("reasoning")) == [renamed]
    assert not Opportunity.objects.matching("thinking").exists()
    assert set(Opportunity.objects.matching("judging")) == {renamed, other}


def test_columns_that_were_not_chosen_leave_what_is_here(save):
    framework = save("a,Thinking,Words,b,musing,", "b,Judging,,,,").framework

    report = save("a,Thinking", header="code,name", into=framework)

    assert counts(report) == (0, 0, 0, 0, 1, 0)
    thinking = Competency.objects.get(key="a")
    assert (thinking.description, thinking.alt_labels, thinking.parent.name) == ("Words", "musing", "Judging")


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        (f"a,{'x' * 2000},,,,", "name", "It is 2,000 characters long. At most 300 are kept: shorten it."),
        ("a,,,,,", "name", "It is empty. Give the competency a name."),
        (",Thinking,,,,", "code", "It is empty. Each competency needs its code or address."),
        ("a,Thin\x00king,,,,", "name", "It holds a control character that cannot be seen. Type the cell again."),
        ("a,Thinking,,,,perhaps", "status", "“perhaps” is not a status we know. Write current or retired."),
        ("a,Thinking", "", "It has only 2 of 6 cells. Add the missing ones, empty where nothing is known."),
        (
            "a,Thinking,,a,,",
            "parent_uri",
            "The tree runs in a circle: row 3 (Thinking) → row 3 (Thinking). Give one of them another parent, or none.",
        ),
    ],
)
def test_a_wrong_row_is_named_with_what_to_do(look, row, column, message):
    report = look("ok,Fine,,,,", row)

    assert problems(report) == [(3, column, message)]
    assert counts(report) == (1, 0, 0, 0, 0, 1)


def test_a_circle_names_its_rows_and_nothing_else_is_lost(look, save):
    rows = ("a,A,,b,,", "b,B,,c,,", "c,C,,a,,", "d,D,,a,,", "e,E,,,,")

    report = look(*rows)

    words = (
        "The tree runs in a circle: row 2 (A) → row 3 (B) → row 4 (C) → row 2 (A). "
        "Give one of them another parent, or none."
    )
    assert problems(report) == [(n, "parent_uri", words) for n in (2, 3, 4)]
    assert counts(report) == (2, 0, 0, 0, 0, 3)
    assert not save(*rows).saved
    assert save(*rows, skip_errors=True).saved
    assert Competency.objects.get(key="d").parent is None


def test_a_circle_through_what_is_here_is_found(save, look):
    framework = save("a,A,,b,,", "b,B,,,,").framework

    assert [(row, column) for row, column, _words in problems(look("b,B,,a,,", into=framework))] == [(2, "parent_uri")]


def test_a_key_that_is_there_twice_makes_both_rows_wrong(look):
    report = look("a,A,,,,", "b,B,,,,", "a,Other,,,,")

    assert problems(report) == [
        (2, "code", "Row 4 has the same. Keep one of the two."),
        (4, "code", "Row 2 has the same. Keep one of the two."),
    ]
    assert counts(report) == (1, 0, 0, 0, 0, 2)


def test_of_several_parents_the_first_known_counts_and_it_is_said(save):
    report = save("a,A,,nowhere | b | c,,", "b,B,,,,", "c,C,,,,", "d,D,,nowhere,,")

    assert Competency.objects.get(key="a").parent.key == "b"
    assert Competency.objects.get(key="d").parent is None
    assert report.notes == [
        "1 row names something broader that is neither in the file nor here (row 5: nowhere). It stands at the top.",
        "1 row names several broader ones (row 2). The first that is known counts; the others are left out.",
    ]


def test_parents_may_be_named_by_address(save):
    save("https://e.org/a,A,", "https://e.org/b,B,https://e.org/a", header="uri,name,parent_uri")

    assert Competency.objects.get(key="https://e.org/b").parent.uri == "https://e.org/a"


def test_without_code_or_address_the_name_is_the_key(save):
    save("Listening,Hears people out", header="Competency;Definition".replace(";", ","))

    assert Competency.objects.get(key="Listening").description == "Hears people out"


def test_levels_come_with_columns_of_their_own(save, look):
    header = "code,name,level_1,level_2,level_3"
    framework = save("a,A,Begins,,Does it well", header=header).framework

    report = look("a,A,Begins,Tries,Does it really well", header=header, into=framework)

    levels = Competency.objects.get(key="a").level_descriptors
    assert list(levels.values_list("level", "text")) == [(1, "Begins"), (3, "Does it well")]
    assert report.changes[0].fields == (
        ("level_2", "", "Tries"),
        ("level_3", "Does it well", "Does it really well"),
    )


def test_rows_of_another_framework_are_refused(look):
    report = look("a,A,One,1", "b,B,Two,1", header="code,name,framework,framework_version")

    assert problems(report) == [
        (3, "framework", "This row is of another framework than the first row. Import one framework at a time.")
    ]


def test_a_file_cut_off_inside_a_quotation_is_not_saved_at_all(save):
    report = save("a,A,,,,", 'b,"B')

    assert (report.readable, report.saved) == (False, False)
    assert problems(report) == [
        (3, "", "A quotation mark that is opened here is not closed; what follows cannot be read.")
    ]


def test_a_header_alone_is_no_framework(look):
    assert problems(look()) == [(0, "", "There is no row below the header. Bring the file with its rows.")]


@pytest.mark.parametrize(
    ("header", "first", "name"),
    [
        (("conceptType", "conceptUri", "preferredLabel"), ("SkillGroup", "x", "y"), "ESCO skill groups"),
        (("conceptUri", "preferredLabel", "broaderConceptPT"), ("x", "y", "z"), "ESCO transversal skills"),
        (("conceptType", "conceptUri", "preferredLabel"), ("KnowledgeSkillCompetence", "x", "y"), "ESCO skills"),
    ],
)
def test_each_file_of_esco_is_proposed_under_a_name_of_its_own(header, first, name):
    details = columns.details_from(header, first)

    assert (details["name"], details["source_url"]) == (name, "https://esco.ec.europa.eu/")


@pytest.mark.parametrize("who", ["stranger", "mentor", "sponsor"])
def test_only_hr_and_administrators_import(request, who):
    content = csv_file("a,A,,,,")

    with pytest.raises(PermissionDenied):
        importing.look(table(content), choices(content), by=request.getfixturevalue(who))


def test_four_thousand_rows_take_few_queries(save):
    rows = [f"k{n},Skill {n},Words,k{n // 10},other {n} | name {n}," for n in range(1, 4200)]
    with CaptureQueriesContext(connection) as queries:
        report = save(*rows)

    assert report.added == 4199
    assert len(queries) < 250
    assert Competency.objects.get(key="k4199").parent.key == "k419"


# --- on the page ---


def test_the_file_is_looked_at_changed_and_saved_on_the_page(hr, sign_in):
    client = sign_in(hr)
    url = bring(client, csv_file("a,Thinking,,,,", "b,Judging,,a,,"))
    page = client.get(url).content.decode()
    assert "Every row is right. Nothing is saved yet." in page
    assert not Framework.objects.filter(name="Ours").exists()

    said = typed(page) | {"details-name": "Ours", "details-credit": "By us.", "do": "save"}
    answer = client.post(url, said)

    framework = Framework.objects.get(name="Ours")
    assert answer.url == reverse("assignments:framework", args=[framework.code])
    assert (framework.credit, framework.imported_by, len(framework.sha256)) == ("By us.", hr, 64)
    assert framework.competencies.count() == 2
    assert client.post(url, said).status_code in (302, 404)
    assert Framework.objects.filter(name="Ours").count() == 1


def test_nothing_is_saved_that_was_not_shown_before(hr, sign_in):
    client = sign_in(hr)
    url = bring(client, csv_file("a,Thinking,Words,,,"))
    said = typed(client.get(url).content.decode()) | {"details-name": "Ours", "column_description": "", "do": "save"}

    answer = client.post(url, said)

    assert answer.status_code == 422
    assert "Something was changed after the preview" in answer.content.decode()
    assert not Framework.objects.filter(name="Ours").exists()
    assert client.post(url, typed(answer.content.decode()) | {"do": "save"}).status_code == 302
    assert Competency.objects.get(key="a").description == ""


def test_a_framework_without_a_name_is_refused_with_what_was_typed(hr, sign_in):
    client = sign_in(hr)
    url = bring(client, csv_file("a,Thinking,,,,"))
    said = typed(client.get(url).content.decode()) | {"details-name": "", "details-credit": "By us.", "do": "save"}

    answer = client.post(url, said)

    assert answer.status_code == 422
    assert "Give the framework the name its source gives it." in answer.content.decode()
    assert "By us." in answer.content.decode()


def test_a_newer_file_is_guessed_to_go_where_its_codes_are(hr, sign_in):
    framework = FrameworkFactory(name="Theirs", version="1", credit="By them.")
    CompetencyFactory(framework=framework, key="a", name="Thinking")
    client = sign_in(hr)

    page = client.get(bring(client, csv_file("a,Thinking well,,,,"))).content.decode()

    said = typed(page)
    assert said["into"] == str(framework.pk)
    assert (said["details-name"], said["details-credit"]) == ("Theirs", "By them.")
    assert "<del>Thinking</del>" in page
    assert "<ins>Thinking well</ins>" in page


def test_wrong_rows_can_be_left_out_by_choice(hr, sign_in):
    client = sign_in(hr)
    url = bring(client, csv_file("a,Thinking,,,,", f"b,{'x' * 2000},,,,"))
    page = client.get(url).content.decode()
    assert "It is 2,000 characters long. At most 300 are kept: shorten it." in page
    assert "Leave the wrong rows out and import 1" in page
    said = typed(page) | {"details-name": "Ours"}

    assert client.post(url, said | {"do": "save"}).status_code == 422
    assert client.post(url, typed(page) | {"details-name": "Ours", "do": "save_right"}).status_code == 302
    assert Framework.objects.get(name="Ours").competencies.count() == 1


def test_latin_1_is_read_and_said_so(hr, sign_in):
    client = sign_in(hr)
    url = bring(client, "code,name\na,Führung\n".encode("latin-1"))

    page = client.get(url).content.decode()

    assert "it was read as Windows-1252" in page
    assert "Führung" in page


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04 no workbook", "The workbook is broken or cut off."),
        (b'code,name\na,"A', "The file cannot be read to its end. Mend it and bring it again."),
        (b"\n\n", "It is empty. The first row names the columns."),
    ],
)
def test_a_broken_file_says_so_and_offers_another(hr, sign_in, content, words):
    client = sign_in(hr)

    page = client.get(bring(client, content)).content.decode()

    assert words in page
    assert "Bring another file" in page


def test_a_column_that_is_needed_is_asked_for(hr, sign_in):
    client = sign_in(hr)

    page = client.get(bring(client, b"id,text\n1,Thinking\n")).content.decode()

    assert "Say what the columns hold; then you see what the file would do." in page
    assert "Import all rows" not in page


def test_the_file_is_its_bringers_alone(hr, administrator, sign_in):
    url = bring(sign_in(hr), csv_file("a,A,,,,"))

    assert sign_in(administrator).get(url).status_code == 404


def test_what_is_exported_can_be_imported_again_unchanged(hr, sign_in):
    client = sign_in(hr)
    framework = Framework.objects.get()
    exported = b"".join(client.get(reverse("assignments:framework-export", args=[framework.code])).streaming_content)
    assert len(list(csv.DictReader(io.StringIO(exported.decode("utf-8-sig"))))) == 12

    url = bring(client, exported)
    said = typed(client.get(url).content.decode())

    assert said["into"] == str(framework.pk)
    content = exported
    assert counts(importing.look(table(content), choices(content, framework), by=hr)) == (0, 0, 0, 0, 12, 0)
