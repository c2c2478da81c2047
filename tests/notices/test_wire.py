"""The bytes of a mail are the very ones that Django makes, whatever stands in it."""

import smtplib
from unittest import mock

import pytest
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import sanitize_address
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from stretchhub.notices import wire

BOUNDARY = "=_" + "b" * 32
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=120)
typed = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=200)
one_line = texts.map(lambda text: " ".join(text.split()))
words = st.text("abcdefghij:/.-_,;<>", min_size=1, max_size=200)
# A busy machine is no fault.
UNHURRIED = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
addresses = (
    st.emails() | typed | st.sampled_from(["mina@example.org", "o'brien@example.org", "Ümit <umit@example.org>"])
)


def usual(subject="Hello", body="Hello.\n", html="<p>Hello.</p>\n", to="mina@example.org", reply_to=None, **headers):
    headers = {"Message-ID": "<1@localhost>", **headers}
    mail = EmailMultiAlternatives(subject, body, to=[to], reply_to=[reply_to] if reply_to else None, headers=headers)
    mail.attach_alternative(html, "text/html")
    return mail


def said(make):
    """What came of it: a value, or the kind of error; of some addresses Python's own parser loses its index."""
    try:
        return make()
    except (ValueError, IndexError) as error:
        return type(error)


def djangos(mail):
    message = mail.message()
    message.set_boundary(BOUNDARY)
    return message.as_bytes(linesep="\r\n")


@UNHURRIED
@given(one_line | typed, texts | typed, texts | typed, addresses, st.none() | st.emails(), typed | words)
@example("S" * 69, "a\n.b\r\nc\rd", "<p>", "mina@example.org", None, f"<http://localhost:8000/m/{'x' * 90}/stop/>")
@example("Größe " * 30, "Grüße\n", "<p>Grüße</p>", "mina@example.org", "tom@example.org", "<a>")
def test_a_usual_mail_is_put_together_as_django_would(subject, body, html, to, reply_to, unsubscribe):
    mail = usual(subject, body or " ", html, to, reply_to, **{"List-Unsubscribe": unsubscribe})
    assert wire.is_usual(mail)

    with mock.patch("time.time", lambda: 0):
        assert said(lambda: wire.put_together(mail, boundary=BOUNDARY)) == said(lambda: djangos(mail))


@UNHURRIED
@example(given_address='"')
@given(addresses)
def test_an_address_goes_over_the_wire_as_django_would_write_it(given_address):
    assert said(lambda: wire.address(given_address)) == said(lambda: sanitize_address(given_address, "utf-8"))


def test_a_line_too_long_for_mail_is_folded_by_django():
    mail = usual(body="ü" * 500 + "\n")

    assert not wire.is_usual(mail)
    assert max(map(len, wire.as_bytes(mail).split(b"\r\n"))) < 998


@pytest.mark.parametrize(
    "change",
    [
        lambda mail: mail.attach("week.ics", b"BEGIN:VCALENDAR", "text/calendar"),
        lambda mail: mail.attach_alternative("{}", "application/json"),
        lambda mail: mail.alternatives.clear(),
        lambda mail: mail.cc.append("tom@example.org"),
        lambda mail: mail.extra_headers.pop("Message-ID"),
        lambda mail: mail.extra_headers.update({"From": "us@example.org"}),
        lambda mail: setattr(mail, "body", ""),
        lambda mail: setattr(mail, "encoding", "iso-8859-1"),
    ],
)
def test_a_mail_of_another_make_is_left_to_django(change):
    mail = usual()
    change(mail)

    assert not wire.is_usual(mail)
    assert wire.as_bytes(mail).count(b"Hello.") == mail.message().as_bytes().count(b"Hello.")


def test_each_mail_has_a_line_of_its_own_between_its_parts():
    assert wire.as_bytes(usual()) != wire.as_bytes(usual())


def test_a_subject_of_two_lines_is_carried_by_no_mail():
    with pytest.raises(ValueError, match="newlines"):
        wire.as_bytes(usual("Hello\nBcc: all@example.org"))


@pytest.mark.parametrize(
    "address", ["ada@example.org", "a.b+c@ex-ample.org", '"a b"@example.org', "Ada <ada@example.org>", "", "no-at-sign"]
)
def test_an_address_stands_in_a_command_as_the_library_writes_it(address):
    assert wire.quoted(address) == smtplib.quoteaddr(address)
