"""Why an action that is allowed in general was not possible now. The page says it and loses nothing."""

from __future__ import annotations


class Refused(Exception):
    """Where things stand does not allow this; the words say why and what to do instead."""

    def __init__(self, words: object) -> None:
        super().__init__(str(words))

    @property
    def words(self) -> str:
        return str(self.args[0])


class Stale(Refused):
    """Somebody else has changed it since the page was opened; both texts are worth showing."""
