"""`seed_demo`: the same rows from the same seed, and where it refuses."""

import hashlib
import random
from pathlib import Path

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import ForeignKey, Model

from reviews.actions.export import expire
from reviews.actions.export_writing import write_waiting
from reviews.models import Export, ExportStatus, Format, Review, ReviewCycle
from stretchhub import env
from stretchhub.demo_cohort.build import build
from stretchhub.demo_cohort.calendar import Calendar
from stretchhub.demo_cohort.cohort import Cohort
from stretchhub.demo_cohort.people import add_people
from stretchhub.demo_cohort.reference import half_year
from stretchhub.keeping.keeping_page import keeping
from stretchhub.keeping.models import ErasureRequest, State
from stretchhub.keeping.outside import known
from stretchhub.people.models import User
from stretchhub.today import waiting_for
from tests.factories import UserFactory

OURS = {"people", "audit", "notices", "assignments", "sponsors", "reviews", "keeping"}
# Made anew by each run: moments of now, and row numbers inside texts.
OF_THE_MOMENT = {"as_of", "content", "facts", "generation", "inputs", "key", "object_id", "result"}


def models() -> list[type[Model]]:
    every = apps.get_models(include_auto_created=True)
    return [model for model in every if model._meta.app_label in OURS]


def canonical() -> dict[str, list]:
    """Every row of ours by its place among its kind, so that two runs can be compared."""
    places = {
        model: {pk: place for place, pk in enumerate(model._base_manager.order_by("pk").values_list("pk", flat=True))}
        for model in models()
    }

    def cell(field, value):
        if isinstance(field, ForeignKey) and value is not None:
            return places.get(field.related_model, {}).get(value, "shipped")
        return str(value)

    dump = {}
    for model in models():
        fields = [f for f in model._meta.concrete_fields if not f.primary_key and f.name not in OF_THE_MOMENT]
        rows = model._base_manager.order_by("pk")
        cells = [[cell(f, f.value_from_object(row)) for f in fields] for row in rows]
        # Links between two rows are written in no order of their own.
        dump[model._meta.label] = sorted(cells) if model._meta.auto_created else cells
    return dump


def rolled_back(seed: int) -> dict[str, list]:
    with transaction.atomic():
        build(seed)
        dump = canonical()
        transaction.set_rollback(True)
    return dump


def test_the_same_seed_gives_the_same_rows(db):
    first, second = rolled_back(7), rolled_back(7)

    assert first == second
    assert sum(len(rows) for rows in first.values()) > 3000


def test_another_seed_gives_other_addresses(db):
    codes = []
    for seed in (7, 8):
        cohort = Cohort(rng := random.Random(seed), Calendar(rng, env.today()))
        with transaction.atomic():
            add_people(cohort)
            transaction.set_rollback(True)
        codes.append({user.code for user in cohort.people.values()})

    assert len(codes[0]) == len(codes[1]) == 60
    assert not codes[0] & codes[1]


@pytest.mark.parametrize("days", [3, 44])
def test_it_holds_on_other_days_of_the_week_and_of_the_year(db, clock, days):
    clock(days=days)

    call_command("seed_demo", yes=True)

    cycle = ReviewCycle.objects.get(code=half_year(env.today())[0])
    assert cycle.opens_on <= env.today() <= cycle.closes_on
    for review in Review.objects.select_related("cycle"):
        assert review.cycle.opens_on <= review.asked_at.date() <= review.cycle.closes_on
    waiting = {line.kind for line in waiting_for(User.objects.get(email="mentee@demo.example"))}
    assert waiting >= {"check_in_due", "answer_to_acknowledge", "milestone_overdue"}


def test_a_database_that_holds_people_is_refused(db):
    UserFactory()

    with pytest.raises(CommandError, match="holds people"):
        call_command("seed_demo", yes=True)
    assert User.objects.count() == 1


def test_without_demo_the_command_asks_for_yes(db):
    with pytest.raises(CommandError, match="--yes"):
        call_command("seed_demo")
    assert not User.objects.exists()


def test_a_public_address_is_refused(db, settings):
    settings.LOCAL = False

    with pytest.raises(CommandError, match="SITE_URL is public"):
        call_command("seed_demo", yes=True)
    assert not User.objects.exists()


def test_hr_has_asked_for_an_export_that_the_worker_writes(db, clock):
    call_command("seed_demo", yes=True)

    # Beside the archive of a mentee.
    assert write_waiting() == 2
    export = Export.objects.get(format=Format.XLSX)
    assert (export.status, export.requested_by.email) == (ExportStatus.COMPLETE, "hr@demo.example")
    earlier = Review.objects.final().filter(cycle=export.cycle)
    assert export.cycle.closes_on < env.today()
    assert export.counts["ratings"] == 4 * earlier.count() == 68
    assert export.counts["assignments"] == earlier.values("assignment").distinct().count()
    assert export.counts["evidence"] > 0
    content = Path(default_storage.path(export.file.name)).read_bytes()
    assert (len(content), hashlib.sha256(content).hexdigest()) == (export.size, export.sha256)

    clock(days=1, minutes=1)
    assert expire() == 2
    export.refresh_from_db()
    assert export.status == ExportStatus.EXPIRED


def test_it_names_the_sign_ins(db, capsys):
    call_command("seed_demo", yes=True)

    said = capsys.readouterr().out
    assert "60 people" in said
    assert "mentor@demo.example" in said and "stretch-demo" in said


@pytest.mark.parametrize("hour", [1, 9])
def test_the_keeping_of_records_has_something_to_show(db, clock, hour):
    clock(seconds=(env.now().replace(hour=hour) - env.now()).total_seconds())
    call_command("seed_demo", yes=True)
    hr, admin, mentee = (User.objects.get(email=f"{name}@demo.example") for name in ("hr", "admin", "mentee"))

    asked = {user: [line.title for line in waiting_for(user) if line.kind == "erasure"] for user in (hr, admin)}
    assert asked == {
        hr: ["Decide whether to erase imogen.hart@albionbiologics.example"],
        admin: ["Decide whether to erase Owen Pritchard"],
    }
    assert [place.number > 0 for place in known("imogen.hart@albionbiologics.example")] == [True]
    states = ErasureRequest.objects.order_by("asked_at").values_list("state", flat=True)
    assert list(states) == [State.REFUSED, State.DONE, State.ASKED, State.ASKED]

    shown = keeping(env.now(), hr)
    assert (shown.late, shown.to_decide, shown.looked_at.hour) == (False, 2, 3)
    beyond = {str(line.what): line.beyond for line in shown.lines if line.beyond}
    assert beyond == {"Learning that was dropped": 1, "Mailed links, after they end": 7}
    assert Export.objects.own_of(mentee).count() == 1
