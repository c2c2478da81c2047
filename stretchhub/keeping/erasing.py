"""Erasing one person: everything that is theirs, in one transaction, and the person becomes a pseudonym.

Names in what others wrote are taken out with it; stopped in the middle nothing has happened, and it is begun again.
What goes and what stays is said by the apps, in their `personal.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.apps import apps
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.db.models import F

from stretchhub.env import now
from stretchhub.people import deactivation
from stretchhub.people.addresses import confirmed_of
from stretchhub.people.models import User
from stretchhub.personal import GONE, Holding, Outsiders

from . import files
from .holdings import emptied, holdings, model_of, nobodys_address, personal, rows
from .models import ErasureRequest, State
from .names import Names, names_of, take_out

# What HR's record of a person says, and what they chose; as for somebody who was just added.
DEFAULTS = ("preferred_name", "job_title", "department", "location", "time_zone", "locale", "working_days", "theme")


@dataclass
class Erased:
    """By model how many rows went or lost their words, and the files that are to go after the commit."""

    counts: Counter[str] = field(default_factory=Counter)
    files: list[str] = field(default_factory=list)


def pseudonym(person: User) -> str:
    return f"Erased person {person.code.hex[:8]}"


def addresses_of(person: User) -> set[str]:
    """Only what is surely theirs: an address that was typed and never confirmed may be somebody else's."""
    return {address.strip().lower() for address in (person.email, *confirmed_of(person))}


def known_as(person: User) -> Names:
    """What is taken out of others' words."""
    return names_of(person, addresses_of(person), pseudonym(person))


def erase(person: User, *, keeps_packets: bool = False) -> Erased:
    """Leave nothing of this person but numbers under a pseudonym; whoever calls has written the ledger before."""
    person = User.objects.get(pk=person.pk)
    done = Erased()
    if person.erased_at is not None:
        return done
    addresses, names = addresses_of(person), known_as(person)
    with transaction.atomic():
        close(person)
        erase_addresses(addresses, now(), done)
        for step in _steps("before"):
            step(person)
        for holding in holdings():
            if not (keeps_packets and holding.by_law):
                _let_go(holding, person, done)
        take_out(names, person)
        _end_sessions(person)
        _become_a_pseudonym(person)
        for step in _steps("after"):
            step(person)
    return done


def erase_packets(person: User) -> Erased:
    """What a law wanted kept, once its day is over."""
    done = Erased()
    with transaction.atomic():
        for holding in holdings():
            if holding.by_law:
                _let_go(holding, person, done)
    return done


def erase_addresses(addresses: Collection[str], until: datetime, done: Erased) -> None:
    """People without an account, by address: rows up to this moment; what they said of others stays, unsigned."""
    close_addresses(addresses, until)
    for where in (each for app in personal() for each in app.outsiders):
        model = apps.get_model(where.model)
        for address in addresses:
            found = models.QuerySet(model=model).filter(
                **{f"{where.address}__iexact": address, f"{where.at}__lte": until}
            )
            done.counts[where.model] += _forget_outsiders(found, where)
    _settle(addresses, until)


def _settle(addresses: Iterable[str], until: datetime) -> None:
    """Nothing more is asked about an address that is erased, and what was asked names it no more."""
    for address in addresses:
        asked = ErasureRequest.objects.of_address(address).filter(asked_at__lte=until)
        asked.filter(state=State.ASKED).update(state=State.WITHDRAWN, address="")
        asked.filter(state=State.APPROVED).update(state=State.DONE, done_at=now(), address="")
        asked.update(address="")


def close_addresses(addresses: Iterable[str], until: datetime) -> None:
    """Their links lead nowhere from the next request on, and nothing that waits for them is asked any more."""
    for address in addresses:
        for step in (each for app in personal() for each in app.outside):
            step(address, until)


def _forget_outsiders(found: models.QuerySet, where: Outsiders) -> int:
    keys = list(found.values_list("pk", flat=True))
    rows = models.QuerySet(model=found.model).filter(pk__in=keys).order_by()
    if where.delete:
        return rows._raw_delete(rows.db) if keys else 0
    return rows.update(**{where.address: nobodys_address(), where.name: GONE}, **where.to)


def _steps(when: str) -> Iterable:
    return [step for each in personal() for step in getattr(each, when)]


def close(person: User) -> None:
    """Nobody signs in as them from the next request on, and whoever must know is told; by one of those who try."""
    open_still = User.objects.filter(pk=person.pk, is_active=True)
    if open_still.update(is_active=False, deactivated_at=now(), session_epoch=F("session_epoch") + 1):
        person.refresh_from_db()
        deactivation.tell(person)


def _let_go(holding: Holding, person: User, done: Erased) -> None:
    found = rows(holding, person.pk)
    if not holding.delete:
        done.counts[holding.model] += found.update(**emptied(holding))
        return
    model = model_of(holding)
    done.files += files.named(found)
    keys = list(found.values_list("pk", flat=True))
    if keys:
        done.counts[holding.model] += delete_rows(model, keys)


def delete_rows(model: type[models.Model], keys: list) -> int:
    """Delete rows that nothing but lists of links rests on; the database refuses where something else does."""
    if not keys:
        return 0
    for through, column in _links(model):
        links = models.QuerySet(model=through).filter(**{f"{column}__in": keys}).order_by()
        links._raw_delete(links.db)
    found = models.QuerySet(model=model).filter(pk__in=keys).order_by()
    return found._raw_delete(found.db)


def _links(model: type[models.Model]) -> list[tuple[type[models.Model], str]]:
    """The tables of plain links that name a row of this model, with the column that does."""
    own = [f.remote_field.through for f in model._meta.local_many_to_many]
    theirs = [rel.through for rel in model._meta.related_objects if rel.many_to_many]  # type: ignore[union-attr]
    found = []
    for through in (*own, *theirs):
        if through._meta.auto_created:
            found += [
                (through, f.name) for f in through._meta.local_fields if f.is_relation and f.related_model is model
            ]
    return found


def _end_sessions(person: User) -> None:
    """Rows of sessions hold the address that was signed in with, and whose they are is said inside them alone.

    Those that are over go whosever they are, so that only living ones are opened; none where nobody ever signed in.
    """
    Session.objects.filter(expire_date__lt=now()).delete()
    if person.last_login is None:
        return
    keys = []
    for session in Session.objects.iterator(chunk_size=500):
        if session.get_decoded().get("_auth_user_id") == str(person.pk):
            keys.append(session.pk)
    Session.objects.filter(pk__in=keys).delete()


def _become_a_pseudonym(person: User) -> None:
    plain = {name: User._meta.get_field(name).get_default() for name in DEFAULTS}
    name = pseudonym(person)
    User.objects.filter(pk=person.pk).update(
        **plain,
        full_name=name,
        email=f"erased-{person.code.hex}@erased.invalid",
        employee_id=None,
        manager=None,
        password=UNUSABLE_PASSWORD_PREFIX,
        last_login=None,
        invited_at=None,
        erased_at=now(),
    )
