"""How long what is kept: for each class exactly the rows before and after, once, in batches, and after a stop."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, models

from assignments.models import (
    AgendaItem,
    Assignment,
    CheckInAnswer,
    DashboardChange,
    Evidence,
    EvidenceFile,
    EvidenceVerification,
    LearningItem,
    Measurement,
)
from sponsors.models import SponsorCheckIn
from stretchhub.audit import verifying
from stretchhub.audit.models import AuditChain, AuditEntry, AuditSeal
from stretchhub.audit.sealing import seal
from stretchhub.audit.trail import record
from stretchhub.audit.verifying import Fault, verify
from stretchhub.env import now, today
from stretchhub.keeping import retention
from stretchhub.keeping.models import LetGo
from stretchhub.keeping.tasks import let_go
from stretchhub.notices.models import Notice, State
from stretchhub.people.models import MailedCode, MailLink, Purpose, Submission
from stretchhub.personal import GONE, LET_GO
from tests.factories import (
    AgendaItemFactory,
    AssignmentFactory,
    CheckInAnswerFactory,
    EvidenceFactory,
    EvidenceVerificationFactory,
    LearningItemFactory,
    MeasurementFactory,
    ReviewCycleFactory,
    ReviewFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

MONTH, DAY = retention.MONTH, timedelta(days=1)
OLD = 24 * MONTH + DAY


def closed(ago: timedelta = OLD, **more) -> Assignment:
    """Work that closed so long ago."""
    return AssignmentFactory(closed=True, closed_at=now() - ago, **more)


def file_of(evidence: Evidence) -> EvidenceFile:
    name = default_storage.save(f"evidence/aa/{uuid4().hex}", ContentFile(b"x"))
    return EvidenceFile.objects.create(
        evidence=evidence, file=name, name="minutes.txt", size=1, content_type="text/plain", sha256="0" * 64
    )


def notice(**more) -> Notice:
    """A message to somebody, of no kind in particular."""
    code = uuid4().hex
    fields = {"kind": "tests.kept", "recipient": UserFactory(), "object_type": "people.user", "object_id": 1}
    due = more.get("created_at", now())
    return Notice.objects.create(**{"key": code, "message_id": code, "due_at": due} | fields | more)


def told() -> list[dict]:
    return [entry.facts for entry in AuditEntry.objects.filter(verb="retention.done").order_by("pk")]


# --- work that ended ----------------------------------------------------------------------------


def test_words_and_files_of_work_go_24_months_after_its_end_and_the_rows_stay(django_capture_on_commit_callbacks):
    over, young, running = closed(), closed(24 * MONTH - DAY), AssignmentFactory()
    pieces = [EvidenceFactory(assignment=each) for each in (over, over, young, running)]
    said = EvidenceVerificationFactory(evidence=pieces[0], words="I was there.")
    answers = [
        CheckInAnswerFactory(check_in__assignment=each, load=3, hours=8, avoided="") for each in (over, young, running)
    ]
    item = AgendaItemFactory(assignment=over)
    talk = SponsorCheckIn.objects.create(
        assignment=over, sponsor=over.sponsor, due_on=today() - 900 * DAY, risk="The budget"
    )
    files = [file_of(pieces[0]), file_of(pieces[2])]
    DashboardChange.objects.all().delete()

    with django_capture_on_commit_callbacks(execute=True):
        assert let_go()["work"] == 1

    words = Evidence.objects.order_by("pk").values_list("title", "text", "learned", "changed")
    assert [set(each) for each in words[:2]] == [{LET_GO}, {LET_GO}]
    assert list(words[2:]) == [(e.title, e.text, e.learned, e.changed) for e in pieces[2:]]
    gone = CheckInAnswer.objects.get(pk=answers[0].pk)
    assert (gone.moved, gone.avoided, gone.next_try, gone.load, gone.hours) == (LET_GO, "", LET_GO, None, None)
    assert gone.answered_at == answers[0].answered_at
    assert [CheckInAnswer.objects.get(pk=each.pk).moved for each in answers[1:]] == [each.moved for each in answers[1:]]
    assert EvidenceVerification.objects.get(pk=said.pk).words == LET_GO
    assert AgendaItem.objects.get(pk=item.pk).text == LET_GO
    assert SponsorCheckIn.objects.get(pk=talk.pk).risk == LET_GO
    assert [Path(default_storage.path(each.file.name)).exists() for each in files] == [False, True]
    assert list(EvidenceFile.objects.all()) == [files[1]]
    over.refresh_from_db()
    assert over.let_go_at is not None and over.files_let_go == 1
    assert list(DashboardChange.objects.values_list("sponsor", flat=True)) == [over.sponsor_id]
    assert told() == [
        {
            "class": "work", "rows": 1, "evidence": 2, "evidenceverification": 1, "checkinanswer": 1, "agendaitem": 1,
            "sponsorcheckin": 1, "files": 1,
        }
    ]  # fmt: skip
    assert let_go()["work"] == 0
    assert len(told()) == 1
    assert LetGo.objects.get(pk="work").number == 1


def test_words_of_an_erased_person_stay_called_erased():
    piece = EvidenceFactory(assignment=closed(), title=GONE, learned=GONE)
    let_go()
    piece.refresh_from_db()
    assert (piece.title, piece.learned, piece.text) == (GONE, GONE, LET_GO)


def test_work_that_a_cycle_still_reviews_keeps_its_words_until_the_cycle_is_over():
    kept, over, final = closed(), closed(), closed()
    ReviewFactory(assignment=kept, cycle=ReviewCycleFactory(closes_on=today() + DAY))
    ReviewFactory(assignment=over, cycle=ReviewCycleFactory(closes_on=today() - DAY))
    ReviewFactory(assignment=final, final=True)

    assert let_go()["work"] == 2

    assert list(Assignment.objects.filter(let_go_at=None)) == [kept]


def test_a_run_that_is_stopped_in_a_batch_takes_none_of_it_and_the_next_goes_on(
    monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(retention, "RULES", (retention.RULES[0].__class__(**vars(retention.RULES[0]) | {"batch": 1}),))
    first, second = file_of(EvidenceFactory(assignment=closed())), file_of(EvidenceFactory(assignment=closed()))
    record_really, calls = retention.record, []

    def stopped(*args, **kwargs):
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return record_really(*args, **kwargs)

    monkeypatch.setattr(retention, "record", stopped)
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(KeyboardInterrupt):
        retention.let_go(now())
    places = [Path(default_storage.path(each.file.name)) for each in (first, second)]
    assert [place.exists() for place in places] == [False, True]
    assert [each["rows"] for each in told()] == [1]

    with django_capture_on_commit_callbacks(execute=True):
        assert retention.let_go(now()) == {"work": 1}
    assert [place.exists() for place in places] == [False, False]
    assert LetGo.objects.get(pk="work").number == 2


def test_pages_of_work_whose_words_went_still_answer_and_say_so(sign_in):
    work = closed()
    piece = EvidenceFactory(assignment=work, shared_with_sponsor=True)
    file_of(piece)
    answer = CheckInAnswerFactory(check_in__assignment=work)
    let_go()

    for person in (work.mentee, work.mentor, work.sponsor):
        client = sign_in(person)
        for url in (f"/assignments/{work.code}/", f"/assignments/{work.code}/evidence/", f"/evidence/{piece.code}/"):
            page = client.get(url)
            assert page.status_code == 200, url
            assert "One file went with it." in page.content.decode(), url
    client = sign_in(work.mentee)
    for url in (f"/assignments/{work.code}/check-ins/", f"/check-ins/{answer.check_in.code}/"):
        assert "One file went with it." in client.get(url).content.decode(), url


# --- the other classes ---------------------------------------------------------------------------


def test_what_was_taken_out_goes_after_30_days():
    def days(n):
        return now() - timedelta(days=n)

    items = [LearningItemFactory(dropped_at=at) for at in (days(31), days(29), None)]
    values = [MeasurementFactory(taken_back_at=at) for at in (days(31), days(29), None)]

    done = let_go()

    assert (done["learning"], done["measurements"]) == (1, 1)
    assert set(LearningItem.objects.all()) == set(items[1:])
    assert set(Measurement.objects.all()) == set(values[1:])


def test_messages_go_after_90_days_but_none_that_still_goes_out_and_no_digest_before_what_it_told():
    old, young = now() - timedelta(days=91), now() - timedelta(days=89)
    sent = {"state": State.SENT, "sent_at": old}
    notice(created_at=old, **sent)
    notice(created_at=old, state=State.DEAD)
    whole = notice(created_at=old, **sent)
    notice(created_at=old, state=State.BUNDLED, digest=whole)
    digest = notice(created_at=old, **sent)
    kept = [
        notice(created_at=young, **sent),
        notice(created_at=old, state=State.QUEUED),
        notice(created_at=old, due_at=young, **sent),
        notice(created_at=young, state=State.BUNDLED, digest=digest),
        digest,
    ]

    assert let_go()["messages"] == 4

    assert set(Notice.objects.all()) == set(kept)
    assert told() == [{"class": "messages", "rows": 4, "unsettled": 1}]


def test_messages_go_where_none_of_them_went_out_in_a_digest():
    old = now() - timedelta(days=91)
    notice(created_at=old, state=State.SENT, sent_at=old)

    assert let_go()["messages"] == 1

    assert not Notice.objects.exists()


def test_links_sign_ins_and_keys_of_forms_go_when_their_time_is_over():
    person = UserFactory()
    for number, days in enumerate((31, 29)):
        at = now() - timedelta(days=days)
        link = MailLink.objects.create(
            purpose=Purpose.SPONSOR_DASHBOARD, person=person, object_id=number, expires_at=at, revoked_at=at
        )
        MailedCode.objects.create(link=link, expires_at=at)
        Session.objects.create(session_key=f"s{number}", session_data="", expire_date=now() + (number or -1) * DAY)
        Submission.objects.create(actor=person, key=str(number), created_at=now() - timedelta(days=15 - 2 * number))

    done = let_go()

    assert (done["links"], done["sessions"], done["submissions"]) == (1, 1, 1)
    assert list(MailLink.objects.values_list("object_id", flat=True)) == [1]
    assert MailedCode.objects.count() == 1
    assert list(Session.objects.values_list("pk", flat=True)) == ["s1"]
    assert list(Submission.objects.values_list("key", flat=True)) == ["1"]


# --- the audit trail ------------------------------------------------------------------------------


@pytest.fixture
def old_trail(clock, monkeypatch):
    """Five entries that are too old and two that are not, all sealed; batches of two."""
    rule = next(each for each in retention.RULES if each.name == "audit")
    monkeypatch.setattr(retention, "RULES", (rule.__class__(**vars(rule) | {"batch": 2}),))
    for _each in range(5):
        record(None, "people.updated")
    seal()
    clock(days=37 * 30.5)
    for _each in range(2):
        record(None, "people.updated")
    seal()


def test_the_trail_is_let_go_by_verified_segments_and_the_rest_still_verifies(old_trail):
    before = AuditChain.objects.get()

    assert retention.let_go(now()) == {"audit": 5}

    chain = AuditChain.objects.get()
    assert (chain.start_number, chain.number, chain.hash) == (5, before.number, before.hash)
    assert list(AuditSeal.objects.values_list("number", flat=True)) == [6, 7]
    seal()
    verdict = verify()
    assert (verdict.fault, verdict.whole) == (None, True)
    gone = AuditEntry.objects.filter(verb="audit.segment_gone", object_type="audit.auditchain").order_by("pk")
    assert [(each.facts["number"], each.facts["rows"]) for each in gone] == [(2, 2), (4, 2), (5, 1)]
    assert retention.let_go(now()) == {"audit": 0}
    out = StringIO()
    call_command("audit_verify", stdout=out)
    assert "from number 6 to 13" in out.getvalue()


def test_a_trail_that_was_changed_is_not_let_go(old_trail):
    third = AuditEntry.objects.order_by("pk")[2]
    models.QuerySet(model=AuditEntry).filter(pk=third.pk).update(verb="people.changed")

    assert retention.let_go(now()) == {"audit": 2}

    assert AuditChain.objects.get().start_number == 2
    assert AuditEntry.objects.filter(verb="people.changed").exists()
    assert verify().fault == Fault("changed", 3, third.pk)


def test_a_beginning_that_was_taken_away_behind_our_back_is_found(old_trail):
    third = AuditSeal.objects.get(number=3)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_auditseal WHERE number <= 3")
        cursor.execute("DELETE FROM audit_auditentry WHERE id <= %s", [third.entry])
        cursor.execute("UPDATE audit_auditchain SET start_number = 3, start_hash = %s", [third.hash])

    assert verify().fault == Fault("beginning", 3)
    assert retention.let_go(now()) == {"audit": 0}


def test_a_segment_that_goes_while_the_trail_is_looked_at_is_no_fault(old_trail, monkeypatch):
    really, once = verifying._sealed, []

    def goes_meanwhile(after, last):
        if not once:
            once.append(True)
            retention.let_go(now())
        return really(after, last)

    monkeypatch.setattr(verifying, "_sealed", goes_meanwhile)
    verdict = verify()
    assert (verdict.fault, verdict.whole) == (None, True)


# --- settings and page -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted({rule.setting for rule in retention.RULES if rule.setting}))
def test_nought_keeps_for_good(settings, name):
    setattr(settings, name, 0)
    rules = [rule for rule in retention.RULES if rule.setting == name]
    assert [rule.beyond(now()) for rule in rules] == [None] * len(rules)


def test_every_setting_is_in_the_readme_and_the_docs():
    root = Path(__file__).parents[2]
    for rule in retention.RULES:
        for text in ("README.md", "docs/keeping.md"):
            assert f"`{rule.setting}`" in (root / text).read_text() or not rule.setting, (rule.name, text)


def test_the_page_shows_what_the_next_run_takes_and_takes_nothing(hr, administrator, stranger, sign_in, count_queries):
    client = sign_in(hr)
    client.get("/keeping/")
    few = count_queries(client, "/keeping/")
    for _each in range(3):
        EvidenceFactory(assignment=closed())

    page = client.get("/keeping/").content.decode()

    assert "24 months" in page and "KEEP_WORK_MONTHS" in page and "takes something of 1 kind" in page
    assert Assignment.objects.filter(let_go_at=None).count() == 3 and told() == []
    assert count_queries(client, "/keeping/") == few
    assert sign_in(administrator).get("/keeping/").status_code == 200
    assert sign_in(stranger).get("/keeping/").status_code == 403
    let_go()
    assert "nothing is beyond its time" in client.get("/keeping/").content.decode()


@pytest.mark.parametrize(("hours", "word"), [(25, "Done"), (27, "Waits")])
def test_the_page_says_where_no_run_came_to_its_end(hr, sign_in, clock, hours, word):
    let_go()
    clock(hours=hours)
    page = sign_in(hr).get("/keeping/").content.decode()
    assert f"{word}</span>" in page
    assert ("check that the worker runs" in page) == (word == "Waits")


def test_the_command_says_what_would_go_or_takes_it():
    closed()
    out = StringIO()
    call_command("retention", "--dry-run", stdout=out)
    assert ["work", "1"] in [line.split() for line in out.getvalue().splitlines()]
    assert Assignment.objects.filter(let_go_at=None).count() == 1
    call_command("retention", stdout=out)
    assert Assignment.objects.filter(let_go_at=None).count() == 0
