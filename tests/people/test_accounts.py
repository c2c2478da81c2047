"""Coming in: invitations, new passwords, changed addresses, the first administrator, the demo."""

import re
import time
from statistics import median

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as site_settings
from django.core import mail
from django.core.management import call_command
from django.test import Client

from stretchhub.audit.models import AuditEntry
from stretchhub.notices.delivery import deliver
from stretchhub.notices.models import Notice
from stretchhub.people import links, setup
from stretchhub.people.models import Purpose, Role, SetupToken, User
from tests.factories import PASSWORD, UserFactory
from tests.reviews.exports import confirmed

pytestmark = pytest.mark.django_db

NEW = "a-long-new-password"


@pytest.fixture
def uninvited():
    person = UserFactory(full_name="Ana Bell", email="ana@example.org")
    person.set_unusable_password()
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def link_in(message) -> str:
    """The link of a mail, without the site it leads to."""
    (link,) = re.findall(r"http\S+/accounts/password/reset/key/\S+", message.body)
    assert link.startswith(site_settings.SITE_URL + "/")
    return link.removeprefix(site_settings.SITE_URL)


def choose_password(link: str, password: str = NEW) -> Client:
    client = Client()
    form = client.get(link, follow=True)
    assert "set-password" in form.redirect_chain[-1][0]
    client.post(form.redirect_chain[-1][0], {"password1": password, "password2": password})
    return client


def sign_in_with(email: str, password: str) -> bool:
    client = Client()
    client.post("/accounts/login/", {"login": email, "password": password})
    return client.get("/me/").status_code == 200


def test_an_invited_person_chooses_a_password_and_signs_in(sign_in, hr, uninvited):
    sign_in(hr).post("/people/invite/", {"person": [str(uninvited.code)]})
    deliver()

    (message,) = mail.outbox
    assert message.to == ["ana@example.org"]
    assert message.subject == "Your invitation to StretchHub"
    choose_password(link_in(message))
    assert sign_in_with("ana@example.org", NEW)
    assert AuditEntry.objects.filter(verb="people.invited", object_id=uninvited.pk, actor=hr).count() == 1


def test_scanners_may_open_the_link_before_the_person_who_uses_it_once(sign_in, hr, uninvited):
    sign_in(hr).post("/people/invite/", {"person": [str(uninvited.code)]})
    deliver()
    link = link_in(mail.outbox[0])
    for _scan in range(5):
        Client().get(link, follow=True)

    choose_password(link)

    assert sign_in_with("ana@example.org", NEW)
    assert "set-password" not in str(Client().get(link, follow=True).redirect_chain)


def test_an_invitation_goes_again_when_asked_again_and_not_to_those_with_a_password(sign_in, hr, uninvited, clock):
    ready = UserFactory(password=PASSWORD)
    client = sign_in(hr)
    both = {"person": [str(uninvited.code), str(ready.code), "nonsense"]}

    client.post("/people/invite/", both)
    clock(minutes=5)
    client.post("/people/invite/", both)
    deliver()

    assert [message.to for message in mail.outbox] == [["ana@example.org"]] * 2


def test_an_invitation_that_is_no_longer_needed_is_not_sent(sign_in, hr, uninvited):
    sign_in(hr).post("/people/invite/", {"person": [str(uninvited.code)]})
    uninvited.refresh_from_db()
    uninvited.set_password(PASSWORD)
    uninvited.save()

    deliver()

    assert mail.outbox == []


def test_a_forgotten_password_is_chosen_anew_by_the_mailed_link():
    person = UserFactory(email="ana@example.org", password=PASSWORD)

    answer = Client().post("/accounts/password/reset/", {"email": "ANA@example.org"})
    deliver()

    assert answer.status_code == 302
    choose_password(link_in(mail.outbox[0]))
    assert sign_in_with(person.email, NEW)
    assert not sign_in_with(person.email, PASSWORD)


def test_the_answer_is_the_same_for_known_unknown_and_uninvited_addresses(uninvited):
    UserFactory(email="known@example.org", password=PASSWORD)

    answers = [
        Client().post("/accounts/password/reset/", {"email": address}, follow=True)
        for address in ("known@example.org", "unknown@example.org", "ana@example.org")
    ]
    deliver()

    assert len({re.sub(r'"[\w]{64}"|value="\w+"', "", answer.text) for answer in answers}) == 1
    assert [message.to for message in mail.outbox] == [["known@example.org"]]
    assert Notice.objects.count() == 1


def test_an_unknown_address_takes_the_same_queries_as_a_known_one(django_assert_num_queries):
    UserFactory(email="known@example.org", password=PASSWORD)
    client = Client()

    def cost(address: str) -> float:
        start = time.process_time()
        client.post("/accounts/password/reset/", {"email": address})
        return time.process_time() - start

    cost("known@example.org")
    times = [(cost("known@example.org"), cost("unknown@example.org")) for _round in range(15)]
    known, unknown = (median(side) for side in zip(*times, strict=True))
    # Far apart only when a mail were sent, or nothing done, for one of the two.
    assert 0.4 < known / unknown < 2.5


def test_a_forged_host_never_reaches_a_mail(settings):
    settings.ALLOWED_HOSTS = ["*"]
    UserFactory(email="known@example.org", password=PASSWORD)

    Client().post(
        "/accounts/password/reset/",
        {"email": "known@example.org"},
        headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"},
    )
    deliver()

    (message,) = mail.outbox
    assert "evil" not in message.message().as_string()
    assert site_settings.SITE_URL in message.body


def test_the_link_of_one_person_never_sets_anothers_password():
    UserFactory(email="ana@example.org", password=PASSWORD)
    ben = UserFactory(email="ben@example.org", password=PASSWORD)
    Client().post("/accounts/password/reset/", {"email": "ana@example.org"})
    deliver()
    link = link_in(mail.outbox[0])
    key = re.search(r"/key/([0-9a-z]+)-", link)

    forged = link.replace(f"/key/{key[1]}-", f"/key/{ben.pk:x}-")

    assert "set-password" not in str(Client().get(forged, follow=True).redirect_chain)
    assert sign_in_with("ben@example.org", PASSWORD)


def test_a_changed_address_counts_once_it_is_confirmed_at_the_new_place(settings):
    settings.ALLOWED_HOSTS = ["*"]
    person = UserFactory(email="old@example.org", password=PASSWORD)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    client = Client(headers={"Host": "evil.example"})
    client.post("/accounts/login/", {"login": "old@example.org", "password": PASSWORD})

    client.post("/accounts/email/", {"email": "new@example.org", "action_add": ""})

    (message,) = mail.outbox
    assert message.to == ["new@example.org"]
    assert "evil" not in message.message().as_string()
    person.refresh_from_db()
    assert person.email == "old@example.org"
    (link,) = re.findall(r"http\S+/confirm-email/\S+/", message.body)
    assert link.startswith(site_settings.SITE_URL)
    by_mail = links.token_of(links.issue(Purpose.SPONSOR_DASHBOARD, person))
    client.post(link.removeprefix(site_settings.SITE_URL))
    person.refresh_from_db()
    assert person.email == "new@example.org"
    assert list(EmailAddress.objects.values_list("email", "primary", "verified")) == [("new@example.org", True, True)]
    assert [message.to for message in mail.outbox[1:]] == [["old@example.org"]]
    assert links.find(by_mail, Purpose.SPONSOR_DASHBOARD) is None, "it was mailed to the old one"


def test_an_open_laptop_does_not_give_the_account_away_by_another_address():
    person = UserFactory(email="old@example.org", password=PASSWORD)
    client = Client()
    client.post("/accounts/login/", {"login": "old@example.org", "password": PASSWORD})
    confirmed(client, person, seconds_ago=site_settings.ACCOUNT_REAUTHENTICATION_TIMEOUT + 1)

    answer = client.post("/accounts/email/", {"email": "new@example.org", "action_add": ""})

    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert not mail.outbox
    assert not EmailAddress.objects.filter(email="new@example.org").exists()
    client.post(answer["Location"], {"password": PASSWORD})
    assert [message.to for message in mail.outbox] == [["new@example.org"]], "nothing is typed twice"


def test_a_changed_password_is_told_to_its_owner():
    UserFactory(email="ana@example.org", password=PASSWORD)
    client = Client()
    client.post("/accounts/login/", {"login": "ana@example.org", "password": PASSWORD})

    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    deliver()

    assert [message.subject for message in mail.outbox] == ["Your StretchHub password was changed"]
    assert sign_in_with("ana@example.org", NEW)


def test_nobody_signs_up_by_themselves():
    data = {"email": "me@example.org", "password1": NEW, "password2": NEW}

    Client().post("/accounts/signup/", data)

    assert not User.objects.exists()


def test_a_deactivated_person_cannot_sign_in(hr):
    UserFactory(email="ana@example.org", password=PASSWORD, is_active=False, deactivated_at="2026-01-01T00:00Z")

    assert not sign_in_with("ana@example.org", PASSWORD)


def test_too_many_wrong_passwords_are_stopped(settings):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "3/5m/key"}
    UserFactory(email="limited@example.org", password=PASSWORD)

    for _try in range(3):
        assert not sign_in_with("limited@example.org", "wrong")

    assert not sign_in_with("limited@example.org", PASSWORD)


# --- the first administrator ---------------------------------------------------------------------


@pytest.fixture
def token() -> str:
    return re.search(r"/setup/([^/]+)/", setup.setup_line())[1]


FOUNDER = {"full_name": "Ada Founder", "email": "ada@example.org", "password": NEW, "again": NEW}


def test_the_first_administrator_comes_in_by_the_consoles_link(token):
    assert len(token) >= 43
    assert token not in str(list(SetupToken.objects.values()))
    assert Client().get(f"/setup/{token}/").status_code == 200

    answer = Client().post(f"/setup/{token}/", FOUNDER)

    ada = User.objects.get()
    assert answer.url == "/accounts/login/"
    assert ada.roles == {Role.ADMINISTRATOR, Role.HR}
    assert sign_in_with("ada@example.org", NEW)
    assert AuditEntry.objects.filter(verb="people.founded", object_id=ada.pk).exists()
    assert Client().get(f"/setup/{token}/").status_code == 404
    assert Client().post(f"/setup/{token}/", FOUNDER).status_code == 404


def test_each_start_replaces_the_link_and_with_people_there_is_none(token):
    assert setup.setup_line().startswith("Nobody is here yet. Open this link within 60 minutes")
    assert Client().get(f"/setup/{token}/").status_code == 404
    assert SetupToken.objects.count() == 1

    UserFactory()

    assert setup.setup_line() == ""


def test_the_command_prints_the_link_while_nobody_is_there(capsys):
    call_command("setup_link")
    token = re.search(r"/setup/([^/]+)/", capsys.readouterr().out)[1]
    assert Client().get(f"/setup/{token}/").status_code == 200

    UserFactory()
    call_command("setup_link")

    assert capsys.readouterr().out == ""
    assert Client().get(f"/setup/{token}/").status_code == 404


def test_the_link_ends_after_an_hour_and_once_anybody_is_here(token, clock):
    clock(minutes=61)
    assert Client().get(f"/setup/{token}/").status_code == 404

    clock()
    UserFactory()
    assert Client().post(f"/setup/{token}/", FOUNDER).status_code == 404


def test_a_wrong_token_is_not_found(token):
    assert Client().get("/setup/" + "x" * 43 + "/").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"again": "another-long-password"}, "The two passwords differ."),
        ({"password": "short", "again": "short"}, "too short"),
        ({"password": "ada@example.org", "again": "ada@example.org"}, "too similar"),
        ({"email": "ada"}, "Enter a valid email address."),
    ],
)
def test_the_founders_form_says_what_to_mend(token, wrong, words):
    answer = Client().post(f"/setup/{token}/", {**FOUNDER, **wrong})

    assert answer.status_code == 422
    assert words in answer.text
    assert not User.objects.exists()


# --- the demo -------------------------------------------------------------------------------------


def test_in_a_demo_one_press_signs_in_as_one_of_the_five(settings):
    settings.DEMO = True
    UserFactory(email="mentee@demo.example", full_name="Mina Okafor")
    UserFactory(email="other@demo.example")
    client = Client()

    assert 'value="mentee@demo.example"' in client.get("/accounts/login/").text
    assert client.post("/demo/sign-in/", {"email": "mentee@demo.example"}).url == "/"
    assert client.get("/me/").status_code == 200
    assert Client().post("/demo/sign-in/", {"email": "other@demo.example"}).status_code == 404


def test_outside_a_demo_there_is_no_such_door(settings):
    UserFactory(email="mentee@demo.example", full_name="Mina Okafor")

    assert Client().post("/demo/sign-in/", {"email": "mentee@demo.example"}).status_code == 404
    assert "mentee@demo.example" not in Client().get("/accounts/login/").text


def test_the_demos_mailbox_shows_ones_own_mails_as_text(settings, tmp_path, sign_in, mentee, mentor):
    settings.DEMO = True
    settings.EMAIL_BACKEND = "stretchhub.mailbox.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    mail.send_mail("For Mina <b>only</b>", "Read http://localhost:8000/notices/ <script>", None, [mentee.email])

    mine, theirs = sign_in(mentee).get("/mail/").text, sign_in(mentor).get("/mail/").text

    assert "For Mina &lt;b&gt;only" in mine
    assert "<script>" not in mine.split("</head>")[1]
    assert 'href="http://localhost:8000/notices/"' in mine
    assert "No mail yet" in theirs


def test_the_demos_mailbox_shows_no_mail_to_an_address_that_nobody_confirmed(settings, tmp_path, sign_in, mentee):
    settings.DEMO = True
    settings.EMAIL_BACKEND = "stretchhub.mailbox.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    address = EmailAddress.objects.create(user=mentee, email="giver@example.org", verified=False)
    mail.send_mail("For a giver", "Read", None, [address.email])

    assert "For a giver" not in sign_in(mentee).get("/mail/").text
    EmailAddress.objects.update(verified=True)
    assert "For a giver" in sign_in(mentee).get("/mail/").text


def test_outside_a_demo_there_is_no_mailbox(sign_in, mentee):
    assert sign_in(mentee).get("/mail/").status_code == 404
