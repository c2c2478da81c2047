import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.urls import reverse

from reviews.actions import export as actions
from reviews.actions.export_writing import write_waiting
from reviews.exporting import TABLES
from reviews.models import Export, ExportStatus
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now, today
from tests.factories import PASSWORD, AssignmentFactory, HRFactory, ReviewCycleFactory, ReviewFactory, UserFactory
from tests.reviews.exports import ask, confirmed
from tests.reviews.test_exporting import final_review, rated

pytestmark = pytest.mark.django_db
NEW = "/exports/new/"


@pytest.fixture
def client(hr, sign_in):
    return confirmed(sign_in(hr), hr)


def wanted(**fields):
    return {"tables": ["ratings"], "format": "csv", "purpose": "Talent round"} | fields


def the_page(export):
    return reverse("reviews:export", args=[export.code])


def the_file(export):
    return reverse("reviews:export-download", args=[export.code])


def test_the_preview_says_the_count_that_is_then_written(client, hr):
    cycle = ReviewCycleFactory()
    rated(final_review(cycle))
    rated(final_review(ReviewCycleFactory()))

    preview = client.get(NEW, {"tables": ["ratings"], "cycle": cycle.code}).content.decode()
    answer = client.post(NEW, wanted(cycle=cycle.code))

    assert 'id="preview-title">4 rows' in preview
    export = Export.objects.get()
    assert answer["Location"] == the_page(export)
    assert (export.rows_expected, export.tables, export.cycle) == (4, ["ratings"], cycle)
    waiting = client.get(answer["Location"]).content.decode()
    assert 'hx-trigger="every 1s"' in waiting
    write_waiting()
    ready = client.get(answer["Location"]).content.decode()
    assert "every 1s" not in ready
    export.refresh_from_db()
    assert export.sha256 in ready
    file = client.get(the_file(export))
    assert re.fullmatch(
        rf'attachment; filename="stretchhub-ratings-{cycle.code}-\d{{4}}-\d\d-\d\d\.csv"', file["Content-Disposition"]
    )
    assert file["X-Content-Type-Options"] == "nosniff"
    assert b"".join(file.streaming_content).count(b"\r\n") == 5
    assert "Fetched" in client.get(answer["Location"]).content.decode()


def test_the_preview_of_every_table_counts_each_and_explains_its_columns(client):
    cycle = ReviewCycleFactory()
    rated(final_review(cycle))
    AssignmentFactory()

    page = client.get(NEW).content.decode()

    assert 'id="preview-title">6 rows' in page  # two assignments and four ratings
    for table in TABLES.values():
        assert table.grain in page
        assert f"<code>{table.columns[0].name}</code>" in page


def test_the_count_comes_anew_when_the_filter_changes(client):
    rated(final_review(ReviewCycleFactory()))

    part = client.get(NEW, {"tables": ["ratings"], "state": "paused"}, headers={"HX-Request": "true"}).content.decode()

    assert part.strip().startswith('<section class="panel" id="export-preview"')
    assert ">0 rows</h2>" in part
    assert "headings only" in part


def test_without_script_a_button_counts_and_asks_for_nothing(sign_in, hr):
    rated(final_review(ReviewCycleFactory()))

    answer = sign_in(hr).post(NEW, {"tables": ["ratings"], "purpose": "Still typing", "count": "1", "submit_key": "k1"})

    assert answer.status_code == 200
    assert b">4 rows</h2>" in answer.content
    assert b"Still typing" in answer.content
    assert not Export.objects.exists()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"purpose": " "}, "Say in a few words what the file is for."),
        ({"tables": []}, "Choose at least one table."),
        ({"tables": ["people_user"]}, "people_user"),
        ({"since": "2026-05-01", "until": "2026-04-01"}, "The end cannot be before the start."),
        ({"manager": "nobody@example.org"}, "Nobody here has this name or address."),
        ({"mentor": "Tom"}, "Is it one of these: Tom Berg, Head of planning?"),
        ({"format": "pdf"}, "pdf"),
        ({"cycle": "nowhere"}, "nowhere"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_asked_for(client, mentor, changed, words):
    answer = client.post(NEW, wanted(**changed))

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Export.objects.exists()


def test_a_filter_that_cannot_be_read_is_not_counted(client):
    part = client.get(NEW, {"manager": "nobody@example.org"}, headers={"HX-Request": "true"}).content.decode()

    assert "cannot be read" in part


def test_people_are_chosen_by_name_or_address_also_those_who_have_left(client, mentor, sponsor):
    gone = UserFactory(email="gone@example.org", is_active=False, deactivated_at=now())

    client.post(NEW, wanted(manager="GONE@example.org", mentor="Tom Berg", sponsor="Ruth Adeyemi, Director of claims"))

    export = Export.objects.get()
    people = {name: export.filter[name] for name in ("manager", "mentor", "sponsor")}
    assert people == {"manager": str(gone.code), "mentor": str(mentor.code), "sponsor": str(sponsor.code)}
    page = client.get(the_page(export)).content.decode()
    assert all(person.name in page for person in (gone, mentor, sponsor))


def test_the_page_of_an_export_says_its_filter_in_words(client, hr):
    cycle = ReviewCycleFactory(name="Second half")
    filter = {"cycle": cycle.code, "since": "2026-01-05", "until": "2026-02-06", "department": "Operations"}
    export = ask(hr, **filter, state="paused", signed_off="no", active="yes")

    page = client.get(the_page(export)).content.decode()

    for words in ("Second half", "Mon 5 Jan", "Fri 6 Feb", "Operations", "Paused", "Not yet", "Mentee is active"):
        assert f"<dd>{words}" in page


def test_asking_wants_a_sign_in_of_the_last_ten_minutes_and_loses_nothing(hr, sign_in):
    hr.set_password(PASSWORD)
    hr.save()
    client = confirmed(sign_in(hr), hr, seconds_ago=601)

    answer = client.post(NEW, wanted(submit_key="k1"))

    assert answer["Location"] == "/accounts/reauthenticate/?next=%2Fexports%2Fnew%2F"
    assert not Export.objects.exists()
    answer = client.post(answer["Location"], {"password": PASSWORD, "next": NEW})
    export = Export.objects.get()
    assert answer["Location"] == the_page(export)
    assert (export.purpose, export.tables, export.requested_by) == ("Talent round", ["ratings"], hr)


def test_a_wrong_password_asks_for_nothing(hr, sign_in):
    hr.set_password(PASSWORD)
    hr.save()
    client = sign_in(hr)

    answer = client.post(client.post(NEW, wanted())["Location"], {"password": "not-it", "next": NEW})

    assert answer.status_code == 200
    assert not Export.objects.exists()


def test_fetching_wants_a_sign_in_of_the_last_ten_minutes(hr, sign_in):
    hr.set_password(PASSWORD)
    hr.save()
    client = confirmed(sign_in(hr), hr)
    export = ask(hr)
    write_waiting()
    assert b"Download" in client.get(the_page(export)).content
    confirmed(client, hr, seconds_ago=601)

    answer = client.get(the_file(export))

    assert answer["Location"] == f"/accounts/reauthenticate/?next={quote(the_page(export), safe='')}"
    assert b"Confirm it is you, then download" in client.get(the_page(export)).content
    assert not AuditEntry.objects.filter(verb="export.downloaded").exists()
    again = client.post(answer["Location"], {"password": PASSWORD, "next": the_page(export)})
    assert again["Location"] == the_page(export)
    assert client.get(the_file(export)).status_code == 200
    assert AuditEntry.objects.filter(verb="export.downloaded", actor=hr).count() == 1


def test_the_eleventh_export_of_a_day_is_refused_with_words(client, hr, settings):
    settings.EXPORTS_A_DAY = 1
    ask(hr)

    answer = client.post(NEW, wanted())

    assert answer.status_code == 422
    assert "You have asked for 1 export within 24 hours" in answer.content.decode()
    assert Export.objects.count() == 1


def test_a_form_sent_twice_asks_once(client):
    first = client.post(NEW, wanted(submit_key="k1"))
    second = client.post(NEW, wanted(submit_key="k1"))

    assert first["Location"] == second["Location"]
    assert Export.objects.count() == 1


def test_another_hr_person_sees_the_export_but_cannot_fetch_it(hr, sign_in, mentor):
    export = ask(hr)
    write_waiting()
    other = HRFactory()
    browser = confirmed(sign_in(other), other)

    assert b"Only the person who asked" in browser.get(the_page(export)).content
    assert browser.get(the_file(export)).status_code == 403
    assert sign_in(mentor).get(the_page(export)).status_code == 404
    assert sign_in(mentor).get(the_file(export)).status_code == 404


def test_an_expired_file_leads_back_with_words(client, hr, clock):
    export = ask(hr)
    write_waiting()
    clock(hours=25)

    answer = client.get(the_file(export), follow=True)
    assert b"This file has expired." in answer.content
    actions.expire()
    answer = client.get(the_file(export), follow=True)

    assert b"not there any more" in answer.content
    assert b"Ask again" in answer.content


def test_the_list_says_who_asked_for_what_and_until_when_it_is_there(client, hr):
    other = HRFactory(full_name="Other Person")
    ask(hr, tables=["ratings", "check_ins"], format="jsonl", purpose="Year end")
    write_waiting()
    failed = ask(other)
    Export.objects.filter(pk=failed.pk).update(status=ExportStatus.FAILED, error="The disk is full.")

    page = client.get("/exports/").content.decode()

    for words in ("Ratings, Check-ins", "JSON lines", "Year end", "Other Person", "Ready", "Failed", "until "):
        assert words in page
    assert "The disk is full." in client.get(the_page(failed)).content.decode()


def test_an_export_from_the_shell_says_that_no_copy_is_here(client, hr):
    export = ask(hr)
    Export.objects.filter(pk=export.pk).update(
        status=ExportStatus.COMPLETE, sha256="0" * 64, completed_at=now(), requested_by=None
    )

    assert b"Written from the shell" in client.get(the_page(export)).content


def test_the_old_address_of_a_cycle_leads_to_the_filter(client):
    cycle = ReviewCycleFactory()

    assert client.get(f"/cycles/{cycle.code}/export/")["Location"] == f"/exports/new/?cycle={cycle.code}"
    assert f"/exports/new/?cycle={cycle.code}" in client.get(f"/cycles/{cycle.code}/").content.decode()


def test_the_dictionary_can_be_fetched_by_itself(client):
    answer = client.get("/exports/dictionary.csv")

    assert answer["Content-Disposition"] == 'attachment; filename="stretchhub-dictionary.csv"'
    columns = sum(len(table.columns) for table in TABLES.values())
    assert answer.content.count(b"\r\n") == 1 + columns + 6 + 7 + 2


@pytest.mark.parametrize("path", ["/exports/", NEW, "/exports/dictionary.csv"])
def test_exports_are_for_hr(path, administrator, mentor, sign_in):
    for person in (administrator, mentor):
        assert sign_in(person).get(path).status_code == 403


def test_the_trail_shows_filter_counts_and_digest(client, hr):
    cycle = ReviewCycleFactory()
    rated(final_review(cycle))
    export = ask(hr, cycle=cycle.code)
    write_waiting()
    export.refresh_from_db()

    page = client.get("/audit/").content.decode()

    for words in (
        export.sha256,
        f'filter cycle: <span class="digest">{cycle.code}',
        'counts ratings: <span class="digest">4',
    ):
        assert words in page


def test_the_pages_take_the_same_queries_for_one_and_for_three(client, hr, count_queries):
    cycle = ReviewCycleFactory()

    def add(number):
        for _each in range(number):
            ReviewFactory(cycle=cycle, due_on=today() - timedelta(days=1))
            rated(final_review(cycle))
            ask(hr, cycle=cycle.code, department=f"Department {number}")
        pages = ["/exports/", NEW, f"{NEW}?cycle={cycle.code}", the_page(Export.objects.first())]
        return [count_queries(client, page) for page in pages]

    one = add(1)
    assert add(2) == one
    assert max(one) <= 12


def test_the_page_shows_how_far_a_workbook_is_packed(client):
    client.post(NEW, wanted(format="xlsx"))
    export = Export.objects.get()
    running = {"status": ExportStatus.RUNNING, "rows_expected": 8, "rows_written": 8}

    Export.objects.update(**running)
    before = client.get(the_page(export)).content.decode()
    Export.objects.update(packed=45)
    while_packing = client.get(the_page(export)).content.decode()

    assert "Packing the workbook" not in before
    assert "<span>Packing the workbook</span>" in while_packing
    assert '<span class="muted nowrap">45 %</span>' in while_packing
    assert '<progress value="45" max="100" aria-label="Packing the workbook">' in while_packing
    assert '<span class="muted nowrap">8 of 8</span>' in while_packing
