"""What is restored on an empty machine is what was backed up: every row, every byte, and nothing is sent."""

import json
import time
from pathlib import Path

import pytest

from stretchhub.keeping import backup, manifest, media
from stretchhub.keeping.manifest import NotDone
from tests.keeping.system import System

# A restore starts the program several times, beside other tests that keep every core busy.
# Marked for the database so that there are migrated tables to begin with; what is tested has a database of its own.
pytestmark = [pytest.mark.django_db, pytest.mark.timeout(0)]
SPOKE = "keeping."
# Ended by a restore, and begun by it.
ENDED, BEGUN = "django_session", "notices_mailhold"

LOOK = """
import json
from django.conf import settings
from django.test import Client
from django.urls import reverse
from assignments.models import EvidenceFile
from stretchhub.notices.delivery import deliver
from stretchhub.notices.hold import held

# Styles have other names once they are gathered, which is not done here.
settings.DEBUG = True
browser = Client(SERVER_NAME="localhost")
assert browser.login(email="mentee@demo.example", password="stretch-demo")
file = EvidenceFile.objects.ready().filter(evidence__assignment__mentee__email="mentee@demo.example").first()
administrator = Client(SERVER_NAME="localhost")
assert administrator.login(email="admin@demo.example", password="stretch-demo")
print(json.dumps({
    "today": browser.get("/").status_code,
    "file": len(browser.get(reverse("assignments:evidence-file", args=[file.code])).getvalue()) == file.size,
    "proof": "Mail is held" in administrator.get("/notices/proof/").content.decode(),
    "delivered": dict(deliver()),
    "waiting": held().waiting > 0,
}))
"""


def without_what_it_did_itself(rows: dict[str, list[str]]) -> dict[str, list[str]]:
    """All rows but sessions, the hold, and the entries that a backup and a restore write about themselves."""
    kept = {table: found for table, found in rows.items() if table not in {ENDED, BEGUN}}
    kept["audit_auditentry"] = [row for row in kept["audit_auditentry"] if SPOKE not in row]
    return kept


def test_every_row_and_every_byte_comes_back_and_nothing_is_sent(demo: System, backups: Path, empty: System):
    said = empty.manage("restore", backups).stdout

    before, after = demo.rows(), empty.rows()
    assert without_what_it_did_itself(after) == without_what_it_did_itself(before)
    kept = {name: content for name, content in demo.files().items() if not name.startswith("exports/")}
    assert empty.files() == kept
    assert len(demo.files()) > len(kept) > 50
    assert (len(before[ENDED]), after[ENDED]) == (1, [])
    assert (before[BEGUN], len(after[BEGUN])) == ([], 1)
    assert not (empty.data / "restore-unfinished").exists()

    assert "Mail is held: an administrator releases it at http://localhost:8000/notices/proof/." in said
    looked = json.loads(empty.run(LOOK))
    assert looked == {"today": 200, "file": True, "proof": True, "delivered": {"held": 1}, "waiting": True}
    head = manifest.read(backup.complete(backups)[0]).audit
    empty.manage("audit_verify", "--head", f"{head['number']}:{head['hash']}")


def test_a_backup_of_an_older_version_is_brought_up_to_date(twin: System, tmp_path: Path, empty: System):
    twin.manage("migrate", "notices", "0001_squashed", "-v0")
    assert BEGUN not in twin.tables()
    twin.manage("backup", tmp_path / "old")

    empty.manage("restore", tmp_path / "old")

    older, newer = twin.rows(), empty.rows()
    later = {table: newer.pop(table) for table in set(newer) - set(older)}
    assert [len(rows) for rows in later.values()] == [1]
    assert set(later) == {BEGUN}
    # Django names the new table's kind and rights, and notes the migration.
    changed = {"django_migrations", "django_content_type", "auth_permission"}
    same = set(older) - changed
    assert {name: without_what_it_did_itself(newer)[name] for name in same - {ENDED}} == {
        name: without_what_it_did_itself(older)[name] for name in same - {ENDED}
    }


def test_files_that_rows_name_but_are_missing_or_changed_are_told_and_listed(
    twin: System, tmp_path: Path, empty: System
):
    gone, changed, *_rest = sorted(name for name in twin.files() if name.startswith("evidence/"))
    (twin.data / "media" / gone).unlink()
    (twin.data / "media" / changed).write_bytes(b"not what was uploaded")

    ran = twin.manage("backup", tmp_path / "backups", expect=3)

    assert f"{gone} is missing." in ran.stderr
    assert f"{changed} is not what its row remembers." in ran.stderr
    assert "Complete: " in ran.stdout
    [place] = backup.complete(tmp_path / "backups")
    found = manifest.read(place).media
    assert (found.missing, found.differing) == ([gone], [changed])
    told = empty.manage("restore", place, expect=3).stderr
    assert f"{gone} was missing when the backup was taken." in told
    assert empty.files() == {name: content for name, content in twin.files().items() if not name.startswith("exports/")}


def test_a_second_backup_stands_beside_the_first_and_the_newest_is_restored(
    twin: System, tmp_path: Path, empty: System
):
    twin.manage("backup", tmp_path / "backups")
    twin.do("UPDATE people_user SET job_title = 'Changed since'")
    # Each is named after its second.
    time.sleep(1)
    twin.manage("backup", tmp_path / "backups")

    first, second = backup.complete(tmp_path / "backups")
    said = empty.manage("restore", tmp_path / "backups").stderr

    assert f"Restoring {second}\n" in said
    assert set(empty.ask("SELECT job_title FROM people_user")) == {("Changed since",)}
    assert first != second


def test_a_restore_erases_again_line_by_line_and_tells_what_it_could_not(demo: System, backups: Path, empty: System):
    """One line of the ledger that cannot be done must not make a backup unrestorable."""
    [(code,)] = demo.ask("SELECT code FROM people_user WHERE email = 'mentee@demo.example'")
    lines = [
        {"at": "no moment", "person": "", "addresses": [], "keeps": ""},
        {"at": "2026-11-29T02:00:00+00:00", "person": str(code), "addresses": [], "keeps": ""},
    ]
    (empty.data / "erasures.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))

    ran = empty.manage("restore", backups, expect=3)

    assert "Not erased again: an address from outside, erased on no moment." in ran.stderr
    assert "Erased again: 1 with an account, 0 addresses from outside, as the ledger says." in ran.stdout
    assert empty.ask("SELECT count(*) FROM people_user WHERE email = 'mentee@demo.example'") == [(0,)]
    assert not (empty.data / "restore-unfinished").exists()


def test_nobody_else_reads_a_backup_and_it_holds_no_key(backups: Path):
    [place] = backups.iterdir()

    assert place.stat().st_mode & 0o777 == 0o700
    assert not any(b"keeping-kkkk" in file.read_bytes() for file in place.rglob("*") if file.is_file())
    assert "SECRET_KEY" in manifest.read(place).keep_beside_it[0]


def test_every_file_of_a_backup_is_listed_with_its_digest(backups: Path):
    [place] = backups.iterdir()
    found = manifest.read(place)

    listed = [*found.files, *media.listed(place)]

    there = {str(file.relative_to(place)) for file in place.rglob("*") if file.is_file()}
    assert {each.path for each in listed} == there - {manifest.FILE, manifest.SUM}
    assert [manifest.kept(place, each.path) for each in listed] == listed
    with pytest.raises(NotDone):
        media.inside(place, "../outside")
