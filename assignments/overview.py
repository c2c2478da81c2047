"""The small cards below Today."""


def cards_for(user) -> list:
    return []
