from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "stretchhub.notices"
    label = "notices"
    verbose_name = _("Notices")

    def ready(self) -> None:
        """The digest is a kind of its own; it names models, which exist from here on."""
        import_module("stretchhub.notices.digest").register_kind()
        import_module("stretchhub.notices.pulse").listen()
