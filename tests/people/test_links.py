"""Links that are mailed, and the six digits that open them."""

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory

from stretchhub.audit.models import AuditEntry
from stretchhub.env import now
from stretchhub.notices.delivery import letter
from stretchhub.notices.kinds import get
from stretchhub.notices.models import Notice
from stretchhub.people import imports, links, messages
from stretchhub.people.actions.person import change_person, deactivate
from stretchhub.people.models import MailedCode, MailLink, Purpose
from tests.factories import UserFactory
from tests.people.directory import file, row

pytestmark = pytest.mark.django_db
DASHBOARD, HOURS = Purpose.SPONSOR_DASHBOARD, Purpose.MANAGER_AGREEMENT


def link_of(person):
    return links.issue(DASHBOARD, person)


def test_the_same_link_is_issued_again_while_it_lives(sponsor, clock):
    first = link_of(sponsor)
    clock(days=10)
    again = link_of(sponsor)

    assert again == first
    assert again.expires_at - now() > timedelta(days=29)
    assert MailLink.objects.count() == 1


def test_a_token_finds_its_link_for_its_purpose_alone(sponsor):
    link = link_of(sponsor)

    assert links.find(links.token_of(link), DASHBOARD) == link
    assert links.find(links.token_of(link), HOURS) is None


def test_no_changed_token_finds_anything(sponsor):
    token = links.token_of(link_of(sponsor))

    for place, sign in enumerate(token):
        changed = f"{token[:place]}{'0' if sign != '0' else '1'}{token[place + 1 :]}"
        # The last letter of a signature holds bits that do not count.
        if place < len(token) - 1:
            assert links.find(changed, DASHBOARD) is None
    for other in ("", "x", token[:-3], token + "x", token.replace(".", ":"), "\x00", "é" * 40):
        assert links.find(other, DASHBOARD) is None or other == token.replace(".", ":")


def test_a_link_ends_with_its_time_its_revocation_and_its_person(sponsor, administrator, clock):
    token = links.token_of(link_of(sponsor))
    clock(days=29)
    assert links.find(token, DASHBOARD) is not None
    clock(days=31)
    assert links.find(token, DASHBOARD) is None

    clock()
    links.revoke(person=sponsor, purpose=DASHBOARD)
    assert links.find(token, DASHBOARD) is None

    later = links.token_of(link_of(sponsor))
    assert later != token
    deactivate(sponsor, by=administrator)
    assert links.find(later, DASHBOARD) is None
    assert MailLink.objects.filter(revoked_at__isnull=True).count() == 0


@pytest.mark.parametrize("way", ["form", "file"])
def test_a_link_mailed_to_an_address_that_was_corrected_opens_nothing(sponsor, mentor, hr, way):
    old, others = link_of(sponsor), links.token_of(link_of(mentor))
    code = links.new_code(old)
    messages.link_code(code)

    if way == "form":
        change_person(sponsor, by=hr, email="right@example.org")
    else:
        cells = {"email": "right@example.org", "full_name": sponsor.full_name}
        assert imports.save(file(row(sponsor.employee_id, **cells)), by=hr).updated == 1

    assert links.find(links.token_of(old), DASHBOARD) is None
    assert links.find(others, DASHBOARD) is not None
    assert link_of(sponsor).code != old.code
    waiting = Notice.objects.get(kind="people.link_code")
    assert letter(waiting, MailedCode.objects.get(), get("people.link_code")) is None


def test_another_name_ends_no_link(sponsor, hr):
    link = link_of(sponsor)

    change_person(sponsor, by=hr, full_name="Ruth Adeyemi-Stone")

    assert links.find(links.token_of(link), DASHBOARD) == link


def test_a_code_opens_once(sponsor):
    link = link_of(sponsor)
    digits = links.digits_of(links.new_code(link))

    assert len(digits) == 6
    assert links.is_right(link, f" {digits[:3]} {digits[3:]} ")
    assert not links.is_right(link, digits)


@pytest.mark.parametrize("typed", ["", "00000", "0000000", "abcdef", "１２３４５６", "\x00"])
def test_what_is_not_the_code_opens_nothing(sponsor, typed):
    link = link_of(sponsor)
    code = links.new_code(link)
    assert not links.is_right(link, typed)
    assert links.is_right(link, links.digits_of(code))


def test_after_five_wrong_tries_the_right_code_opens_nothing(sponsor):
    link = link_of(sponsor)
    digits = links.digits_of(links.new_code(link))
    wrong = f"{(int(digits) + 1) % 1_000_000:06d}"

    assert [links.is_right(link, wrong) for _ in range(5)] == [False] * 5
    assert not links.is_right(link, digits)


def test_a_code_lives_ten_minutes_and_only_the_newest_counts(sponsor, clock):
    link = link_of(sponsor)
    old = links.digits_of(links.new_code(link))
    clock(seconds=1)
    new = links.digits_of(links.new_code(link))
    assert not links.is_right(link, old) or old == new

    clock(minutes=11)
    assert not links.is_right(link, new)


def test_once_the_newest_was_used_no_older_one_opens(sponsor, clock):
    link = link_of(sponsor)
    old = links.digits_of(links.new_code(link))
    clock(seconds=1)
    assert links.is_right(link, links.digits_of(links.new_code(link)))

    assert not links.is_right(link, old)


def test_a_code_of_one_link_opens_no_other(sponsor, stranger):
    mine, theirs = link_of(sponsor), link_of(stranger)
    digits = links.digits_of(links.new_code(mine))
    links.new_code(theirs)

    assert not links.is_right(theirs, digits)
    assert links.is_right(mine, digits)


def test_five_codes_an_hour_are_mailed_and_no_more(sponsor, clock):
    link = link_of(sponsor)
    assert [links.new_code(link) is not None for _ in range(6)] == [True] * 5 + [False]
    clock(minutes=61)
    assert links.new_code(link) is not None


def test_a_door_stays_open_for_twelve_hours_and_for_its_link_alone(sponsor, stranger, clock):
    request = RequestFactory().get("/")
    request.session = SessionStore()
    mine, theirs = link_of(sponsor), link_of(stranger)

    links.open_door(request, mine)

    assert links.is_open(request, mine)
    assert not links.is_open(request, theirs)
    clock(hours=12, minutes=1)
    assert not links.is_open(request, mine)


def test_a_closed_door_is_closed(sponsor):
    request = RequestFactory().get("/")
    request.session = SessionStore()
    link = link_of(sponsor)
    links.open_door(request, link)

    links.close_door(request, link)

    assert not links.is_open(request, link)


def test_the_code_is_in_the_mail_and_nowhere_in_the_database(sponsor, clock, monkeypatch):
    monkeypatch.setitem(links.PAGES, DASHBOARD, "people:setup")
    link = link_of(sponsor)
    code = links.new_code(link)
    messages.link_code(code)
    notice = Notice.objects.get()

    words = letter(notice, code, get(messages.LINK_CODE))

    assert words.subject == f"{links.digits_of(code)} is your StretchHub code"
    assert words.path == f"/setup/{links.token_of(link)}/"
    assert links.digits_of(code) not in str(MailedCode.objects.values_list())
    clock(minutes=11)
    assert letter(notice, code, get(messages.LINK_CODE)) is None


def test_a_link_of_somebody_else_is_not_made_shorter(sponsor):
    other = UserFactory()
    assert link_of(sponsor).code != link_of(other).code


def test_everybody_ends_their_own_links_and_hr_those_of_others(sponsor, hr, stranger, sign_in):
    for client, person in ((sign_in(sponsor), sponsor), (sign_in(hr), sponsor)):
        token = links.token_of(link_of(person))
        page = client.get(f"/people/{person.code}/").content.decode()
        assert "Mailed links" in page

        answer = client.post(f"/people/{person.code}/links/end/")

        assert answer["Location"] == f"/people/{person.code}/"
        assert links.find(token, DASHBOARD) is None
        assert "Mailed links" not in client.get(f"/people/{person.code}/").content.decode()
    link_of(sponsor)
    assert sign_in(stranger).post(f"/people/{sponsor.code}/links/end/").status_code == 404
    assert MailLink.objects.filter(revoked_at__isnull=True).count() == 1
    assert [entry.actor_id for entry in AuditEntry.objects.filter(verb="people.links_ended").order_by("pk")] == [
        sponsor.pk,
        hr.pk,
    ]


def test_ending_links_where_there_are_none_writes_nothing_down(sponsor, sign_in):
    sign_in(sponsor).post(f"/people/{sponsor.code}/links/end/")

    assert not AuditEntry.objects.filter(verb="people.links_ended").exists()
