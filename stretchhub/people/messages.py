"""Mails about a person's own account. Links to set a password are made when the mail is sent."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from stretchhub.env import now
from stretchhub.notices.kinds import Kind, Letter, register
from stretchhub.notices.models import Notice, Outsider
from stretchhub.notices.outbox import draft, queue, queue_many
from stretchhub.notices.topics import Topic
from stretchhub.wake import wake

from . import links
from .models import MailedCode, User

INVITATION = "people.invitation"
LINK_CODE = "people.link_code"
PASSWORD = "people.password"  # noqa: S105 (the name of a message)
CHANGED = "people.changed."
FORMER_ADDRESS = "people.former_address"


def invited(people: Collection[User]) -> None:
    """Send each their invitation, once for each time they are invited."""
    queue_many(draft(INVITATION, person, recipient=person, revision=_this_moment()) for person in people)


def password_asked(person: User | None) -> None:
    """Send the link; for nobody, write the same row and take it back."""
    if person is not None:
        queue(PASSWORD, person, recipient=person, revision=_this_moment())
        return
    nobody = User(pk=0)
    with transaction.atomic():
        queue(PASSWORD, nobody, recipient=nobody, revision=_this_moment())
        transaction.set_rollback(True)
    wake("stretchhub.notices.tasks.deliver")


def account_changed(what: str, person: User) -> None:
    """Tell somebody that how they sign in was changed, so that they notice if it was not them."""
    queue(CHANGED + what, person, recipient=person, revision=_this_moment())


def readdressed(changed: Collection[tuple[User, str]]) -> None:
    """Tell each former address that it is the person's no more."""
    moment = _this_moment()
    queue_many(
        draft(FORMER_ADDRESS, person, recipient=Outsider(former, person.name), revision=moment)
        for person, former in changed
    )


def _this_moment() -> int:
    """Asked twice within a second is asked once."""
    return int(now().timestamp())


def _people(ids: Collection[int]) -> Mapping[int, User]:
    return User.objects.in_bulk(ids)


def _password_path(person: User) -> str:
    """The page that takes a new password; the link works once and only for so long."""
    key = f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}"
    pattern = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
    return pattern.replace("UID-KEY", key)


def _hours() -> str:
    days = settings.PASSWORD_RESET_TIMEOUT // 86400
    if days:
        return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    hours = max(1, settings.PASSWORD_RESET_TIMEOUT // 3600)
    return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}


def _invitation(notice: Notice, person: User) -> Letter:
    return Letter(
        subject=_("Your invitation to StretchHub"),
        paragraphs=(
            _("StretchHub is where stretch assignments are planned, carried and reviewed. You have been invited."),
            _("Choose a password to come in. The link works once, for %s.") % _hours(),
        ),
        action=_("Choose a password"),
        path=_password_path(person),
        why=_("HR has invited you to StretchHub"),
    )


def _password(notice: Notice, person: User) -> Letter:
    return Letter(
        subject=_("Choose a new StretchHub password"),
        paragraphs=(
            _("Somebody, probably you, asked for a new password. The link works once, for %s.") % _hours(),
            _("If it was not you, do nothing: your password stays as it is."),
        ),
        action=_("Choose a new password"),
        path=_password_path(person),
        why=_("somebody asked for a new password for this address"),
    )


# What allauth calls each change, and what we call it.
CHANGES = {
    "password_changed": gettext_lazy("Your StretchHub password was changed"),
    "password_reset": gettext_lazy("Your StretchHub password was set anew"),
    "password_set": gettext_lazy("Your StretchHub password was set"),
    "totp_activated": gettext_lazy("An authenticator app was added to your account"),
    "totp_deactivated": gettext_lazy("The authenticator app was removed from your account"),
    "recovery_codes_generated": gettext_lazy("New recovery codes were made for your account"),
    "webauthn_added": gettext_lazy("A passkey was added to your account"),
    "webauthn_removed": gettext_lazy("A passkey was removed from your account"),
}


def _changed(subject: object) -> Callable[[Notice, User], Letter]:
    def render(notice: Notice, person: User) -> Letter:
        return Letter(
            subject=str(subject),
            paragraphs=(
                _("If that was you, there is nothing to do."),
                _("If it was not you, choose a new password now and tell your HR team."),
            ),
            action=_("Look at my account"),
            path=reverse("people:profile"),
            why=_("it is about how you sign in"),
        )

    return render


def _former_address(notice: Notice, person: User) -> Letter:
    """Without the new address: the former one may never have been theirs."""
    return Letter(
        subject=_("The address of your StretchHub account was changed"),
        paragraphs=(
            _("HR or an administrator has given your account another mail address. StretchHub writes to that one now."),
            _("If you know of it, there is nothing to do."),
            _(
                "If you do not, tell your HR team now: whoever reads the new address can choose a new password for"
                " your account."
            ),
        ),
        action=_("Open StretchHub"),
        path=reverse("account_login"),
        why=_("this was the address of your account until now"),
    )


def _codes(ids: Collection[int]) -> Mapping[int, MailedCode]:
    return MailedCode.objects.select_related("link__person").in_bulk(ids)


def _code_still_opens(notice: Notice, code: MailedCode) -> bool:
    return code.used_at is None and code.expires_at > now() and code.link.revoked_at is None


def _link_code(notice: Notice, code: MailedCode) -> Letter:
    minutes = links.CODE_LIFE.seconds // 60
    return Letter(
        subject=_("%s is your StretchHub code") % links.digits_of(code),
        paragraphs=(
            _("Type %(digits)s on the page that asked for it. It works once, for %(minutes)s minutes.")
            % {"digits": links.digits_of(code), "minutes": minutes},
            _("If it was not you who asked, do nothing: without these digits the link opens nothing."),
        ),
        action=_("Open the page"),
        path=links.path_of(code.link),
        why=_("somebody opened a link that was mailed to you and asked for a code"),
    )


KINDS = [
    Kind(
        name=LINK_CODE,
        load=_codes,
        still_due=_code_still_opens,
        render=_link_code,
        must_arrive=True,
        on_page=False,
        topic=Topic.ACCOUNT,
        urgent=True,
    ),
    Kind(
        name=INVITATION,
        load=_people,
        still_due=lambda notice, person: person.is_active and not person.has_usable_password(),
        render=_invitation,
        must_arrive=True,
        on_page=False,
        topic=Topic.ACCOUNT,
        urgent=True,
    ),
    Kind(
        name=PASSWORD,
        load=_people,
        still_due=lambda notice, person: person.is_active,
        render=_password,
        must_arrive=True,
        on_page=False,
        topic=Topic.ACCOUNT,
        urgent=True,
    ),
    Kind(
        name=FORMER_ADDRESS,
        load=_people,
        still_due=lambda notice, person: person.erased_at is None,
        render=_former_address,
        must_arrive=True,
        on_page=False,
        topic=Topic.ACCOUNT,
        urgent=True,
    ),
    *(
        Kind(
            name=CHANGED + what,
            load=_people,
            still_due=lambda notice, person: True,
            render=_changed(subject),
            topic=Topic.ACCOUNT,
            urgent=True,
        )
        for what, subject in CHANGES.items()
    ),
]


def link_code(code: MailedCode) -> None:
    """Mail the six digits of a code to the person of its link."""
    queue(LINK_CODE, code, recipient=code.link.person)


def register_all() -> None:
    for kind in KINDS:
        register(kind)
