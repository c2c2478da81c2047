from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KeepingConfig(AppConfig):
    name = "stretchhub.keeping"
    label = "keeping"
    verbose_name = _("Keeping")

    def ready(self) -> None:
        # Models and messages can be imported only once all apps are loaded.
        from reviews.actions import export_writing  # noqa: PLC0415
        from reviews.models.export import OWN  # noqa: PLC0415

        from . import archive, messages  # noqa: PLC0415

        messages.register_all()
        export_writing.WRITERS[OWN] = archive.write
