"""After a restore nothing is sent until an administrator releases it; what the lost system may have sent is told."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from stretchhub.audit.models import AuditEntry
from stretchhub.env import now
from stretchhub.notices import delivery, hold, kinds
from stretchhub.notices.actions.hold import PERHAPS_SENT, Released, release
from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import MailHold, Notice, State
from stretchhub.notices.outbox import draft
from stretchhub.people.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PAGE, RELEASE = reverse("notices:proof"), reverse("notices:proof-release")


@pytest.fixture(autouse=True)
def kind():
    kinds.register(
        Kind(
            name="test.held",
            load=User.objects.in_bulk,
            still_due=lambda notice, person: True,
            render=lambda notice, person: Letter("Held", ("Words",), "Open", "/me/", "why"),
        )
    )


@pytest.fixture
def held():
    """Restored an hour ago from a backup of yesterday."""
    hold.put(now() - timedelta(days=1), now() - timedelta(hours=1))


@pytest.fixture
def unfinished():
    hold.unfinished().touch()
    yield
    hold.unfinished().unlink()


def due(hours_ago: float, **values) -> Notice:
    person = UserFactory()
    notice = draft("test.held", person, recipient=person, due_at=now() - timedelta(hours=hours_ago))
    for name, value in values.items():
        setattr(notice, name, value)
    notice.save()
    return notice


def states() -> dict[int, str]:
    return dict(Notice.objects.values_list("pk", "state"))


def test_nothing_is_sent_while_mail_is_held(held, mailoutbox):
    waits = due(0.5)
    begun = due(2, state=State.SENDING, lease_until=now() - timedelta(hours=2))

    assert delivery.deliver() == {"held": 1}

    assert mailoutbox == []
    assert states() == {waits.pk: State.QUEUED, begun.pk: State.SENDING}


def test_nothing_is_sent_while_a_restore_is_unfinished(unfinished, mailoutbox):
    waits = due(0.5)

    assert delivery.deliver() == {"held": 1}

    assert mailoutbox == []
    assert states() == {waits.pk: State.QUEUED}


def test_a_mail_about_an_account_is_held_as_well(held, client, mentee, mailoutbox):
    asked = client.post(reverse("account_reset_password"), {"email": mentee.email})

    assert asked.status_code == 302
    assert mailoutbox == []


def test_released_mail_goes_out_and_what_may_have_gone_out_is_listed(held, administrator, mailoutbox):
    before, after = due(3), due(0.5)

    released = release(by=administrator, send_doubtful=False)
    delivery.deliver()

    assert released == Released(waiting=1, kept_back=1)
    assert [message.to for message in mailoutbox] == [[after.recipient.email]]
    assert states() == {before.pk: State.UNCERTAIN, after.pk: State.SENT}
    assert Notice.objects.get(pk=before.pk).reason == PERHAPS_SENT
    assert not MailHold.objects.exists()
    entry = AuditEntry.objects.get(verb="notices.mail_released")
    assert (entry.actor, entry.facts) == (administrator, {"waiting": 1, "kept_back": 1})


def test_all_of_it_goes_out_if_that_is_wished(held, administrator, mailoutbox):
    due(3), due(0.5)

    released = release(by=administrator, send_doubtful=True)
    delivery.deliver()

    assert released == Released(waiting=2, kept_back=0)
    assert len(mailoutbox) == 2


def test_what_was_put_off_until_after_the_restore_was_meant_for_a_time_before_it(held, administrator):
    put_off = due(3, due_at=now() + timedelta(hours=2))

    assert hold.held().doubtful == 1
    release(by=administrator, send_doubtful=False)

    assert states() == {put_off.pk: State.UNCERTAIN}


def test_only_the_first_of_two_releases_it(held, administrator):
    assert release(by=administrator, send_doubtful=False) is not None
    assert release(by=administrator, send_doubtful=False) is None

    assert AuditEntry.objects.filter(verb="notices.mail_released").count() == 1


def test_only_an_administrator_releases_it(held, hr, mentor):
    for person in (hr, mentor):
        with pytest.raises(PermissionDenied):
            release(by=person, send_doubtful=True)

    assert MailHold.objects.exists()


def test_the_page_tells_what_waits_and_what_may_have_gone_out(held, sign_in, administrator):
    due(3), due(2), due(0.5)
    browser = sign_in(administrator)

    answer = browser.get(PAGE)

    assert (answer.context["held"].waiting, answer.context["held"].doubtful) == (3, 2)
    page = answer.content.decode()
    assert "Mail is held" in page
    assert "Send those 2 as well; some may arrive twice" in page


def test_the_button_releases_it_and_the_panel_is_gone(held, sign_in, administrator, mailoutbox):
    doubtful, waits = due(3), due(0.5)
    browser = sign_in(administrator)

    page = browser.post(RELEASE, follow=True).content.decode()

    assert "Mail is released; 1 message waits to be sent." in page
    assert "Mail is held" not in page
    assert states() == {doubtful.pk: State.UNCERTAIN, waits.pk: State.QUEUED}


def test_the_box_sends_those_as_well(held, sign_in, administrator):
    doubtful = due(3)

    sign_in(administrator).post(RELEASE, {"doubtful": "send"})

    assert states() == {doubtful.pk: State.QUEUED}


def test_pressed_again_it_says_that_somebody_was_faster(sign_in, administrator):
    page = sign_in(administrator).post(RELEASE, follow=True).content.decode()

    assert "Somebody has settled it meanwhile." in page


def test_without_a_restore_there_is_no_panel_and_mail_goes_out(sign_in, administrator):
    due(0.5)

    assert "Mail is held" not in sign_in(administrator).get(PAGE).content.decode()
    delivery.deliver()

    assert len(mail.outbox) == 1
