"""A sponsor reads and answers by the link of a mail: link, six digits, twelve hours, that dashboard alone."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from sponsors.actions import ask as ask_actions
from sponsors.actions import dashboard as dashboards
from sponsors.models import Ask, AskState, DashboardAcknowledgement
from stretchhub.audit.models import AuditEntry
from stretchhub.notices.delivery import letter
from stretchhub.notices.kinds import get
from stretchhub.notices.models import Notice
from stretchhub.people import links
from stretchhub.people.actions.person import change_person, deactivate
from stretchhub.people.models import MailedCode, MailLink, Purpose, Submission
from tests.factories import AskFactory, AssignmentFactory, EvidenceFactory, UserFactory

pytestmark = pytest.mark.django_db
TITLE = "Shorten the claims backlog"


@pytest.fixture
def work(sponsor):
    made = AssignmentFactory(sponsor=sponsor, title=TITLE)
    EvidenceFactory(assignment=made, title="The shared demo", shared_with_sponsor=True)
    EvidenceFactory(assignment=made, title="A private note")
    dashboards.rebuild_behind()
    made.refresh_from_db()
    return made


@pytest.fixture
def link(sponsor):
    return links.issue(Purpose.SPONSOR_DASHBOARD, sponsor)


def address(link, name="door", *args):
    return reverse(f"sponsors:{name}", args=[links.token_of(link), *args])


def digits_mailed():
    return links.digits_of(MailedCode.objects.first())


def come_in(link, client=None):
    """As a person does it: open the link, ask for the digits, type them."""
    client = client or Client()
    assert client.get(address(link)).status_code == 200
    client.post(address(link, "door-code"))
    answer = client.post(address(link, "door-enter"), {"code": digits_mailed()})
    assert answer["Location"] == address(link)
    return client


def test_before_the_digits_the_page_says_nothing(work, link, sponsor):
    page = Client().get(address(link))

    text = page.content.decode()
    assert page.status_code == 200
    for word in (TITLE, sponsor.full_name, sponsor.first_name, sponsor.email, work.mentee.name):
        assert word not in text
    # Neither the token leaves with a link, nor does a browser hide where the page's own forms come from.
    assert page["Referrer-Policy"] == "strict-origin"
    assert page["Cache-Control"] == "no-store"


def test_however_often_a_scanner_opens_the_link_nothing_changes(work, link):
    for _each in range(100):
        client = Client()
        client.get(address(link))
        client.head(address(link))
        client.get(address(link), {"code": ""})
        client.get(address(link, "door-enter"))

    assert not MailedCode.objects.exists()
    assert not Notice.objects.exists()
    assert not AuditEntry.objects.filter(verb="dashboard.read_by_link").exists()
    assert MailLink.objects.get().expires_at == link.expires_at


def test_a_scanner_that_presses_the_button_does_not_keep_the_person_out(work, link):
    for _each in range(30):
        Client().post(address(link, "door-code"))
    assert MailedCode.objects.count() == 5

    client = Client()
    page = client.post(address(link, "door-code"), follow=True)
    assert "Five codes were mailed within an hour" in page.content.decode()
    client.post(address(link, "door-enter"), {"code": digits_mailed()})

    assert TITLE in client.get(address(link)).content.decode()


def test_the_digits_are_mailed_to_the_links_person_alone_and_open_the_dashboard(work, link, sponsor):
    client = come_in(link)

    assert [notice.recipient for notice in Notice.objects.filter(kind="people.link_code")] == [sponsor]
    page = client.get(address(link)).content.decode()
    assert TITLE in page
    assert "The shared demo" in page
    assert "A private note" not in page
    assert 'class="rail' not in page
    entry = AuditEntry.objects.get(verb="dashboard.read_by_link")
    assert (entry.actor_id, entry.object_id) == (sponsor.pk, link.pk)


def test_an_open_door_closes_when_the_sponsors_address_is_corrected(work, link, sponsor, hr):
    client = come_in(link)
    assert TITLE in client.get(address(link)).content.decode()

    change_person(sponsor, by=hr, email="ruth.adeyemi@example.org")

    assert client.get(address(link)).status_code == 404
    assert client.post(address(link, "door-code")).status_code == 404


def test_the_forms_of_the_page_are_taken_and_those_of_another_site_are_not(work, link):
    client = Client(enforce_csrf_checks=True)
    page = client.get(address(link)).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page).group(1)
    given = {"csrfmiddlewaretoken": token}

    assert (
        client.post(address(link, "door-code"), given, headers={"Origin": "http://elsewhere.example"}).status_code
        == 403
    )
    assert client.post(address(link, "door-code"), headers={"Origin": "http://testserver"}).status_code == 403
    assert client.post(address(link, "door-code"), given, headers={"Origin": "http://testserver"}).status_code == 302


def test_wrong_old_and_used_digits_open_nothing(work, link, clock):
    client = Client()
    client.post(address(link, "door-code"))
    right = digits_mailed()
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    page = client.post(address(link, "door-enter"), {"code": wrong})
    assert page.status_code == 422
    assert "not the digits mailed last" in page.content.decode()
    assert client.post(address(link, "door-enter"), {"code": ""}).status_code == 422
    clock(minutes=11)
    assert client.post(address(link, "door-enter"), {"code": right}).status_code == 422
    clock()
    assert client.post(address(link, "door-enter"), {"code": right}).status_code == 302
    assert Client().post(address(link, "door-enter"), {"code": right}).status_code == 422
    assert AuditEntry.objects.filter(verb="dashboard.read_by_link").count() == 1


def test_the_door_of_one_browser_is_closed_on_another(work, link):
    come_in(link)

    assert TITLE not in Client().get(address(link)).content.decode()


def test_nothing_else_opens_with_it(work, link):
    client = come_in(link)

    for url in (
        "/",
        "/sponsoring/",
        f"/assignments/{work.code}/",
        f"/assignments/{work.code}/asks/",
        f"/evidence/{work.evidence.get(title='The shared demo').code}/",
        "/people/",
        "/me/",
        "/notices/",
    ):
        answer = client.get(url)
        assert answer.status_code in (302, 404), url
        assert answer.status_code == 404 or answer["Location"].startswith("/accounts/login/"), url
    assert "_auth_user_id" not in client.session


def test_the_session_changes_its_key_when_the_door_opens(work, link):
    client = Client()
    session = client.session
    session["x"] = 1
    session.save()
    before = client.cookies["sessionid"].value

    come_in(link, client)

    assert client.cookies["sessionid"].value != before


def test_it_is_over_after_twelve_hours_and_when_the_person_is_done(work, link, clock):
    client = come_in(link)
    clock(hours=11, minutes=59)
    assert TITLE in client.get(address(link)).content.decode()
    clock(hours=12, minutes=1)
    assert TITLE not in client.get(address(link)).content.decode()

    clock()
    assert TITLE in client.get(address(link)).content.decode()
    client.post(address(link, "door-leave"))
    assert TITLE not in client.get(address(link)).content.decode()


def test_a_link_that_is_ended_is_closed_at_the_next_request(work, link, sponsor, administrator):
    client = come_in(link)
    gone = Client().get("/m/not-a-token/sponsoring/")

    links.revoke(person=sponsor)

    answer = client.get(address(link))
    assert (answer.status_code, answer.content) == (404, gone.content)
    for name in ("door-code", "door-leave"):
        assert client.post(address(link, name)).status_code == 404

    again = links.issue(Purpose.SPONSOR_DASHBOARD, sponsor)
    client = come_in(again)
    deactivate(sponsor, by=administrator)
    assert client.get(address(again)).status_code == 404
    assert client.post(address(again, "door-acknowledge", work.code), {"revision": 1}).status_code == 404


def test_a_link_for_hours_opens_no_dashboard(work, sponsor):
    other = links.issue(Purpose.MANAGER_AGREEMENT, sponsor, about=1)

    assert Client().get(address(other)).status_code == 404


def test_behind_the_door_it_is_acknowledged_by_the_links_person(work, link, sponsor):
    client = come_in(link)
    url = address(link, "door-acknowledge", work.code)
    assert url in client.get(address(link)).content.decode()

    for _twice in range(2):
        answer = client.post(url, {"revision": work.revision, "submit_key": "k"})
        assert answer["Location"] == f"{address(link)}#assignment-{work.code}"

    assert DashboardAcknowledgement.objects.get().sponsor == sponsor
    assert Submission.objects.get().actor == sponsor


@pytest.mark.parametrize(
    ("name", "typed", "state"),
    [("door-ask-accept", {}, AskState.ACCEPTED), ("door-ask-decline", {"reason": "Not now."}, AskState.DECLINED)],
)
def test_behind_the_door_the_one_ask_is_answered(work, link, sponsor, name, typed, state):
    ask = AskFactory(assignment=work)
    client = come_in(link)
    page = client.get(address(link)).content.decode()
    assert address(link, name, ask.code) in page

    answer = client.post(address(link, name, ask.code), typed)

    assert answer["Location"] == f"{address(link)}#assignment-{work.code}"
    ask.refresh_from_db()
    assert (ask.state, ask.answered_by) == (state, sponsor)


def test_behind_the_door_a_no_needs_a_reason_and_the_page_stays_there(work, link):
    ask = AskFactory(assignment=work)
    client = come_in(link)

    page = client.post(address(link, "door-ask-decline", ask.code), {"reason": ""})

    assert page.status_code == 422
    links_there = re.findall(r'(?:href|action)="(/[^"]*)"', page.content.decode())
    assert {url for url in links_there if not url.startswith(("/static/", "/m/"))} <= {"/"}


def test_behind_the_door_it_is_passed_on(work, link, sponsor):
    ask, other = AskFactory(assignment=work), UserFactory(full_name="Iris Vale")
    client = come_in(link)
    url = address(link, "door-ask-delegate", ask.code)
    assert "Iris Vale" in client.get(url, {"q": "iris"}).content.decode()

    client.post(url, {"q": "iris", "person": str(other.code)})

    ask.refresh_from_db()
    assert (ask.state, ask.delegated_to, ask.answered_by) == (AskState.DELEGATED, other, sponsor)


def test_whoever_it_was_passed_on_to_answers_by_the_link_of_their_own_mail(work, sponsor):
    ask, other = AskFactory(assignment=work), UserFactory()
    ask_actions.delegate(ask, by=sponsor, to=other)
    theirs = MailLink.objects.get(person=other)
    client = come_in(theirs)

    page = client.get(address(theirs)).content.decode()
    assert ask.question in page
    assert "The shared demo" not in page
    client.post(address(theirs, "door-ask-accept", ask.code))

    assert Ask.objects.get().answered_by == other
    assert "said yes" in client.get(address(theirs, "door-ask", ask.code)).content.decode()


def test_with_a_closed_door_every_button_leads_to_the_page_with_the_digits(work, link):
    ask = AskFactory(assignment=work)
    client = Client()
    for name, code in (
        ("door-acknowledge", work.code),
        ("door-ask-accept", ask.code),
        ("door-ask-decline", ask.code),
        ("door-ask-delegate", ask.code),
    ):
        assert client.post(address(link, name, code), {"reason": "x", "revision": 1})["Location"] == address(link)

    assert Ask.objects.get().state == AskState.OPEN
    assert not DashboardAcknowledgement.objects.exists()


def test_what_belongs_to_others_is_not_there_behind_the_door(work, link, sponsor):
    other = AskFactory()
    mentored = AskFactory(assignment__option__mentorship__mentor=sponsor)
    client = come_in(link)

    for ask in (other, mentored):
        assert client.get(address(link, "door-ask", ask.code)).status_code == 404
        assert client.post(address(link, "door-ask-accept", ask.code)).status_code == 404
    assert client.post(address(link, "door-acknowledge", other.assignment.code)).status_code == 404
    assert client.post(address(link, "door-acknowledge", mentored.assignment.code)).status_code == 403


def test_whoever_is_signed_in_is_led_to_the_usual_page_and_another_person_is_not_let_in(work, link, sponsor, sign_in):
    assert sign_in(sponsor).get(address(link))["Location"] == "/sponsoring/"
    other = sign_in(UserFactory())
    assert TITLE not in other.get(address(link)).content.decode()

    come_in(link, other)

    assert TITLE in other.get(address(link)).content.decode()
    assert TITLE not in other.get("/sponsoring/").content.decode()


def test_the_mail_of_an_ask_carries_the_link_while_it_lives(work, sponsor):
    ask = ask_actions.put(
        work, by=work.mentee, kind="decision", question="May it go on?", why="", needed_by=work.ends_on
    )
    notice = Notice.objects.get(kind="sponsors.ask_put")
    kind = get(notice.kind)

    def path():
        return letter(notice, kind.load([ask.pk])[ask.pk], kind).path

    assert path() == address(MailLink.objects.get(person=sponsor))
    links.revoke(person=sponsor)
    assert path() == f"/asks/{ask.code}/"


def test_behind_the_door_the_time_is_the_sponsors_own(work, link, sponsor):
    type(sponsor).objects.filter(pk=sponsor.pk).update(time_zone="Asia/Tokyo")
    sponsor.dashboard.__class__.objects.update(as_of="2026-01-15T23:30:00Z")
    link.person.refresh_from_db()

    page = come_in(link).get(address(link)).content.decode()

    assert "Fri 16 Jan" in page and "08:30" in page


def test_behind_the_door_the_dashboard_takes_at_most_six_queries(work, link, count_queries):
    client = come_in(link)
    AskFactory(assignment=work)

    assert count_queries(client, address(link)) <= 6
