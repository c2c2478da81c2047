from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewsConfig(AppConfig):
    name = "reviews"
    verbose_name = _("Reviews")

    def ready(self) -> None:
        # Models and messages can be imported only once all apps are loaded.
        from . import (  # noqa: PLC0415
            calibration_messages,
            closing_messages,
            letter_messages,
            messages,
            packet_messages,
            rater_messages,
        )

        messages.register_all()
        calibration_messages.register_all()
        closing_messages.register_all()
        rater_messages.register_all()
        packet_messages.register_all()
        letter_messages.register_all()
