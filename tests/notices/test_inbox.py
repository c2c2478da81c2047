"""The inbox: what a person was told, newest first, with its words as they are true now."""

from datetime import timedelta

import pytest

from stretchhub.env import now
from stretchhub.notices import kinds, outbox
from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import Notice, State
from stretchhub.people import messages
from stretchhub.people.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kind():
    """A kind of message about a person, settled once that person has left."""
    kinds.register(
        Kind(
            name="test.hello",
            load=User.objects.in_bulk,
            still_due=lambda notice, person: person.is_active,
            render=lambda notice, person: Letter(f"About {person.full_name}", ("Because.",), "Open", "/me/", "why"),
        )
    )


def tell(recipient, about, **when):
    outbox.queue("test.hello", about, recipient=recipient, **when)


def subjects(answer) -> list[str]:
    return [line.letter.subject for line in answer.context["lines"]]


def test_the_newest_stands_first_and_nothing_that_is_not_due_yet(sign_in, mentee):
    tell(mentee, UserFactory(full_name="Old"), due_at=now() - timedelta(days=2))
    tell(mentee, UserFactory(full_name="New"), due_at=now() - timedelta(days=1))
    tell(mentee, UserFactory(full_name="Later"), due_at=now() + timedelta(days=1))

    assert subjects(sign_in(mentee).get("/notices/")) == ["About New", "About Old"]


def test_settled_cancelled_and_other_peoples_notices_are_not_shown(sign_in, mentee, mentor):
    tell(mentor, UserFactory())
    tell(mentee, UserFactory(is_active=False, deactivated_at=now()))
    tell(mentee, UserFactory())
    Notice.objects.filter(recipient=mentee).order_by("-id").first()
    Notice.objects.filter(pk=Notice.objects.latest("id").pk).update(state=State.CANCELLED)

    assert subjects(sign_in(mentee).get("/notices/")) == []


def test_links_with_a_secret_are_never_on_the_page(sign_in, mentee):
    mentee.set_password("whatever-it-is")
    mentee.save()
    messages.password_asked(mentee)

    answer = sign_in(mentee).get("/notices/")

    assert Notice.objects.filter(recipient=mentee).count() == 1
    assert subjects(answer) == []
    assert "/password/reset/" not in answer.text


def test_one_is_marked_as_read_or_all(sign_in, mentee):
    for _each in range(3):
        tell(mentee, UserFactory())
    client = sign_in(mentee)
    first = Notice.objects.earliest("id")

    client.post("/notices/read/", {"notice": first.pk})
    assert list(Notice.objects.filter(read_at__isnull=False)) == [first]

    client.post("/notices/read/")
    assert not Notice.objects.unread().exists()
    assert "Mark all as read" not in client.get("/notices/").text


@pytest.mark.parametrize("wrong", ["999999", "x", "9" * 30])
def test_somebody_elses_or_no_notice_is_not_found(sign_in, mentee, mentor, wrong):
    tell(mentor, UserFactory())
    client = sign_in(mentee)

    assert client.post("/notices/read/", {"notice": Notice.objects.get().pk}).status_code == 404
    assert client.post("/notices/read/", {"notice": wrong}).status_code == 404
    assert Notice.objects.get().read_at is None
    assert client.get("/notices/read/").status_code == 405


def test_the_list_goes_on_by_key(sign_in, mentee):
    for number in range(30):
        tell(mentee, UserFactory(full_name=f"N{number:02}"), due_at=now() - timedelta(minutes=number + 1))
    client = sign_in(mentee)

    first = client.get("/notices/")
    second = client.get("/notices/", {"after": first.context["page"].next_key})

    assert subjects(first) + subjects(second) == [f"About N{number:02}" for number in range(30)]


def test_the_page_takes_the_same_number_of_queries_at_one_and_three(sign_in, mentee, count_queries):
    client = sign_in(mentee)
    tell(mentee, UserFactory())
    one = count_queries(client, "/notices/")

    for _more in range(2):
        tell(mentee, UserFactory())

    assert count_queries(client, "/notices/") == one


def test_an_empty_inbox_says_what_comes_here(sign_in, mentee):
    assert "Nothing new" in sign_in(mentee).get("/notices/").text
