"""People without an account, known by a mail address: what is known of one, and erasing them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models, transaction

from stretchhub.people.addresses import account_of
from stretchhub.personal import Outsiders

from .erasing import Erased, erase_addresses
from .holdings import personal
from .models import ErasureRequest
from .names import Names, names_outside, take_out


@dataclass(frozen=True)
class Place:
    """How many rows of one kind name an address; never whose they are, nor what was said in them."""

    called: Any
    number: int


def places() -> Iterator[Outsiders]:
    """Where people without an account stand."""
    for app in personal():
        yield from app.outsiders


def rows_of(where: Outsiders, address: str) -> models.QuerySet:
    return models.QuerySet(model=apps.get_model(where.model)).filter(**{f"{where.address}__iexact": address}).order_by()


def known(address: str) -> list[Place]:
    """Where an address stands, in numbers; nothing where nobody knows it."""
    counted = [(where.called, rows_of(where, address).count()) for where in places() if where.called]
    return [Place(called, number) for called, number in counted if number]


def addresses() -> set[str]:
    """Every address from outside that stands somewhere, in small letters."""
    found = set(ErasureRequest.objects.exclude(address="").values_list("address", flat=True))
    for where in places():
        rows = models.QuerySet(model=apps.get_model(where.model)).exclude(**{where.address: ""}).order_by()
        rows = rows.exclude(**{f"{where.address}__endswith": ".invalid"})
        found |= {address.lower() for address in rows.values_list(where.address, flat=True).distinct()}
    return found


def known_as(address: str, until: datetime, instead: str) -> Names:
    """What is taken out of others' words; not a name by which another address is known too."""
    called: set[str] = set()
    for where in places():
        called |= set(rows_of(where, address).filter(**{f"{where.at}__lte": until}).values_list(where.name, flat=True))
    return names_outside(address, {name for name in called if not _is_of_another(name, address)}, instead)


def _is_of_another(name: str, address: str) -> bool:
    for where in places():
        rows = models.QuerySet(model=apps.get_model(where.model)).filter(**{f"{where.name}__iexact": name})
        if rows.exclude(**{f"{where.address}__iexact": address}).exclude(**{where.address: ""}).exists():
            return True
    return False


def erase(address: str, until: datetime, instead: str) -> Erased:
    """Leave nothing of whoever has no account and this address: rows up to this moment, and what others wrote.

    Where the address stands in later rows, or is that of an account by now, others' words stay as they are: they may
    be about what came later.
    """
    done = Erased()
    with transaction.atomic():
        names = known_as(address, until, instead)
        erase_addresses([address], until, done)
        if account_of(address) is None and not known(address):
            take_out(names, None)
    return done
