"""Erasing a person: nothing of them is left but numbers under a pseudonym, in no table and in no file."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from assignments.models import (
    Assignment,
    Decision,
    EvidenceFile,
    FeedbackRequest,
    FeedbackRound,
    Mentorship,
    SavedPlan,
    Status,
)
from reviews.models import Review, ReviewPacket, Score
from sponsors.models import DashboardSnapshot
from stretchhub.audit.models import AuditEntry
from stretchhub.audit.sealing import seal
from stretchhub.audit.verifying import verify
from stretchhub.env import now
from stretchhub.keeping import files as filing
from stretchhub.keeping import holdings, ledger, replaying
from stretchhub.keeping.actions import erasure as actions
from stretchhub.keeping.erasing import erase
from stretchhub.keeping.models import ErasureRequest, Ground, State
from stretchhub.notices.models import Notice
from stretchhub.people.models import User
from stretchhub.storage import Unreachable
from tests.factories import (
    DecisionFactory,
    FeedbackRequestFactory,
    IntakeAnswerFactory,
    ReviewFactory,
    SavedPlanFactory,
    UserFactory,
)
from tests.intruders.rows import everything
from tests.rival import first as the_other_first

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


def places(words: Iterable[str]) -> dict[str, list[str]]:
    """For each of these words every column of every table in which it stands, in any case."""
    found: dict[str, set[str]] = {word: set() for word in words}
    wanted = [(word.casefold(), columns) for word, columns in found.items()]
    for table, rows in everything().items():
        for row in rows.values():
            for column, value in row.items():
                said = plain(value).casefold()
                for word, columns in wanted:
                    if word in said:
                        columns.add(f"{table}.{column}")
    return {word: sorted(columns) for word, columns in found.items()}


def where(*words: str) -> list[str]:
    """Every column of every table in which one of these stands."""
    return sorted({column for columns in places(words).values() for column in columns})


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
    marks = [mark.decode() for mark in world.canaries]
    before = places(marks)
    ours = [row.file.name for row in EvidenceFile.objects.filter(evidence__assignment__mentee=zinnia)]
    assert where(NAME) != [] and where(ADDRESS) != [] and ours

    done = erase(zinnia)
    connection.check_constraints()

    # The one address that only begins like it was somebody else's.
    assert where(NAME, ADDRESS, "E-77") == ["assignments_decision.reason"]
    assert Decision.objects.get(decision__startswith="Ask").reason == (
        "{0} or {0} knows; not zinnia.q@example.organic.".format(f"Erased person {zinnia.code.hex[:8]}")
    )
    left = {mark: columns for mark, columns in places(marks).items() if columns}
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
    until = now().date() + timedelta(days=366)
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


# --- what is nobody's but others' ---------------------------------------------------------------


def test_an_address_that_was_never_confirmed_erases_nothing_of_whoever_has_it(book, hr, administrator):
    person = UserFactory(full_name=NAME, email=ADDRESS)
    EmailAddress.objects.create(user=person, email=ADDRESS, verified=True, primary=True)
    EmailAddress.objects.create(user=person, email="zinnia@home.example", verified=True)
    EmailAddress.objects.create(user=person, email="giver@outside.example", verified=False)
    asked = FeedbackRequestFactory(giver=None, giver_name="Gil", giver_email="giver@outside.example")
    about = ReviewFactory(summary="giver@outside.example agrees with zinnia@home.example")
    claim = EmailAddress.objects.create(user=UserFactory(), email="ZINNIA@home.example", verified=False)
    approved(person, hr, administrator)

    assert actions.carry_out() == 1

    asked.refresh_from_db()
    about.refresh_from_db()
    assert (asked.giver_name, asked.giver_email) == ("Gil", "giver@outside.example")
    assert about.summary == f"giver@outside.example agrees with Erased person {person.code.hex[:8]}"
    assert not EmailAddress.objects.filter(user=person).exists()
    assert not EmailAddress.objects.filter(pk=claim.pk).exists()
    [line] = ledger.lines()
    assert set(line.addresses) == {ledger.hash_of(ADDRESS), ledger.hash_of("zinnia@home.example")}


@pytest.mark.parametrize(
    ("full", "preferred"), [("Tyler", "in the"), ("Tyler", "gaps"), ("May", ""), ("Tyler Long", "in the")]
)
def test_what_somebody_calls_themselves_is_not_taken_out_of_others_words(full, preferred):
    """A preferred name is anybody's choice, and a name of one word is a word like others."""
    words = "Noticed in the car park in May, gaps in the long run."
    answer = IntakeAnswerFactory(words={"gaps": words, "may": ["in the", "gaps", "May"]})
    about = ReviewFactory(summary=words, rater=UserFactory())
    title = DecisionFactory(decision="May", reason="gaps")
    person = UserFactory(full_name=full, preferred_name=preferred)
    before = everything()

    erase(person)

    after = everything()
    # Files that wait for HR are written anew, whoever is erased.
    changed = {table for table in before if before[table] != after[table]} - {"reviews_export"}
    assert changed == {"people_user"}
    for row in (answer, about, title):
        row.refresh_from_db()
    assert (answer.words, about.summary, title.decision) == (
        {"gaps": words, "may": ["in the", "gaps", "May"]},
        words,
        "May",
    )


def test_what_somebody_is_called_goes_with_their_last_name_and_a_full_name_as_a_name():
    person = UserFactory(full_name="Thomas Mark Down", preferred_name="Tom")
    near = ReviewFactory(summary="thomas mark down and Tom", rater=person)
    far = ReviewFactory(summary="Tom Down, THOMAS MARK DOWN, Tom, tom down, and thomas mark down the price")
    erase(person)
    gone = f"Erased person {person.code.hex[:8]}"
    near.refresh_from_db()
    far.refresh_from_db()
    assert near.summary == f"{gone} and Tom"
    assert far.summary == f"{gone}, {gone}, Tom, tom down, and thomas mark down the price"


def test_a_name_of_one_word_goes_where_it_stands_alone_in_what_has_to_do_with_the_person():
    person = UserFactory(full_name="May")
    near = ReviewFactory(summary="May", rater=person)
    said = ReviewFactory(summary="Since May", rater=person)
    far = ReviewFactory(summary="May")
    erase(person)
    kept = [Review.objects.get(pk=row.pk).summary for row in (near, said, far)]
    assert kept == [f"Erased person {person.code.hex[:8]}", "Since May", "May"]


def test_somebody_else_who_is_called_so_keeps_the_name():
    UserFactory(full_name="Thomas Baker", preferred_name="Tom")
    about = ReviewFactory(summary="Ask Tom Baker")
    erase(UserFactory(full_name="Tom Baker"))
    about.refresh_from_db()
    assert about.summary == "Ask Tom Baker"


def test_a_longer_name_of_somebody_else_stays_whole():
    UserFactory(full_name="Ann Lee Smith")
    UserFactory(full_name="Mary Ann Lee")
    person = UserFactory(full_name="Ann Lee")
    about = ReviewFactory(summary="Ann Lee, ann lee smith, Mary Ann Lee and ANN LEE Smithson")
    erase(person)
    about.refresh_from_db()
    gone = f"Erased person {person.code.hex[:8]}"
    assert about.summary == f"{gone}, ann lee smith, Mary Ann Lee and {gone} Smithson"


def test_no_word_is_cut_off_where_a_pseudonym_has_no_room():
    row = SavedPlanFactory(note=f"Ann Lee {'x' * 292}")
    erase(UserFactory(full_name="Ann Lee"))
    row.refresh_from_db()
    assert row.note == f"– {'x' * 292}"


def test_plans_that_a_name_alone_told_apart_stay_two():
    """The database refuses two plans of one name, which would stop the erasure."""
    person, maker = UserFactory(full_name=NAME, email=ADDRESS), UserFactory()
    one, two = (SavedPlan.objects.create(made_by=maker, name=f"For {called}") for called in (NAME, ADDRESS))
    erase(person)
    gone = f"For Erased person {person.code.hex[:8]}"
    assert list(SavedPlan.objects.filter(made_by=maker).order_by("pk").values_list("name", flat=True)) == [
        gone,
        f"{gone} {two.pk}",
    ]
    assert one.pk < two.pk


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

    assert (actions.carry_out(), actions.carry_out()) == (0, 0)

    text = book.read_text()
    assert [line.person for line in ledger.read(text)] == [str(person.code)]
    assert NAME not in text and ADDRESS not in text and "zinnia" not in text
    asked.refresh_from_db()
    assert asked.state == State.APPROVED
    assert User.objects.get(pk=person.pk).email == ADDRESS


def test_mails_go_also_while_what_was_brought_for_an_import_cannot(settings, tmp_path, monkeypatch):
    settings.EMAIL_FILE_PATH = tmp_path
    (tmp_path / "one.eml").write_text(f"Subject: For {NAME}\n\nHello")
    (tmp_path / "two.eml").write_text("Subject: For somebody else\n\nHello")

    def away():
        raise Unreachable

    monkeypatch.setattr(filing.uploads, "forget_all", away)
    with pytest.raises(Unreachable):
        filing.remove_from_folders(mail_with=lambda text: NAME in text)

    assert [file.name for file in tmp_path.iterdir()] == ["two.eml"]


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


def test_of_two_workers_each_erasure_is_done_by_one(hr, administrator, book, monkeypatch):
    asked = approved(UserFactory(full_name=NAME, email=ADDRESS), hr, administrator)
    by_the_other = the_other_first(monkeypatch, actions.ledger, "add", actions.carry_out)

    assert actions.carry_out() == 0

    assert by_the_other == [1]
    asked.refresh_from_db()
    assert asked.state == State.DONE
    assert AuditEntry.objects.filter(verb="erasure.done").count() == 1


def test_a_worker_whose_time_is_over_stops_and_the_next_run_goes_on(hr, administrator, book, monkeypatch):
    asked = approved(UserFactory(full_name=NAME, email=ADDRESS), hr, administrator)

    def too_long(*_args, **_more):
        raise SoftTimeLimitExceeded

    with monkeypatch.context() as patch:
        patch.setattr(actions, "erase", too_long)
        with pytest.raises(SoftTimeLimitExceeded):
            actions.carry_out()
    asked.refresh_from_db()
    assert asked.state == State.APPROVED

    assert actions.carry_out() == 1


def test_one_erasure_that_fails_stops_no_other_and_has_one_line_however_often_it_is_tried(
    hr, administrator, book, monkeypatch, caplog
):
    first, second = UserFactory(full_name=NAME, email=ADDRESS), UserFactory()
    failing, following = approved(first, hr, administrator), approved(second, hr, administrator)
    monkeypatch.setattr(actions, "erase", fails_for(first))

    assert [actions.carry_out() for _each in range(3)] == [1, 0, 0]

    for asked, state in ((failing, State.APPROVED), (following, State.DONE)):
        asked.refresh_from_db()
        assert asked.state == state
    assert [line.person for line in ledger.lines()] == [str(first.code), str(second.code)]
    assert str(failing.code) in caplog.text

    monkeypatch.setattr(actions, "erase", erase)
    assert actions.carry_out() == 1
    assert len(ledger.lines()) == 2


def fails_for(person: User):
    """As erasing, but for one person, for whom the database refuses."""

    def do(whom: User, **more):
        if whom.pk == person.pk:
            raise IntegrityError("no")
        return erase(whom, **more)

    return do


def test_a_line_that_cannot_be_replayed_is_told_and_stops_no_other(book, monkeypatch):
    first, second = UserFactory(), UserFactory()
    for person in (first, second):
        ledger.add(ledger.line(person=str(person.code)))
    monkeypatch.setattr(replaying, "erase", fails_for(first))

    said, wrong = replaying.again(now())

    assert said[:1] == ["Erased again: 1 with an account, 0 addresses from outside, as the ledger says."]
    assert [line.split(",")[0] for line in wrong] == [f"Not erased again: person {first.code}"]
    assert User.objects.get(pk=second.pk).erased_at is not None

    with pytest.raises(CommandError) as told:
        call_command("erasures_replay", stdout=StringIO())
    assert (told.value.returncode, str(told.value)) == (3, wrong[0])
    monkeypatch.setattr(replaying, "erase", erase)
    assert replaying.again(now())[1] == []
    assert User.objects.get(pk=first.pk).erased_at is not None


def test_ledgers_of_other_machines_are_taken_in_before_it_is_done_again(book, tmp_path, capsys):
    """Each machine with a worker writes its own."""
    here, there = UserFactory(), UserFactory()
    ledger.add(ledger.line(person=str(there.code)))
    other = book.rename(tmp_path / "other.jsonl")
    ledger.add(ledger.line(person=str(here.code)))

    call_command("erasures_replay", str(other))

    assert capsys.readouterr().out.startswith("Erased again: 2 with an account")
    assert [line.person for line in ledger.lines()] == [str(there.code), str(here.code)]
    with pytest.raises(CommandError, match=r"nowhere\.jsonl cannot be read: No such file"):
        call_command("erasures_replay", str(tmp_path / "nowhere.jsonl"))


def test_packets_that_were_kept_and_let_go_do_not_come_back_with_a_backup(world, zinnia, book):
    ledger.add(ledger.line(person=str(zinnia.code), keeps="packets"))
    ledger.add(ledger.line(person=str(zinnia.code)))
    assert ReviewPacket.objects.filter(assignment__mentee=zinnia).exists()

    assert replaying.replay() == replaying.Replayed(people=1)

    assert not ReviewPacket.objects.filter(assignment__mentee=zinnia).exists()


def test_a_restored_backup_forgets_again_whoever_was_erased_since(world, zinnia, book):
    """The rows as they were before: what a backup made then brings back."""
    ErasureRequest.objects.all().delete()
    asked = actions.ask(zinnia, by=world.hr, ground=Ground.LEFT)
    actions.approve(asked, by=world.administrator)
    with transaction.atomic():
        actions.carry_out()
        transaction.set_rollback(True)
    assert where(ADDRESS) != []

    said, wrong = replaying.again(now())

    assert said[0] == "Erased again: 1 with an account, 0 addresses from outside, as the ledger says."
    assert wrong == []
    assert where(NAME, ADDRESS) == ["assignments_decision.reason"]
    assert replaying.again(now()) == ([], [])
    assert ErasureRequest.objects.get(pk=asked.pk).state == State.DONE


def test_replaying_forgets_addresses_from_outside_up_to_the_erasure_and_no_later(book, clock):
    early = FeedbackRequestFactory(giver=None, giver_name="Nell", giver_email="nell@example.org")
    ledger.add(ledger.line(addresses=["NELL@example.org"]))
    clock(days=1)
    later = FeedbackRequestFactory(
        giver=None, giver_name="Nell", giver_email="nell@example.org", first_asked_at=now(), asked_at=now()
    )

    assert replaying.replay() == replaying.Replayed(0, 1)
    assert replaying.replay() == replaying.Replayed()
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
    beside = default_storage.save("another/orphan", ContentFile(b"x"))
    assert {name, beside} <= files()
    replaying.again(now())
    assert (name in files(), beside in files()) == (False, True)
    default_storage.delete(beside)


def test_messages_to_an_erased_person_are_gone(world, zinnia):
    assert Notice.objects.filter(recipient=zinnia).exists()
    erase(zinnia)
    assert not Notice.objects.filter(recipient=zinnia).exists()
