"""What waits for a person here."""

from stretchhub.waiting import Waiting


def waiting_for(user) -> list[Waiting]:
    return []
