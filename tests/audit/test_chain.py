"""The audit trail sealed in a chain: whatever is done to it behind our back is found, and named."""

import json
import threading
from datetime import UTC, datetime
from hashlib import sha256
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction

from stretchhub.audit import heads, tasks, verifying
from stretchhub.audit.chain import COLUMNS, canonical, link
from stretchhub.audit.models import AuditChain, AuditEntry, AuditSeal, WrittenOnce
from stretchhub.audit.sealing import seal, unsealed
from stretchhub.audit.trail import record
from stretchhub.audit.verifying import Fault, check, verify
from stretchhub.env import today

pytestmark = pytest.mark.django_db


@pytest.fixture
def entries(hr) -> list[AuditEntry]:
    """Nine entries in a sealed trail; today's head was kept when six of them stood there."""
    written = [record(hr, f"people.number{n}", hr, fields=["email"], facts={"n": n}) for n in range(6)]
    seal()
    written += [record(hr, f"people.number{n}", hr) for n in range(6, 9)]
    seal()
    return written


def sql(statement: str, *values: object) -> None:
    """What somebody does who has the database, and none of our code."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def sealed_anew() -> None:
    """Make the whole chain anew, as somebody would who knows how it is made."""
    sql("DELETE FROM audit_auditseal")
    number, hash = 0, ""
    for row in AuditEntry.objects.order_by("pk").values_list(*COLUMNS):
        number, hash = number + 1, link(hash, row)
        sql("INSERT INTO audit_auditseal (number, entry, hash) VALUES (%s, %s, %s)", number, row[0], hash)
    sql("UPDATE audit_auditchain SET number = %s, hash = %s", number, hash)


def test_an_entry_is_sealed_word_for_word_with_what_stands_before_it():
    at = datetime(2026, 3, 1, 9, 30, 0, 5, tzinfo=UTC)
    row = (7, at, None, "people.updated", "people.user", 3, ["email"], {"b": 1, "a": "é"}, "")

    assert canonical(row) == (
        b'[7,"2026-03-01T09:30:00.000005+00:00",null,"people.updated","people.user",3,["email"],'
        b'{"a":"\\u00e9","b":1},""]'
    )
    assert link("beef", row) == sha256(b"beef\n" + canonical(row)).hexdigest()


def test_each_entry_is_sealed_once_and_the_trail_is_as_it_was_sealed(entries):
    assert [entry.pk for entry in entries] == list(AuditSeal.objects.values_list("entry", flat=True))
    assert list(AuditSeal.objects.values_list("number", flat=True)) == list(range(1, 10))
    assert seal() == 0
    assert verify() == verifying.Verdict(9, AuditSeal.objects.get(number=9).hash, None, whole=True)


def test_a_flipped_byte_is_found(entries):
    sql("UPDATE audit_auditentry SET verb = 'people.Number3' WHERE id = %s", entries[3].pk)

    assert verify().fault == Fault("changed", 4, entries[3].pk)


@pytest.mark.parametrize(
    "change",
    ["actor_id = NULL", "object_id = 99", "fields = '[]'", "facts = '{\"n\": 5}'", "request_id = 'x'",
     "object_type = 'people.role'", "at = '2026-01-01 10:00:00+00:00'"],
)  # fmt: skip
def test_no_column_of_an_entry_can_be_changed_unseen(entries, change):
    sql(f"UPDATE audit_auditentry SET {change} WHERE id = %s", entries[3].pk)

    assert verify().fault == Fault("changed", 4, entries[3].pk)


def test_a_flipped_byte_of_a_seal_is_found(entries):
    sql("UPDATE audit_auditseal SET hash = %s WHERE number = 4", "0" * 64)

    assert verify().fault == Fault("changed", 4, entries[3].pk)


def test_a_deleted_entry_is_found(entries):
    sql("DELETE FROM audit_auditentry WHERE id = %s", entries[3].pk)

    assert verify().fault == Fault("missing", 4, entries[3].pk)


def test_an_entry_deleted_with_its_seal_is_found(entries):
    sql("DELETE FROM audit_auditentry WHERE id = %s", entries[3].pk)
    sql("DELETE FROM audit_auditseal WHERE number = 4")

    assert verify().fault == Fault("gap", 4)


def test_two_entries_that_changed_places_are_found(entries):
    first, second = entries[2].pk, entries[5].pk
    sql("UPDATE audit_auditentry SET id = -1 WHERE id = %s", first)
    sql("UPDATE audit_auditentry SET id = %s WHERE id = %s", first, second)
    sql("UPDATE audit_auditentry SET id = %s WHERE id = -1", second)

    assert verify().fault == Fault("changed", 3, first)


def test_two_seals_that_changed_places_are_found(entries):
    sql("UPDATE audit_auditseal SET number = -1 WHERE number = 3")
    sql("UPDATE audit_auditseal SET number = 3 WHERE number = 6")
    sql("UPDATE audit_auditseal SET number = 6 WHERE number = -1")

    assert verify().fault == Fault("changed", 3, entries[5].pk)


def test_a_tail_that_was_cut_off_is_found_by_the_end_that_was_written_down(entries):
    sql("DELETE FROM audit_auditentry WHERE id >= %s", entries[6].pk)
    sql("DELETE FROM audit_auditseal WHERE number > 6")

    assert verify().fault == Fault("cut", 7)


def test_a_tail_that_was_cut_off_and_written_down_so_is_found_by_the_head_that_was_kept(entries):
    sql("DELETE FROM audit_auditentry WHERE id >= %s", entries[4].pk)
    sql("DELETE FROM audit_auditseal WHERE number > 4")
    sql("UPDATE audit_auditchain SET number = 4, hash = %s", AuditSeal.objects.get(number=4).hash)

    assert verify().fault == Fault("cut", 5)


def test_a_chain_made_anew_is_found_by_the_head_that_was_kept(entries):
    sql("UPDATE audit_auditentry SET verb = 'people.Number3' WHERE id = %s", entries[3].pk)
    sealed_anew()

    assert verify().fault == Fault("rewritten", 6, entries[5].pk)


def test_a_chain_made_anew_since_the_last_head_here_is_found_by_one_kept_elsewhere(entries):
    elsewhere = AuditSeal.objects.get(number=9)
    sql("UPDATE audit_auditentry SET verb = 'people.Number8' WHERE id = %s", entries[8].pk)
    sealed_anew()

    assert verify().fault is None
    assert verify([heads.given(f"9:{elsewhere.hash}")]).fault == Fault("rewritten", 9, entries[8].pk)


def test_another_end_than_the_one_written_down_is_found(entries):
    sql("UPDATE audit_auditchain SET hash = %s", "0" * 64)

    assert verify().fault == Fault("head", 9)


def test_the_command_says_how_much_was_verified_and_the_head_to_keep(entries, hr):
    record(hr, "people.updated", hr)
    out = StringIO()

    call_command("audit_verify", stdout=out)

    assert out.getvalue().splitlines() == [
        "9 entries are as they were sealed, from number 1 to 9; 1 heads kept outside the database fit.",
        f"Head  9:{AuditSeal.objects.get(number=9).hash}",
        "1 entries are not sealed yet; the worker seals them each minute.",
    ]


def test_the_command_names_the_first_bad_entry_and_ends_with_one(entries):
    for n in (3, 7):
        sql("UPDATE audit_auditentry SET verb = 'x' WHERE id = %s", entries[n].pk)

    with pytest.raises(CommandError) as refused:
        call_command("audit_verify")

    assert refused.value.returncode == 1
    assert str(refused.value).startswith(
        f"Entry {entries[3].pk}, sealed as number 4, is not as it was sealed: it or its seal was changed."
    )


@pytest.mark.parametrize("head", ["9", "9:abc", "x:" + "0" * 64, "9:" + "G" * 64])
def test_the_command_refuses_what_is_no_head(entries, head):
    with pytest.raises(CommandError, match="a number, a colon and 64 hexadecimal digits"):
        call_command("audit_verify", "--head", head)


def test_one_head_is_kept_a_day(entries, hr, clock):
    first = AuditSeal.objects.get(number=6)
    assert heads.kept() == [heads.Head(today().isoformat(), 6, first.hash)]

    clock(days=1)
    record(hr, "people.updated", hr)
    seal()

    assert [(head.day, head.number) for head in heads.kept()] == [
        (first_day := heads.kept()[0].day, 6),
        (today().isoformat(), 10),
    ]
    assert first_day < today().isoformat()


def test_nothing_is_kept_of_an_empty_trail():
    assert seal() == 0
    assert heads.kept() == []
    assert verify() == verifying.Verdict(0, "", None, whole=True)


def test_an_entry_committed_late_is_sealed_with_the_next_ones(entries, hr, clock):
    """Its number is lower than of some that are sealed already."""
    sql("UPDATE audit_auditentry SET id = %s WHERE id = %s", entries[8].pk + 10, record(hr, "people.late", hr).pk)
    seal()
    low = AuditEntry(pk=entries[8].pk + 5, verb="people.lower", actor=hr)
    AuditEntry.objects.bulk_create([low])

    assert seal() == 1
    assert list(AuditSeal.objects.values_list("entry", flat=True))[-2:] == [entries[8].pk + 10, entries[8].pk + 5]
    assert verify().fault is None


def test_what_was_committed_hours_late_is_sealed_by_the_next_day(entries, hr, clock):
    for _hour in range(3):
        clock(hours=2 * (_hour + 1))
        seal()
    AuditEntry.objects.bulk_create([AuditEntry(pk=entries[0].pk - 1000, verb="people.lost", actor=hr)])
    assert AuditChain.objects.get().floor == entries[8].pk

    clock(days=1, hours=7)
    seal()

    assert not unsealed().exists()
    assert verify().fault is None


def test_the_verifier_goes_on_where_it_stopped_and_begins_again_at_the_end(entries):
    assert [check(4).number for _slice in range(4)] == [4, 8, 9, 4]
    assert AuditChain.objects.get().verified_number == 9
    assert AuditChain.objects.get().checked_number == 4


def test_the_verifier_writes_down_what_it_found_once(entries, caplog):
    sql("UPDATE audit_auditentry SET verb = 'x' WHERE id = %s", entries[3].pk)

    assert (tasks.verify(), tasks.verify()) == (False, False)

    found = {"code": "changed", "number": 4, "entry": entries[3].pk}
    assert AuditChain.objects.get().fault == found
    assert [entry.facts for entry in AuditEntry.objects.filter(verb="audit.fault_found")] == [found]
    assert "sealed as number 4" in caplog.text


def test_a_seal_is_written_once(entries):
    with pytest.raises(WrittenOnce):
        AuditSeal.objects.filter(number=1).delete()
    with pytest.raises(WrittenOnce):
        AuditSeal.objects.filter(number=1).update(hash="")


def test_the_page_tells_until_when_the_trail_is_sealed_and_verified(sign_in, administrator, entries, clock):
    client = sign_in(administrator)
    assert "the worker looks at the whole trail each hour" in client.get("/audit/").text
    tasks.verify()

    standing = client.get("/audit/").context["standing"]

    assert (standing.number, standing.verified_number, standing.fault) == (9, 9, None)
    assert (standing.seal_late, standing.verify_late) == (False, False)
    clock(days=3)
    later = client.get("/audit/").context["standing"]
    assert (later.seal_late, later.verify_late) == (True, True)


def test_the_page_names_what_was_found(sign_in, administrator, entries):
    sql("UPDATE audit_auditentry SET verb = 'x' WHERE id = %s", entries[3].pk)
    tasks.verify()

    assert f"Entry {entries[3].pk}, sealed as number 4, is not as it was sealed" in (
        sign_in(administrator).get("/audit/").text
    )


def together(works: list) -> list[Exception]:
    """Run all of these at once, each on a connection of its own."""
    failed: list[Exception] = []
    start = threading.Barrier(len(works))

    def run(work) -> None:
        try:
            start.wait()
            work()
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


@pytest.mark.django_db(transaction=True)
@pytest.mark.real
def test_those_who_write_and_those_who_seal_do_not_wait_for_each_other(hr):
    """Four write fifty entries each, some of which are taken back, while three seal."""

    def write() -> None:
        for n in range(50):
            try:
                with transaction.atomic():
                    record(hr, "people.updated", hr, facts={"n": n})
                    if n % 10 == 0:
                        raise KeyError
            except KeyError:
                continue

    def seal_often() -> None:
        for _time in range(20):
            seal()

    assert together([write] * 4 + [seal_often] * 3) == []

    seal()
    assert AuditSeal.objects.count() == AuditEntry.objects.count() == 4 * 45
    assert verify() == verifying.Verdict(180, AuditSeal.objects.get(number=180).hash, None, whole=True)


@pytest.mark.django_db(transaction=True)
def test_of_two_sealers_one_seals(hr, monkeypatch):
    """The second reads before the first has written, and then finds that the head has moved."""
    record(hr, "people.updated", hr)
    honest = transaction.atomic
    others: list[int] = []

    def atomic_after_another(*args, **kwargs):
        monkeypatch.setattr("stretchhub.audit.sealing.transaction.atomic", honest)
        others.append(seal())
        return honest(*args, **kwargs)

    monkeypatch.setattr("stretchhub.audit.sealing.transaction.atomic", atomic_after_another)

    assert seal() == 0
    assert others == [1]
    assert verify().fault is None


def test_the_kept_heads_are_lines_that_anybody_can_read(entries):
    [line] = heads.file().read_text().splitlines()

    assert json.loads(line) == {
        "day": today().isoformat(), "number": 6, "hash": AuditSeal.objects.get(number=6).hash
    }  # fmt: skip
