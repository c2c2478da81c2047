from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "stretchhub.people"
    label = "people"
    verbose_name = _("People")

    def ready(self) -> None:
        # Models and messages can be imported only once all apps are loaded.
        from allauth.account.signals import email_changed  # noqa: PLC0415

        from . import deactivation, links, messages, readdressing  # noqa: PLC0415

        messages.register_all()
        deactivation.register(links.revoke_of)
        readdressing.register(links.revoke_of_all)
        email_changed.connect(readdressing.on_own_change)
