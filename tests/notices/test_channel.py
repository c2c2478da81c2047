"""What a real mail server's answers mean for one message: taken, refused, not handed over, or in doubt."""

import smtplib

import pytest
from aiosmtpd.controller import Controller
from django.core.mail import EmailMultiAlternatives

from stretchhub.notices import delivery, kinds, ledger, outbox
from stretchhub.notices.announcing import ServerUnreachable
from stretchhub.notices.channel import Broken, Channel, Refused, pack
from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import Notice, State
from tests import services


class Server:
    """Answers each command as told; “cut” hangs up instead of answering."""

    def __init__(self, *offers: str) -> None:
        self.offers = offers
        self.say: dict[str, str] = {}
        self.taken: list[bytes] = []
        self.controller = Controller(self, hostname="127.0.0.1", port=services.free_port())
        self.controller.start()

    async def answer(self, command: str, server, well: str) -> str:
        said = self.say.pop(command, well)
        if said == "cut":
            server.transport.close()
        return said

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        return [responses[0], *self.offers, *responses[1:]]

    async def handle_MAIL(self, server, session, envelope, address, options):
        envelope.mail_from = address
        return await self.answer("MAIL", server, "250 ok")

    async def handle_RCPT(self, server, session, envelope, address, options):
        envelope.rcpt_tos.append(address)
        return await self.answer("RCPT", server, "250 ok")

    async def handle_DATA(self, server, session, envelope):
        self.taken.append(envelope.content)
        return await self.answer("DATA", server, "250 kept")


@pytest.fixture(params=[(), ("250-PIPELINING",)], ids=["one by one", "at once"])
def server(settings, request):
    server = Server(*request.param)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.controller.port
    yield server
    server.controller.stop()


@pytest.fixture
def channel(server):
    channel = Channel()
    channel.open()
    yield channel
    channel.close()


def parcel(words="Hello\n.hidden\n"):
    return pack(EmailMultiAlternatives("Hello", words, "us@example.org", ["mina@example.org"]))


def test_a_message_arrives_whole_with_lines_that_begin_with_a_dot(server, channel):
    channel.send(parcel(".first\nsecond\n..third\n"))
    channel.send(parcel())

    first, second = server.taken
    assert first.endswith(b"\r\n\r\n.first\r\nsecond\r\n..third\r\n")
    assert second.endswith(b"Hello\r\n.hidden\r\n")


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
@pytest.mark.parametrize("code", [451, 550])
def test_a_refusal_is_the_messages_own_and_the_next_one_goes_through(server, channel, command, code):
    server.say = {command: f"{code} no"}

    with pytest.raises(Refused) as refused:
        channel.send(parcel())
    server.taken.clear()
    channel.send(parcel())

    assert refused.value.code == code
    assert len(server.taken) == 1


@pytest.mark.parametrize(("said", "code"), [("451 busy", 451), ("552 too large", 552)])
def test_a_message_put_off_or_too_large_at_its_announcement_is_refused_by_itself(server, channel, said, code):
    server.say = {"MAIL": said}

    with pytest.raises(Refused) as refused:
        channel.send(parcel())
    channel.send(parcel())

    assert refused.value.code == code
    assert len(server.taken) == 1


@pytest.mark.parametrize("said", ["550 we do not know this sender", "421 closing", "cut"])
def test_a_server_that_wants_no_mail_of_ours_has_not_taken_it(server, channel, said):
    server.say = {"MAIL": said}

    with pytest.raises(ServerUnreachable):
        channel.send(parcel())
    assert server.taken == []


def test_what_comes_before_the_content_is_one_write_where_the_server_takes_that(server, channel, monkeypatch):
    written = []
    send = channel.backend.connection.send
    monkeypatch.setattr(channel.backend.connection, "send", lambda data: written.append(data) or send(data))

    channel.send(parcel())

    assert len(written) == (3 if server.offers else 4)
    assert len(server.taken) == 1


def test_what_was_announced_need_not_follow(server, channel):
    channel.announce(parcel())
    channel.abandon()
    channel.abandon()
    channel.send(parcel("After all.\n"))

    [taken] = server.taken
    assert taken.endswith(b"After all.\r\n")


def test_a_server_gone_meanwhile_has_taken_nothing_that_was_announced(server, channel):
    server.say = {"MAIL": "cut"}
    channel.announce(parcel())

    with pytest.raises(ServerUnreachable):
        channel.hand_over(parcel())
    with pytest.raises(ServerUnreachable):
        channel.announce(parcel())
    assert server.taken == []


@pytest.mark.django_db
def test_no_content_goes_out_before_its_beginning_is_written_down(server, mentee, mentor, monkeypatch):
    """What goes over the wire and what is written down, in the order in which it happens."""
    kinds.register(
        Kind(
            name="tests.wire",
            load=lambda ids: {number: number for number in ids},
            still_due=lambda notice, thing: True,
            render=lambda notice, thing: Letter(f"Hello {notice.recipient.first_name}", ("Hi.",), "Open", "/", "so"),
        )
    )
    happened = []
    send, pass_on = smtplib.SMTP.send, ledger.pass_on

    def wire(smtp, data):
        text = data if isinstance(data, str) else data.decode()
        happened.append(text.split(":")[0].strip() if len(text) < 200 else "content")
        send(smtp, data)

    def written_down(sent, begun):
        done = pass_on(sent, begun)
        happened.append(dict(Notice.objects.filter(data_started_at__isnull=False).values_list("recipient", "state")))
        return done

    monkeypatch.setattr(smtplib.SMTP, "send", wire)
    monkeypatch.setattr(ledger, "pass_on", written_down)
    for person in (mentee, mentor):
        outbox.queue("tests.wire", person, recipient=person)

    assert delivery.deliver() == {State.SENT: 2}

    asked = ["mail FROM"] if server.offers else ["mail FROM", "rcpt TO"]
    before, after = asked[:1], asked[1:]
    greeting, *said, goodbye = happened
    assert (greeting[:4], goodbye) == ("ehlo", "quit")
    assert said == [
        *before,
        {mentee.pk: State.SENDING},
        *after,
        "data",
        "content",
        *before,
        {mentee.pk: State.SENT, mentor.pk: State.SENDING},
        *after,
        "data",
        "content",
        {mentee.pk: State.SENT, mentor.pk: State.SENT},
    ]
    assert len(server.taken) == 2


def test_one_of_two_recipients_refused_keeps_the_content_back(server, channel):
    server.say = {"RCPT": "550 no"}

    with pytest.raises(Refused):
        channel.send(pack(EmailMultiAlternatives("Hello", "Hello", "us@example.org", ["a@b.org", "c@d.org"])))
    assert server.taken == []


def test_a_connection_cut_before_the_content_is_no_doubt(server, channel):
    server.say = {"RCPT": "cut"}

    with pytest.raises(ServerUnreachable):
        channel.send(parcel())
    assert server.taken == []


def test_a_connection_cut_after_the_content_is_a_doubt(server, channel):
    server.say = {"DATA": "cut"}

    with pytest.raises(Broken):
        channel.send(parcel())
    assert len(server.taken) == 1


def test_nobody_listening_is_an_outage(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", services.free_port()

    with pytest.raises(ServerUnreachable):
        Channel().open()
