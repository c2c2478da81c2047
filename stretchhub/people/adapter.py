"""How django-allauth behaves here: nobody signs up by themselves, links come from SITE_URL."""

from __future__ import annotations

import logging
import smtplib
from types import SimpleNamespace
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib import messages as page_messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from stretchhub.notices import hold

from . import messages
from .fresh import signed_in_lately
from .models import User

log = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("today")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("people:profile")

    def is_safe_url(self, url: str) -> bool:
        try:
            return super().is_safe_url(url)
        except ValueError:
            # Some Pythons refuse to take apart what is no address at all.
            return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Another address is another way in, so it asks who it is, unless that was shown lately, by signing in too."""
        if app == "allauth.account" and self.request is not None:
            return not signed_in_lately(self.request)
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return settings.SITE_URL + reverse("account_confirm_email", args=[emailconfirmation.key])

    def get_reset_password_from_key_url(self, key: str) -> str:
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.SITE_URL + path.replace("UID-KEY", key)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Written down like every message; only what goes to a former address is sent at once."""
        what = template_prefix.rpartition("/")[2]
        if email is None and what in messages.CHANGES:
            messages.account_changed(what, user)
        else:
            super().send_notification_mail(template_prefix, user, context, email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail whose words know SITE_URL, never the host that the browser named; nothing while mail is held."""
        if hold.is_held():
            # Said to nobody on the page: it would tell whether there is such an account.
            log.warning("A mail about an account was not sent: mail is held since a restore")
            return
        site = SimpleNamespace(name="StretchHub", domain=settings.SITE_URL.partition("://")[2])
        words = {"email": email, "SITE_URL": settings.SITE_URL, **context, "current_site": site}
        words.pop("request", None)
        try:
            self.render_mail(template_prefix, email, words).send()
        except (OSError, smtplib.SMTPException):
            log.exception("A mail about an account could not be handed to the mail server")
            if self.request is not None:
                page_messages.error(self.request, _("The mail could not be sent just now. Try again in a few minutes."))
