"""Links that are mailed: what each one reaches, the six digits that open it, the narrow session behind it.

Opening a link changes nothing, however often a scanner does. What a link lets somebody do is told by its
purpose; where that needs a code, the digits go to the link's own person by mail.
"""

from __future__ import annotations

import hmac
import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from django.core.signing import BadSignature, Signer
from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import salted_hmac

from stretchhub.env import now

from .models import MailedCode, MailLink, Purpose, User

LIFE = {Purpose.SPONSOR_DASHBOARD: timedelta(days=30), Purpose.MANAGER_AGREEMENT: timedelta(days=30)}
# The page that each purpose opens; it takes the token.
PAGES = {Purpose.SPONSOR_DASHBOARD: "sponsors:door", Purpose.MANAGER_AGREEMENT: "assignments:manager-agreement"}
CODE_LIFE = timedelta(minutes=10)
CODE_TRIES = 5
CODES_AN_HOUR = 5
SESSION_LIFE = timedelta(hours=12)
SIGNER = Signer(salt="stretchhub.people.links")
OPEN_DOORS = "mail_links"


@transaction.atomic
def issue(purpose: Purpose, person: User, *, about: int = 0) -> MailLink:
    """The living link of this person for this purpose and thing; one that is there already lives longer."""
    until = now() + LIFE[purpose]
    mine = MailLink.objects.filter(purpose=purpose, person=person, object_id=about, revoked_at__isnull=True)
    mine.update(expires_at=until)
    if link := mine.select_related("person").first():
        return link
    try:
        with transaction.atomic():
            return MailLink.objects.create(
                purpose=purpose, person=person, object_id=about, created_at=now(), expires_at=until
            )
    except IntegrityError:
        return mine.select_related("person").get()


def token_of(link: MailLink) -> str:
    """What stands in the address: the link's code under the site's signature."""
    return SIGNER.sign(link.code.hex).replace(":", ".")


def path_of(link: MailLink) -> str:
    return reverse(PAGES[Purpose(link.purpose)], args=[token_of(link)])


def find(token: str, purpose: Purpose) -> MailLink | None:
    """The living link behind a token, with its person; None for all others, whatever is wrong with them."""
    try:
        code = uuid.UUID(SIGNER.unsign(token.replace(".", ":")))
    except (BadSignature, ValueError):
        return None
    return MailLink.objects.alive(now()).filter(purpose=purpose, code=code).select_related("person").first()


def revoke(*, person: User, purpose: Purpose | None = None, about: int | None = None) -> int:
    """End this person's links, all of them or those of one purpose and thing, from their next request on."""
    links = MailLink.objects.filter(person=person, revoked_at__isnull=True)
    if purpose is not None:
        links = links.filter(purpose=purpose)
    if about is not None:
        links = links.filter(object_id=about)
    return links.update(revoked_at=now())


def revoke_of(person: User) -> None:
    """Whoever is deactivated reaches nothing by an old mail either."""
    revoke(person=person)


def revoke_of_all(people: Collection[User]) -> None:
    """Nor does whoever reads an address that is theirs no more, or never was."""
    MailLink.objects.filter(person__in=people, revoked_at__isnull=True).update(revoked_at=now())


@transaction.atomic
def new_code(link: MailLink) -> MailedCode | None:
    """A fresh code for a link, to be mailed by the caller; None when five were asked for within the hour."""
    # A write first, so that of two who ask at once the second counts the first.
    MailLink.objects.filter(pk=link.pk).update(expires_at=F("expires_at"))
    moment = now()
    if link.codes.filter(created_at__gt=moment - timedelta(hours=1)).count() >= CODES_AN_HOUR:
        return None
    return MailedCode.objects.create(link=link, created_at=moment, expires_at=moment + CODE_LIFE)


def digits_of(code: MailedCode) -> str:
    """The six digits, which only the mail holds."""
    raw = salted_hmac("stretchhub.people.links.code", code.salt, algorithm="sha256").digest()
    return f"{int.from_bytes(raw[:8], 'big') % 1_000_000:06d}"


def is_right(link: MailLink, typed: str) -> bool:
    """Whether the digits are those mailed last; each try counts, and a code opens once."""
    digits = "".join(typed.split())
    code = link.codes.first()
    if code is None or code.expires_at <= now() or len(digits) != 6 or not digits.isascii():
        return False
    live = MailedCode.objects.filter(pk=code.pk, used_at__isnull=True, tries__lt=CODE_TRIES)
    if not live.update(tries=F("tries") + 1):
        return False
    if not hmac.compare_digest(digits, digits_of(code)):
        return False
    return MailedCode.objects.filter(pk=code.pk, used_at__isnull=True).update(used_at=now()) == 1


def open_door(request: HttpRequest, link: MailLink) -> None:
    """Let this browser use the link for twelve hours; it is signed in to nothing else."""
    request.session.cycle_key()
    doors = {code: until for code, until in request.session.get(OPEN_DOORS, {}).items() if _later(until)}
    request.session[OPEN_DOORS] = doors | {link.code.hex: (now() + SESSION_LIFE).isoformat()}


def is_open(request: HttpRequest, link: MailLink) -> bool:
    return _later(request.session.get(OPEN_DOORS, {}).get(link.code.hex, ""))


def close_door(request: HttpRequest, link: MailLink) -> None:
    doors = request.session.get(OPEN_DOORS, {})
    request.session[OPEN_DOORS] = {code: until for code, until in doors.items() if code != link.code.hex}


def _later(until: str) -> bool:
    try:
        return datetime.fromisoformat(until) > now()
    except ValueError:
        return False
