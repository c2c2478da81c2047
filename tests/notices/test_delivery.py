"""A message is a row before it is a mail: claimed, fenced, sent once or visibly doubtful."""

import smtplib
from datetime import timedelta
from functools import partial

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from stretchhub import prepared
from stretchhub.env import now
from stretchhub.notices import delivery, kinds, ledger, outbox
from stretchhub.notices.announcing import ServerUnreachable
from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import MailServer, Notice, State
from stretchhub.people.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.engine]


class Server(BaseEmailBackend):
    """A mail server that answers as the test wants: each entry of `answers` is raised once."""

    answers: list[Exception | None] = []
    unreachable = False

    def open(self):
        if Server.unreachable:
            raise ConnectionRefusedError("nobody listens")

    def send_messages(self, messages):
        answer = Server.answers.pop(0) if Server.answers else None
        if answer is not None:
            raise answer
        mail.outbox.extend(messages)
        return len(messages)


@pytest.fixture(autouse=True)
def server(settings):
    settings.EMAIL_BACKEND = "tests.notices.test_delivery.Server"
    Server.answers, Server.unreachable = [], False
    return Server


@pytest.fixture(autouse=True)
def greeting():
    """A kind of message about a person: it says hello for as long as the person has a job title."""
    for name, must_arrive in (("tests.greeting", False), ("tests.invitation", True)):
        kinds.register(
            Kind(
                name=name,
                load=lambda ids: User.objects.in_bulk(ids),
                still_due=lambda notice, person: bool(person.job_title),
                render=lambda notice, person: Letter(
                    subject=f"Hello {person.first_name}",
                    paragraphs=("How are you?",),
                    action="Open StretchHub",
                    path="/",
                    why="somebody greeted you",
                ),
                must_arrive=must_arrive,
            )
        )


def only() -> Notice:
    return Notice.objects.get()


def test_a_queued_message_is_sent_with_its_own_message_id_and_words(mentee):
    outbox.queue("tests.greeting", mentee, recipient=mentee)

    assert delivery.deliver() == {State.SENT: 1}

    [sent] = mail.outbox
    assert (sent.subject, sent.to) == ("Hello Mina", ["mina@example.org"])
    assert sent.extra_headers["Message-ID"] == only().message_id
    assert "http://localhost" in sent.body
    assert "You get this because somebody greeted you." in sent.body
    assert only().state == State.SENT
    assert only().sent_at is not None


def test_the_same_key_is_written_and_sent_once(mentee):
    for _time in range(3):
        outbox.queue("tests.greeting", mentee, recipient=mentee, local_date=now().date())
        delivery.deliver()

    assert len(mail.outbox) == 1
    assert only().key == f"tests.greeting:{mentee.pk}:0:{now().date()}:{mentee.pk}:email"


def test_what_is_not_due_yet_waits(mentee, clock):
    outbox.queue("tests.greeting", mentee, recipient=mentee, due_at=now() + timedelta(hours=2))

    assert delivery.deliver() == {}
    clock(hours=2, minutes=1)
    assert delivery.deliver() == {State.SENT: 1}


def test_a_message_settled_meanwhile_is_not_sent(mentee):
    outbox.queue("tests.greeting", mentee, recipient=mentee)
    User.objects.update(job_title="")

    assert delivery.deliver() == {State.CANCELLED: 1}
    assert mail.outbox == []
    assert only().reason == "It was settled before it was sent."


def test_a_deactivated_person_gets_no_mail(mentee):
    outbox.queue("tests.greeting", mentee, recipient=mentee)
    User.objects.update(is_active=False, deactivated_at=now())

    assert delivery.deliver() == {State.CANCELLED: 1}


def test_a_message_put_off_by_the_server_is_tried_again_later(mentee, server, clock):
    server.answers = [smtplib.SMTPDataError(451, b"busy")]
    outbox.queue("tests.greeting", mentee, recipient=mentee)

    assert delivery.deliver() == {State.QUEUED: 1}
    assert (only().state, only().failures) == (State.QUEUED, 1)
    assert timedelta(seconds=25) < only().due_at - now() < timedelta(seconds=95)
    clock(minutes=2)
    assert delivery.deliver() == {State.SENT: 1}


def test_the_eighth_failure_is_the_last(mentee, server):
    server.answers = [smtplib.SMTPDataError(451, b"busy")]
    outbox.queue("tests.greeting", mentee, recipient=mentee)
    Notice.objects.update(failures=7)

    assert delivery.deliver() == {State.DEAD: 1}
    assert only().reason == "The mail server put it off (451)."


def test_an_address_refused_for_good_is_dead_and_holds_up_nobody(mentee, mentor, server):
    server.answers = [smtplib.SMTPRecipientsRefused({"mina@example.org": (550, b"unknown")})]
    outbox.queue("tests.greeting", mentee, recipient=mentee)
    outbox.queue("tests.greeting", mentor, recipient=mentor)

    assert delivery.deliver() == {State.DEAD: 1, State.SENT: 1}
    assert [message.to for message in mail.outbox] == [["tom@example.org"]]


def test_an_outage_uses_up_no_tries(mentee, server, clock):
    server.unreachable = True
    outbox.queue("tests.greeting", mentee, recipient=mentee)

    for minute in range(20):
        clock(minutes=minute * 1.1)
        assert delivery.deliver() == {"waiting": 1}

    assert (only().state, only().failures) == (State.QUEUED, 0)
    server.unreachable = False
    clock(minutes=23)
    assert delivery.deliver() == {State.SENT: 1}


def test_during_an_outage_one_sender_asks_the_server_each_minute_and_the_rest_wait(mentee, server, clock):
    server.unreachable = True
    outbox.queue("tests.greeting", mentee, recipient=mentee)
    delivery.deliver()
    row = MailServer.objects.get()
    assert row.down_since == row.tried_at
    assert row.error == "nobody listens"

    clock(seconds=30)
    assert delivery.deliver() == {"waiting": 1}
    assert MailServer.objects.get().tried_at == row.tried_at
    clock(seconds=70)
    assert delivery.deliver() == {"waiting": 1}
    asked = MailServer.objects.get()
    assert asked.tried_at > row.tried_at + timedelta(seconds=60)
    assert asked.down_since == row.down_since
    assert only().attempts == 2


def test_the_server_that_answers_again_ends_the_outage(mentee, server, clock):
    server.unreachable = True
    outbox.queue("tests.greeting", mentee, recipient=mentee)
    delivery.deliver()
    server.unreachable = False

    assert delivery.deliver() == {"waiting": 1}
    clock(seconds=61)
    assert delivery.deliver() == {State.SENT: 1}

    row = MailServer.objects.get()
    assert (row.down_since, row.error) == (None, "")
    assert row.answered_at == row.tried_at


def test_an_outage_of_three_days_leaves_nothing_dead(mentee, mentor, server, clock):
    server.unreachable = True
    for person in (mentee, mentor):
        outbox.queue("tests.greeting", person, recipient=person)

    for hours in range(0, 73, 6):
        clock(hours=hours)
        delivery.deliver()
    server.unreachable = False
    clock(hours=72, minutes=2)

    assert delivery.deliver() == {State.SENT: 2}
    assert Notice.objects.exclude(state=State.SENT).count() == 0


def test_a_server_that_says_it_is_closing_has_not_taken_the_message(mentee, mentor, server, clock):
    server.answers = [smtplib.SMTPResponseException(421, b"closing")]
    for person in (mentee, mentor):
        outbox.queue("tests.greeting", person, recipient=person)

    assert delivery.deliver() == {"waiting": 1}
    assert set(Notice.objects.values_list("state", "failures", "data_started_at")) == {(State.QUEUED, 0, None)}
    clock(seconds=61)
    assert delivery.deliver() == {State.SENT: 2}


def test_an_answer_that_comes_after_the_lease_still_counts_while_nobody_has_begun_anew(mentee, clock):
    outbox.queue("tests.greeting", mentee, recipient=mentee)
    [slow] = ledger.claim()
    assert ledger.pass_on(None, slow) is True
    clock(minutes=3)
    ledger.settle_doubtful()
    assert only().state == State.UNCERTAIN

    ledger.pass_on(slow, None)

    assert (only().state, only().reason) == (State.SENT, "")
    assert only().sent_at is not None


def test_an_answer_that_comes_after_somebody_began_anew_changes_nothing(mentee, clock):
    outbox.queue("tests.invitation", mentee, recipient=mentee)
    [slow] = ledger.claim()
    ledger.pass_on(None, slow)
    clock(minutes=3)
    ledger.settle_doubtful()
    [again] = ledger.claim()
    assert ledger.pass_on(None, again) is True

    ledger.pass_on(slow, None)

    assert (only().state, only().attempts, only().sent_at) == (State.SENDING, 2, None)


def test_the_answer_about_one_and_the_beginning_of_the_next_are_one_write(mentee, mentor, django_assert_num_queries):
    for person in (mentee, mentor):
        outbox.queue("tests.greeting", person, recipient=person)
    first, second = ledger.claim()
    ledger.pass_on(None, first)

    with django_assert_num_queries(1):
        assert ledger.pass_on(first, second) is True

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.lease_until) == (State.SENT, None)
    assert first.sent_at == second.data_started_at
    assert (second.state, second.sent_at) == (State.SENDING, None)


def test_a_batch_that_takes_too_long_gives_the_rest_back(mentee, mentor, monkeypatch):
    for person in (mentee, mentor):
        outbox.queue("tests.greeting", person, recipient=person)
    ticks = iter(range(0, 10_000, 50))
    monkeypatch.setattr(delivery, "monotonic", lambda: next(ticks))

    delivery.deliver()

    assert len(mail.outbox) == 1
    waiting = Notice.objects.exclude(state=State.SENT).get()
    assert (waiting.state, waiting.lease_until, waiting.failures) == (State.QUEUED, None, 0)


@pytest.mark.parametrize(
    ("sent", "seconds", "size"),
    [(20, 0.1, 100), (20, 0.0, 100), (100, 1.0, 100), (100, 2.0, 50), (50, 2.0, 25), (100, 60.0, 20), (0, 0.5, 20)],
)
def test_a_batch_is_what_goes_out_in_a_second(sent, seconds, size):
    assert ledger.next_size(sent, seconds) == size


def test_a_sender_takes_few_at_first_and_then_as_many_as_went_out_in_a_second(mentee, monkeypatch):
    for revision in range(130):
        outbox.queue("tests.greeting", mentee, recipient=mentee, revision=revision)
    claim, sizes = ledger.claim, []
    monkeypatch.setattr(ledger, "claim", lambda size: sizes.append(size) or claim(size))
    # The clock of the sender: 0.4 seconds for the first 20, and 2 seconds for the next 50.
    took, moment = {20: 0.4, 50: 2.0}, [0.0]
    monkeypatch.setattr(delivery, "monotonic", lambda: moment[0])
    send_all = delivery._send_all

    def send(batch, channel, counts):
        send_all(batch, channel, counts)
        moment[0] += took.get(len(batch), 0.5)

    monkeypatch.setattr(delivery, "_send_all", send)

    assert delivery.deliver() == {State.SENT: 130}

    # The fourth batch finds 35 and the last none.
    assert sizes == [20, 50, 25, 50, 70]


# How PostgreSQL may decide to go about it, after what it believes to know about the table.
PLANS = {
    "as it likes": (),
    "row by row": ("enable_hashjoin", "enable_mergejoin", "enable_material", "enable_hashagg", "enable_sort"),
    "by an index": ("enable_seqscan", "enable_bitmapscan"),
}


@pytest.mark.parametrize("plan", PLANS)
def test_a_sender_takes_no_more_than_it_asks_for_however_the_database_goes_about_it(plan, mentee):
    for revision in range(130):
        outbox.queue("tests.greeting", mentee, recipient=mentee, revision=revision)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for way in PLANS[plan]:
                cursor.execute(f"SET LOCAL {way} = off")

    assert [len(ledger.claim(size)) for size in (20, 100, 20)] == [20, 100, 10]


def test_what_was_announced_is_not_handed_over_when_somebody_else_took_it_meanwhile(mentee, mentor, monkeypatch):
    told = []

    class Wire(delivery.Channel):
        def announce(self, parcel):
            told.append(("announced", parcel.mail.subject))
            if parcel.mail.subject == "Hello Mina":
                Notice.objects.filter(recipient=mentee).update(attempts=9)

        def abandon(self):
            told.append(("abandoned", ""))

        def hand_over(self, parcel):
            told.append(("handed over", parcel.mail.subject))

    monkeypatch.setattr(delivery, "Channel", Wire)
    for person in (mentee, mentor):
        outbox.queue("tests.greeting", person, recipient=person)

    assert delivery.deliver() == {"overtaken": 1, State.SENT: 1}

    assert told == [
        ("announced", "Hello Mina"),
        ("abandoned", ""),
        ("announced", "Hello Tom"),
        ("handed over", "Hello Tom"),
    ]
    taken_over = Notice.objects.get(recipient=mentee)
    assert (taken_over.state, taken_over.attempts, taken_over.data_started_at) == (State.SENDING, 9, None)


def test_a_server_gone_at_an_announcement_costs_no_try_and_the_one_before_is_sent(mentee, mentor, monkeypatch):
    class Wire(delivery.Channel):
        def announce(self, parcel):
            if parcel.mail.subject == "Hello Tom":
                raise ServerUnreachable("gone")

    monkeypatch.setattr(delivery, "Channel", Wire)
    for person in (mentee, mentor):
        outbox.queue("tests.greeting", person, recipient=person)

    assert delivery.deliver() == {State.SENT: 1, "waiting": 1}

    assert Notice.objects.get(recipient=mentee).state == State.SENT
    waiting = Notice.objects.get(recipient=mentor)
    assert (waiting.state, waiting.failures, waiting.data_started_at) == (State.QUEUED, 0, None)


def test_a_connection_cut_while_handing_over_leaves_the_message_uncertain(mentee, server):
    server.answers = [smtplib.SMTPServerDisconnected("cut")]
    outbox.queue("tests.greeting", mentee, recipient=mentee)

    assert delivery.deliver() == {State.UNCERTAIN: 1}
    assert delivery.deliver() == {}
    assert only().reason == "The connection broke while it was handed over."


def test_what_must_arrive_is_sent_again_under_the_same_message_id(mentee, server):
    server.answers = [smtplib.SMTPServerDisconnected("cut")]
    outbox.queue("tests.invitation", mentee, recipient=mentee)

    assert delivery.deliver() == {State.QUEUED: 1, State.SENT: 1}
    assert mail.outbox[0].extra_headers["Message-ID"] == only().message_id


def test_a_sender_that_died_before_handing_over_is_replaced_when_its_lease_ends(mentee, clock):
    outbox.queue("tests.greeting", mentee, recipient=mentee)
    [taken] = ledger.claim()

    assert delivery.deliver() == {}
    clock(minutes=3)
    assert delivery.deliver() == {State.SENT: 1}
    assert (taken.attempts, only().attempts) == (1, 2)


def test_a_sender_that_died_while_handing_over_leaves_a_doubt_for_a_person_to_settle(mentee, clock):
    outbox.queue("tests.greeting", mentee, recipient=mentee)
    ledger.claim()
    Notice.objects.update(data_started_at=now())
    clock(minutes=3)

    assert delivery.deliver() == {State.UNCERTAIN: 1}
    assert mail.outbox == []


def test_a_sender_that_was_overtaken_writes_nothing(mentee, clock):
    outbox.queue("tests.greeting", mentee, recipient=mentee)
    [late] = ledger.claim()
    clock(minutes=3)
    delivery.deliver()

    assert ledger.finish(late, state=State.QUEUED) is False
    assert only().state == State.SENT


def test_what_cannot_be_read_keeps_no_other_message_from_going_out(mentee, mentor, clock):
    kinds.register(
        Kind(
            name="tests.unreadable",
            load=lambda ids: {pk: 1 / (pk - mentee.pk) for pk in ids},
            still_due=lambda notice, thing: True,
            render=lambda notice, thing: Letter("Readable", ("Hello",), "Open", "/", "it is a test"),
        )
    )
    for person in (mentee, mentor):
        outbox.queue("tests.unreadable", person, recipient=person)
    outbox.queue("tests.greeting", mentee, recipient=mentee)

    assert delivery.deliver() == {State.QUEUED: 1, State.SENT: 2}
    for hours in (1, 2):
        clock(hours=hours)
        delivery.deliver()

    unreadable = Notice.objects.get(kind="tests.unreadable", recipient=mentee)
    assert (unreadable.state, unreadable.reason) == (State.DEAD, "It could not be written.")


def test_a_message_that_cannot_be_written_dies_after_three_tries(mentee, clock):
    kinds.register(
        Kind(
            name="tests.broken",
            load=lambda ids: User.objects.in_bulk(ids),
            still_due=lambda notice, person: True,
            render=lambda notice, person: 1 / 0,
        )
    )
    outbox.queue("tests.broken", mentee, recipient=mentee)

    for hours in (0, 1, 2):
        clock(hours=hours)
        delivery.deliver()

    assert (only().state, only().failures) == (State.DEAD, 3)
    assert only().reason == "It could not be written."


def test_words_follow_the_recipients_time_zone(mentee):
    kinds.register(
        Kind(
            name="tests.clock",
            load=lambda ids: User.objects.in_bulk(ids),
            still_due=lambda notice, person: True,
            render=lambda notice, person: Letter(
                subject=str(timezone.get_current_timezone()), paragraphs=(), action="", path="/", why=""
            ),
        )
    )
    User.objects.update(time_zone="Asia/Singapore")
    outbox.queue("tests.clock", mentee, recipient=mentee)

    delivery.deliver()

    assert mail.outbox[0].subject == "Asia/Singapore"


def test_a_line_break_in_a_subject_reaches_no_header(mentee):
    User.objects.update(preferred_name="Mina\r\nBcc: all@example.org", full_name="Mina")
    outbox.queue("tests.greeting", mentee, recipient=mentee)

    delivery.deliver()

    assert mail.outbox[0].subject == "Hello Mina Bcc: all@example.org"


def test_loading_what_notices_are_about_takes_one_query_a_kind(mentee, mentor, django_assert_num_queries):
    for person in (mentee, mentor):
        outbox.queue("tests.greeting", person, recipient=person)
    notices = list(Notice.objects.all())

    with django_assert_num_queries(1):
        things = kinds.load_things(notices)

    assert {notice.recipient_id: things[notice.pk] for notice in notices} == {mentee.pk: mentee, mentor.pk: mentor}


def test_a_message_that_no_mail_can_carry_holds_up_no_other(mentee, mentor):
    User.objects.filter(pk=mentee.pk).update(email=f"mina@{'ä' * 70}.org")
    outbox.queue("tests.invitation", mentee, recipient=mentee)
    outbox.queue("tests.invitation", mentor, recipient=mentor)

    delivery.deliver()

    assert [message.to for message in mail.outbox] == [[mentor.email]]
    held = Notice.objects.get(recipient=mentee)
    assert (held.state, held.reason) == (State.QUEUED, "It cannot be mailed as it is.")


def test_the_next_is_written_while_the_mail_server_deals_with_the_one_before(mentee, mentor, monkeypatch):
    """And each is written down as begun before its content goes out, the one before as sent."""
    told = []

    class Wire(delivery.Channel):
        def hand_over(self, parcel):
            told.append(("handed over", parcel.mail.subject, dict(Notice.objects.values_list("recipient", "state"))))

        def hear(self):
            told.append(("heard", None, None))

    real = delivery.pack
    monkeypatch.setattr(delivery, "pack", lambda mail: told.append(("written", mail.subject, None)) or real(mail))
    monkeypatch.setattr(delivery, "Channel", Wire)
    for person in (mentee, mentor):
        outbox.queue("tests.greeting", person, recipient=person)

    assert delivery.deliver() == {State.SENT: 2}

    assert [(what, subject) for what, subject, _states in told] == [
        ("written", "Hello Mina"),
        ("handed over", "Hello Mina"),
        ("written", "Hello Tom"),
        ("heard", None),
        ("handed over", "Hello Tom"),
        ("heard", None),
    ]
    assert told[1][2] == {mentee.pk: State.SENDING, mentor.pk: State.SENDING}
    assert told[4][2] == {mentee.pk: State.SENT, mentor.pk: State.SENDING}
    assert Notice.objects.filter(data_started_at__isnull=True).count() == 0


def test_an_answer_is_heard_even_when_the_next_cannot_be_read(mentee, mentor, monkeypatch):
    """The database goes away between the two: what was handed over is no doubt."""
    for person in (mentee, mentor):
        outbox.queue("tests.greeting", person, recipient=person)
    real = delivery.pack

    def pack(message):
        if mail.outbox:
            raise OperationalError("gone")
        return real(message)

    monkeypatch.setattr(delivery, "pack", pack)

    with pytest.raises(OperationalError):
        delivery.deliver()

    assert dict(Notice.objects.values_list("recipient", "state")) == {mentee.pk: State.SENT, mentor.pk: State.QUEUED}


@pytest.fixture
def database(monkeypatch):
    """One that can go away: each entry of `away` refuses a write, and nobody waits for it."""
    run, gone = prepared.run, []

    def refused(statement, values):
        if gone:
            raise gone.pop()
        return run(statement, values)

    monkeypatch.setattr(prepared, "run", refused)
    monkeypatch.setattr(ledger, "sleep", lambda seconds: None)
    return gone


@pytest.mark.django_db(transaction=True)
def test_a_sender_that_outlives_the_database_writes_down_what_it_heard_once_that_is_back(
    mentee, mentor, monkeypatch, database
):
    """What was taken is no doubt, and what was not begun waits for the next sender, at once and not for its lease."""
    for person in (mentee, mentor):
        outbox.queue("tests.greeting", person, recipient=person)

    class Wire(delivery.Channel):
        def hear(self):
            database.extend([InterfaceError("closed"), OperationalError("gone"), OperationalError("gone")])

    monkeypatch.setattr(delivery, "Channel", Wire)

    with pytest.raises(OperationalError):
        delivery.deliver()

    assert [message.subject for message in mail.outbox] == ["Hello Mina"]
    assert database == []
    states = Notice.objects.values_list("recipient", "state", "lease_until", "data_started_at")
    assert [row[1:] for row in states.filter(recipient=mentor)] == [(State.QUEUED, None, None)]
    assert [row[1] for row in states.filter(recipient=mentee)] == [State.SENT]


def away(asked):
    """A write to a database that is gone."""
    asked.append(1)
    raise OperationalError("gone")


@pytest.mark.django_db(transaction=True)
def test_a_database_that_stays_away_is_not_waited_for_without_end(mentee, monkeypatch, database):
    ticks = iter(range(0, 10_000, 10))
    monkeypatch.setattr(ledger, "monotonic", lambda: next(ticks))
    asked = []
    with pytest.raises(OperationalError):
        ledger.once_back(partial(away, asked))

    assert len(asked) == 5


def test_within_a_transaction_nothing_is_written_again(mentee, database):
    """It is lost as a whole; whoever began it has to say what follows."""
    asked = []
    with pytest.raises(OperationalError):
        ledger.once_back(partial(away, asked))

    assert len(asked) == 1


def test_a_server_that_closes_instead_of_answering_has_not_taken_the_message(mentee, mentor, monkeypatch, clock):
    class Wire(delivery.Channel):
        closing = True

        def hear(self):
            if Wire.closing:
                raise ServerUnreachable("421 closing")

    monkeypatch.setattr(delivery, "Channel", Wire)
    for person in (mentee, mentor):
        outbox.queue("tests.greeting", person, recipient=person)

    assert delivery.deliver() == {"waiting": 1}
    assert set(Notice.objects.values_list("state", "lease_until", "data_started_at")) == {(State.QUEUED, None, None)}
    Wire.closing = False
    clock(seconds=61)
    assert delivery.deliver() == {State.SENT: 2}
