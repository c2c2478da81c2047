"""Django's PostgreSQL, but that a server which takes no writes any more is as good as gone where another may."""

from __future__ import annotations

from django.db import Error
from django.db.backends.postgresql import base

from .address import WRITING


class DatabaseWrapper(base.DatabaseWrapper):
    def is_usable(self) -> bool:
        """Asked before a kept connection is used again, and after an error."""
        if self.connection is None or self.settings_dict["OPTIONS"].get("target_session_attrs") not in WRITING:
            return super().is_usable()
        try:
            with self.connection.cursor() as cursor:
                cursor.execute("SHOW transaction_read_only")
                return cursor.fetchone() == ("off",)
        except (Error, self.Database.Error):
            return False
