"""An administrator lets mail go out again after a restore: by keyboard alone at a desk, and seen on a phone."""

from datetime import timedelta

import pytest

from stretchhub.env import now
from stretchhub.notices import hold
from stretchhub.notices.models import MailHold, Notice, State
from stretchhub.notices.outbox import draft
from stretchhub.people.models import Role
from tests.factories import PASSWORD, UserFactory
from tests.visitor import KeyboardVisitor, Visitor

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]


def test_mail_is_released_by_keyboard(live_site, new_page):
    office = UserFactory(
        full_name="Adam Novak", email="adam@example.org", password=PASSWORD, roles=[Role.ADMINISTRATOR]
    )
    hold.put(now() - timedelta(days=1), now() - timedelta(hours=1))
    doubtful = draft("test.held", office, recipient=office, due_at=now() - timedelta(hours=2))
    doubtful.save()

    phone = Visitor(new_page(390), office).sign_in()
    phone.go("/notices/proof/").sees("Mail is held")
    desk = KeyboardVisitor(new_page(1280), office).sign_in()
    desk.go("/notices/proof/").sees("Send that one as well; it may arrive twice")
    desk.walk()
    desk.press("Release mail").is_told("Mail is released; 0 messages wait to be sent.")

    assert not MailHold.objects.exists()
    assert Notice.objects.get(pk=doubtful.pk).state == State.UNCERTAIN
