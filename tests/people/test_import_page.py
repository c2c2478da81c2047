"""The import as HR meets it: bring the file, look, save; and the same from the shell."""

import errno
import io
import uuid

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from stretchhub.audit.models import AuditEntry
from stretchhub.people import tasks, uploads
from stretchhub.people.models import User
from stretchhub.storage import Unreachable
from tests.people.directory import file, row

pytestmark = pytest.mark.django_db


def bring(client, *rows):
    return client.post("/people/import/", {"file": SimpleUploadedFile("people.csv", file(*rows).read())})


def test_hr_brings_a_file_looks_at_it_and_saves_it(sign_in, hr):
    client = sign_in(hr)

    brought = bring(client, row("E77", full_name="Ana Bell"))
    page = client.get(brought.url)
    saved = client.post(brought.url, {"submit_key": "k1"}, follow=True)

    assert page.status_code == 200
    assert "Ana Bell" in page.text
    assert "Import all rows" in page.text
    assert saved.redirect_chain == [("/people/", 302)]
    assert "1 created, 0 updated, 0 deactivated, 0 unchanged" in saved.text
    assert User.objects.filter(employee_id="E77").exists()


def test_a_double_click_on_save_imports_once(sign_in, hr):
    client = sign_in(hr)
    url = bring(client, row("E77")).url

    first = client.post(url, {"submit_key": "k1"})
    second = client.post(url, {"submit_key": "k1"})

    assert (first.status_code, second.status_code, second.url) == (302, 302, first.url)
    assert AuditEntry.objects.filter(verb="people.imported").count() == 1


def test_wrong_rows_are_shown_and_saved_only_without_them_when_asked(sign_in, hr):
    client = sign_in(hr)
    url = bring(client, row("E77"), row("E78", email="nobody")).url

    page = client.get(url)
    refused = client.post(url, {"submit_key": "k1"})
    saved = client.post(url, {"submit_key": "k2", "skip_errors": "1"})

    assert "“nobody” is not an e-mail address" in page.text
    assert "Import the 1 right row" in page.text
    assert refused.status_code == 422
    assert saved.status_code == 302
    assert list(User.objects.filter(employee_id__in=["E77", "E78"]).values_list("employee_id", flat=True)) == ["E77"]


def test_the_file_is_the_bringers_alone_private_and_gone_after_an_hour(sign_in, hr, administrator, clock, settings):
    client = sign_in(hr)
    url = bring(client, row("E77")).url

    key = uuid.UUID(url.rstrip("/").rsplit("/", 1)[-1])
    kept = settings.DATA_DIR / "imports" / f"{hr.pk}-{key.hex}.csv"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert sign_in(administrator).get(url).status_code == 404

    clock(minutes=61)

    assert client.get(url).status_code == 404
    uploads.keep([b""], by=hr)
    assert not kept.exists()


def test_of_one_person_the_newest_three_files_are_kept(hr, administrator):
    others = uploads.keep([b"a"], by=administrator)
    keys = [uploads.keep([b"a"], by=hr) for _file in range(5)]

    assert [bool(uploads.find(key, by=hr)) for key in keys] == [False, False, True, True, True]
    assert uploads.find(others, by=administrator)


def test_what_an_earlier_version_kept_is_cleared_away_and_nothing_else(hr, settings):
    folder = settings.DATA_DIR / "imports"
    uploads.keep([b"a"], by=hr)
    earlier, other = folder / f"{hr.pk}-{uuid.uuid4().hex}.csv", folder / "no-name.csv"
    for each in (earlier, other):
        each.write_bytes(b"a")
    assert uploads.find(uuid.UUID(earlier.stem.partition("-")[2]), by=hr) is None

    key = uploads.keep([b"b"], by=hr)

    assert not earlier.exists() and not other.exists()
    with uploads.find(key, by=hr).open() as file:
        assert file.read() == b"b"
    uploads.forget_all()
    assert list(folder.iterdir()) == []


def test_the_file_goes_with_the_next_sweep_once_its_hour_is_over(hr, settings, clock):
    uploads.forget_all()
    key = uploads.keep([b"a"], by=hr)
    assert tasks.sweep_imports() == 0
    assert uploads.find(key, by=hr)

    clock(minutes=61)

    assert [tasks.sweep_imports(), tasks.sweep_imports()] == [1, 0]
    assert list((settings.DATA_DIR / "imports").iterdir()) == []


def test_saving_forgets_the_file_but_not_before_it_is_saved_for_good(sign_in, hr, django_capture_on_commit_callbacks):
    client = sign_in(hr)
    url = bring(client, row("E77")).url

    with django_capture_on_commit_callbacks(execute=True):
        client.post(url, {"submit_key": "k1"})
        assert client.get(url).status_code == 200

    assert client.get(url).status_code == 404


def test_a_file_that_cannot_be_forgotten_just_now_was_saved_all_the_same(
    sign_in, hr, monkeypatch, django_capture_on_commit_callbacks
):
    client = sign_in(hr)
    url = bring(client, row("E77")).url

    def away(name):
        raise Unreachable(errno.EIO, "The storage of files does not answer")

    monkeypatch.setattr(storages["imports"], "delete", away)
    with django_capture_on_commit_callbacks(execute=True):
        saved = client.post(url, {"submit_key": "k1"})

    assert saved.status_code == 302
    assert User.objects.filter(employee_id="E77").exists()


def test_without_a_file_the_page_asks_for_one(sign_in, hr):
    assert sign_in(hr).post("/people/import/", {}).status_code == 422


def test_others_may_not_import(sign_in, mentee):
    assert sign_in(mentee).get("/people/import/").status_code == 403
    assert bring(sign_in(mentee), row("E77")).status_code == 403


def command(path, *arguments) -> str:
    out = io.StringIO()
    call_command("import_people", str(path), *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def csv_file(tmp_path):
    path = tmp_path / "people.csv"
    path.write_bytes(file(row("E1"), row("E2", email="nobody")).read())
    return path


def test_the_command_looks_by_default(csv_file):
    said = command(csv_file)

    assert said.splitlines() == [
        "Row 3, email: “nobody” is not an e-mail address. Write it as name@example.org.",
        "Row 2: created Person E1 (email, employee_id, full_name, locale, time_zone)",
        "2 rows: 1 created, 0 updated, 0 deactivated, 0 unchanged, 1 wrong.",
        "Dry run: nothing was saved. Add --apply to save.",
    ]
    assert not User.objects.exists()


def test_the_command_saves_nothing_while_a_row_is_wrong(csv_file):
    with pytest.raises(CommandError, match="Nothing was saved: mend the wrong rows, or add --skip-errors"):
        command(csv_file, "--apply")

    assert not User.objects.exists()


def test_the_command_imports_the_right_rows_in_somebodys_name(csv_file, hr):
    command(csv_file, "--apply", "--skip-errors", "--by", hr.email)

    assert AuditEntry.objects.get(verb="people.imported").actor == hr
    assert User.objects.filter(employee_id="E1").exists()


def test_the_command_knows_only_people_who_may_and_files_it_can_read(csv_file, mentee, tmp_path):
    with pytest.raises(CommandError, match="not an active person of HR"):
        command(csv_file, "--by", mentee.email)
    with pytest.raises(CommandError, match="missing.csv cannot be read: No such file or directory"):
        command(tmp_path / "missing.csv")
