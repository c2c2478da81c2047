"""Erasing a person: nothing of them is left but numbers under a pseudonym, in no table and in no file."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction

from assignments.models import Assignment, Decision, EvidenceFile, FeedbackRequest, FeedbackRound, Mentorship, Status
from reviews.models import ReviewPacket, Score
from sponsors.models import DashboardSnapshot
from stretchhub.audit.models import AuditEntry
from stretchhub.audit.sealing import seal
from stretchhub.audit.verifying import verify
from stretchhub.env import now
from stretchhub.keeping import holdings, ledger, replaying
from stretchhub.keeping.actions import erasure as actions
from stretchhub.keeping.erasing import erase
from stretchhub.keeping.models import ErasureRequest, Ground, State
from stretchhub.notices.models import Notice
from stretchhub.people.models import User
from tests.factories import FeedbackRequestFactory, ReviewFactory, UserFactory
from tests.intruders.rows import everything

pytestmark = pytest.mark.django_db

NAME, ADDRESS = "Zinnia Quartermaine", "zinnia.q@example.org"
# Of others' work, or of the organisation: the plan of somebody else, a department, practice cases, the rubric.
NOT_OF_THE_MENTEE = {
    "assignments_savedplan.note",
    "assignments_savedplan.steps",
    "insights_standing.content",
    "insights_wait.department",
    "reviews_rubric.changes",
    "reviews_vignette.reason",
    "reviews_vignette.text",
}


def plain(value) -> str:
    """What stands in a column, unpacked where it is packed."""
    if isinstance(value, (bytes, memoryview)):
        raw = bytes(value)
        try:
            return zlib.decompress(raw, 47).decode(errors="replace")
        except zlib.error:
            return raw.decode("latin-1")
    if isinstance(value, str) and value[:1] in {"[", "{"}:
        try:
            return json.dumps(json.loads(value), ensure_ascii=False)
        except ValueError:
            return value
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, (dict, list)) else str(value)


def where(*words: str) -> list[str]:
    """Every column of every table in which one of these stands, in any case."""
    wanted = [word.casefold() for word in words]
    return sorted(
        {
            f"{table}.{column}"
            for table, rows in everything().items()
            for row in rows.values()
            for column, value in row.items()
            if any(word in plain(value).casefold() for word in wanted)
        }
    )


def files() -> set[str]:
    root = Path(settings.MEDIA_ROOT)
    return {str(file.relative_to(root)) for file in root.rglob("*") if file.is_file()}


@pytest.fixture
def zinnia(world):
    """The mentee of the world by a name that nobody else has, mentioned where others write."""
    with transaction.atomic():
        person = world.mentee
        User.objects.filter(pk=person.pk).update(full_name=NAME, email=ADDRESS, employee_id="E-77")
        other = Assignment.objects.exclude(mentee=person).order_by("pk")[0]
        Decision.objects.create(
            assignment=other,
            decided_on=now().date(),
            decision=f"Ask {NAME} first",
            reason=f"ZINNIA  QUARTERMAINE or {ADDRESS.upper()} knows; not zinnia.q@example.organic.",
            logged_by=other.mentee,
        )
        yield User.objects.get(pk=person.pk)
        transaction.set_rollback(True)


def test_every_model_says_what_it_holds_of_people():
    assert holdings.undeclared() == []


def test_every_holding_leads_to_rows_and_says_what_becomes_of_each_column():
    for holding in holdings.holdings():
        assert list(holdings.rows(holding, 0)) == []
        if not holding.delete:
            holdings.emptied(holding)


def test_nothing_of_an_erased_mentee_is_left_in_any_table(world, zinnia):
    before = {mark: where(mark.decode()) for mark in world.canaries}
    ours = [row.file.name for row in EvidenceFile.objects.filter(evidence__assignment__mentee=zinnia)]
    assert where(NAME) != [] and where(ADDRESS) != [] and ours

    done = erase(zinnia)
    connection.check_constraints()

    # The one address that only begins like it was somebody else's.
    assert where(NAME, ADDRESS, "E-77") == ["assignments_decision.reason"]
    assert Decision.objects.get(decision__startswith="Ask").reason == (
        "{0} or {0} knows; not zinnia.q@example.organic.".format(f"Erased person {zinnia.code.hex[:8]}")
    )
    left = {mark: columns for mark in world.canaries if (columns := where(mark.decode()))}
    assert {column for columns in left.values() for column in columns} == NOT_OF_THE_MENTEE
    assert all(before[mark] == columns for mark, columns in left.items())
    assert sorted(done.files) == sorted(ours)


def test_what_others_rest_on_stays_as_numbers_under_a_pseudonym(world, zinnia):
    def numbers():
        return (
            list(Score.objects.order_by("pk").values_list("review_id", "level", "not_observed")),
            Mentorship.objects.count(),
            list(Assignment.objects.order_by("pk").values_list("pk", "mentee", "mentor", "sponsor", "starts_on")),
        )

    before, trail = numbers(), AuditEntry.objects.count()
    erase(zinnia)

    assert numbers() == before
    gone = User.objects.get(pk=zinnia.pk)
    assert (gone.full_name, gone.email, gone.is_active) == (
        f"Erased person {zinnia.code.hex[:8]}",
        f"erased-{zinnia.code.hex}@erased.invalid",
        False,
    )
    assert not Assignment.objects.filter(mentee=zinnia).exclude(status=Status.CLOSED).exists()
    assert not Mentorship.objects.filter(mentee=zinnia, ended_on=None).exists()
    assert AuditEntry.objects.count() >= trail
    assert not ReviewPacket.objects.filter(assignment__mentee=zinnia).exists()
    seal()
    assert verify().fault is None


def test_packets_stay_where_a_rule_wants_them_and_go_after_its_day(world, zinnia, clock):
    frozen = list(ReviewPacket.objects.filter(assignment__mentee=zinnia).values_list("content", flat=True))
    ErasureRequest.objects.all().delete()
    asked = actions.ask(zinnia, by=world.hr, ground=Ground.LEFT)
    until = now().date().replace(year=now().year + 1)
    actions.approve(asked, by=world.administrator, packets_kept_for="§ 12 of a law", packets_kept_until=until)
    assert actions.carry_out() == 1

    assert list(ReviewPacket.objects.filter(assignment__mentee=zinnia).values_list("content", flat=True)) == frozen
    assert actions.let_packets_go() == 0
    clock(days=370)
    assert actions.let_packets_go() == 1
    assert actions.let_packets_go() == 0
    assert not ReviewPacket.objects.filter(assignment__mentee=zinnia).exists()
    assert [line.keeps for line in ledger.lines()][-2:] == ["packets", ""]


@pytest.mark.parametrize(
    "part", ["mentor", "sponsor", "other_sponsor", "manager", "colleague", "hr", "calibrator", "analyst", "stranger"]
)
def test_whoever_is_erased_no_name_and_no_address_is_left_but_in_what_is_frozen(world, part):
    person = world.people[part]
    name, address = f"Zebediah {part.title()}", f"zebediah.{part}@example.org"
    with transaction.atomic():
        User.objects.filter(pk=person.pk).update(full_name=name, email=address)
        erase(User.objects.get(pk=person.pk))
        connection.check_constraints()
        assert where(name, address) == []
        assert DashboardSnapshot.objects.filter(sponsor=person).count() == 0
        transaction.set_rollback(True)


def test_people_of_the_same_name_keep_theirs():
    first, second = UserFactory(full_name="Ann Lee"), UserFactory(full_name="Ann Lee")
    about = ReviewFactory(summary="Ann Lee and Cher spoke; Cher", rater=second)
    erase(first)
    about.refresh_from_db()
    assert about.summary == "Ann Lee and Cher spoke; Cher"

    erase(UserFactory(full_name="Cher"))
    about.refresh_from_db()
    assert about.summary == "Ann Lee and Cher spoke; Cher"


def test_confidential_answers_stay_in_their_cells_and_name_nobody():
    giver = UserFactory(full_name="Nell Quick", email="nell@example.org")
    asked = FeedbackRequestFactory(giver=giver)
    outside = FeedbackRequestFactory(
        round=asked.round, giver=None, giver_name="Nell Quick", giver_email="Nell@example.org"
    )

    erase(giver)
    outside.refresh_from_db()

    assert FeedbackRound.objects.get(pk=asked.round_id).requests.count() == 2
    assert (outside.giver_name, outside.giver_email) == ("[erased]", f"erased-{outside.pk}@erased.invalid")


def test_whoever_is_erased_is_signed_out_and_cannot_come_back(hr, sign_in):
    person = UserFactory(password=make_password("a long password"))
    browser = sign_in(person)
    assert browser.get("/").status_code == 200

    erase(person)

    assert browser.get("/").status_code == 302
    assert where(f'"_auth_user_id": "{person.pk}"') == []
    page = sign_in(hr).post(f"/people/{person.code}/reactivate/")
    assert (page.status_code, User.objects.get(pk=person.pk).is_active) == (403, False)


# --- the ledger ---------------------------------------------------------------------------------


@pytest.fixture
def book():
    ledger.file().unlink(missing_ok=True)
    yield ledger.file()
    ledger.file().unlink(missing_ok=True)


def approved(person: User, by: User, second: User) -> ErasureRequest:
    asked = actions.ask(person, by=by, ground=Ground.LEFT)
    actions.approve(asked, by=second)
    return asked


def test_the_ledger_is_written_before_anything_goes_and_holds_no_word_of_anybody(hr, administrator, book, monkeypatch):
    person = UserFactory(full_name=NAME, email=ADDRESS)
    asked = approved(person, hr, administrator)
    monkeypatch.setattr(actions, "erase", lambda *_args, **_more: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        actions.carry_out()

    text = book.read_text()
    assert [line.person for line in ledger.read(text)] == [str(person.code)]
    assert NAME not in text and ADDRESS not in text and "zinnia" not in text
    asked.refresh_from_db()
    assert asked.state == State.APPROVED
    assert User.objects.get(pk=person.pk).email == ADDRESS


def test_an_erasure_is_done_once_and_counted(hr, administrator, book):
    person = UserFactory(full_name=NAME, email=ADDRESS)
    asked = approved(person, hr, administrator)

    assert (actions.carry_out(), actions.carry_out()) == (1, 0)

    asked.refresh_from_db()
    assert (asked.state, asked.files) == (State.DONE, [])
    entries = AuditEntry.objects.filter(object_type="people.user", object_id=person.pk).order_by("pk")
    said = [(entry.verb, entry.actor, entry.facts) for entry in entries]
    assert said == [
        ("erasure.asked", hr, {"ground": "left"}),
        ("erasure.approved", administrator, {"keeps_packets": False}),
        ("erasure.done", None, {"rows": sum(asked.counts.values()), "files": 0}),
    ]
    assert len(ledger.lines()) == 1


def test_a_restored_backup_forgets_again_whoever_was_erased_since(world, zinnia, book):
    """The rows as they were before: what a backup made then brings back."""
    ErasureRequest.objects.all().delete()
    asked = actions.ask(zinnia, by=world.hr, ground=Ground.LEFT)
    actions.approve(asked, by=world.administrator)
    with transaction.atomic():
        actions.carry_out()
        transaction.set_rollback(True)
    assert where(ADDRESS) != []

    said = replaying.again(now())

    assert said[0] == "Erased again: 1 with an account, 0 addresses from outside, as the ledger says."
    assert where(NAME, ADDRESS) == ["assignments_decision.reason"]
    assert replaying.again(now()) == []
    assert ErasureRequest.objects.get(pk=asked.pk).state == State.DONE


def test_replaying_forgets_addresses_from_outside_up_to_the_erasure_and_no_later(book, clock):
    early = FeedbackRequestFactory(giver=None, giver_name="Nell", giver_email="nell@example.org")
    ledger.add(ledger.line(addresses=["NELL@example.org"]))
    clock(days=1)
    later = FeedbackRequestFactory(
        giver=None, giver_name="Nell", giver_email="nell@example.org", first_asked_at=now(), asked_at=now()
    )

    assert replaying.replay() == (0, 1)
    assert replaying.replay() == (0, 0)
    kept = dict(FeedbackRequest.objects.filter(pk__in=[early.pk, later.pk]).values_list("pk", "giver_name"))
    assert kept == {early.pk: "[erased]", later.pk: "Nell"}


def test_a_copy_of_the_ledger_is_merged_and_a_torn_line_is_passed_over(book):
    ledger.add(ledger.line(person="a"))
    older = book.read_text()
    ledger.add(ledger.line(person="b"))
    book.write_text(book.read_text() + '{"at": "20')
    ledger.add(ledger.line(person="c"))

    assert ledger.merge(older) == 0
    assert [line.person for line in ledger.lines()] == ["a", "b", "c"]
    book.write_text(older)
    assert ledger.merge(older + json.dumps({"at": "0", "person": "z", "addresses": [], "keeps": ""})) == 1
    assert [line.person for line in ledger.lines()] == ["z", "a"]


def test_files_that_no_row_names_go_when_a_backup_is_restored():
    name = default_storage.save("evidence/aa/orphan", ContentFile(b"x"))
    assert name in files()
    replaying.again(now())
    assert name not in files()


def test_messages_to_an_erased_person_are_gone(world, zinnia):
    assert Notice.objects.filter(recipient=zinnia).exists()
    erase(zinnia)
    assert not Notice.objects.filter(recipient=zinnia).exists()
