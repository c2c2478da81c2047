"""A real SMTP server that keeps what it is given, and that can be told to refuse."""

import time
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller

from tests import services


class MailSink:
    """`messages` holds every message accepted, oldest first; `refuse` is a reply like “451 later”."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.refuse: str | None = None
        self.port = services.free_port()
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    async def handle_DATA(self, server, session, envelope) -> str:
        if self.refuse:
            return self.refuse
        message = message_from_bytes(envelope.content, policy=policy.default)
        message["X-Envelope-To"] = ", ".join(envelope.rcpt_tos)
        self.messages.append(message)
        return "250 kept"

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def to(self, address: str) -> list[EmailMessage]:
        """What was sent to this address."""
        return [message for message in self.messages if address in message["X-Envelope-To"]]

    def wait_for(self, wanted: Callable[[EmailMessage], bool], seconds: float = 60) -> EmailMessage:
        """The first message that is wanted, as soon as it arrives."""
        deadline = time.monotonic() + seconds
        while True:
            for message in list(self.messages):
                if wanted(message):
                    return message
            if time.monotonic() > deadline:
                seen = [f"{message['To']}: {message['Subject']}" for message in self.messages]
                raise AssertionError(f"The mail did not arrive within {seconds} s; seen: {seen}")
            time.sleep(0.05)

    def stop(self) -> None:
        self.controller.stop()
