from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssignmentsConfig(AppConfig):
    name = "assignments"
    verbose_name = _("Assignments")

    def ready(self) -> None:
        """Make the kinds of messages known, and hear of people who leave or move; both name models."""
        import_module("assignments.messages").register_all()
        departure = import_module("assignments.actions.departure")
        import_module("stretchhub.people.deactivation").register(departure.on_deactivated)
        readdressed = import_module("assignments.actions.readdressed")
        import_module("stretchhub.people.readdressing").register(readdressed.on_readdressed)
