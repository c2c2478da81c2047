from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SponsorsConfig(AppConfig):
    name = "sponsors"
    verbose_name = _("Sponsors")

    def ready(self) -> None:
        # Models and messages can be imported only once all apps are loaded.
        from assignments import contact, story  # noqa: PLC0415
        from stretchhub.people import deactivation  # noqa: PLC0415

        from . import digest_letter, messages, talks, told  # noqa: PLC0415
        from .actions import departure  # noqa: PLC0415

        messages.register_all()
        digest_letter.register_kind()
        deactivation.register(departure.on_deactivated)
        contact.register(talks.last_talks)
        for chapter in told.CHAPTERS:
            story.register(chapter)
