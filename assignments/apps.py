from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssignmentsConfig(AppConfig):
    name = "assignments"
    verbose_name = _("Assignments")

    def ready(self) -> None:
        """Make the kinds of messages known; they name models, which exist only from here on."""
        import_module("assignments.messages").register_all()
