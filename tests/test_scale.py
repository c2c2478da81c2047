"""`seed_demo --scale`: copies of the cohort and of its past work, each whole in itself."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import NamedTuple

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import DateField
from django.urls import reverse

from assignments import tasks as assignment_tasks
from assignments.models import Assignment, CheckIn, DashboardChange, Evidence, EvidenceFile, Mentorship, Status
from reviews import tasks as review_tasks
from reviews.models import Review, Score
from sponsors import tasks as sponsor_tasks
from sponsors.models import DashboardSnapshot
from stretchhub.audit.models import AuditEntry
from stretchhub.demo_cohort.build import build
from stretchhub.demo_cohort.copying import APPS, ONCE, SHARED, Graph, copied_models, people_span, references, spans
from stretchhub.demo_cohort.copying_sql import HALF_YEAR_DAYS
from stretchhub.demo_cohort.loading import CONSTRAINTS, INDEXES
from stretchhub.demo_cohort.people import PASSWORD
from stretchhub.demo_cohort.scale import Plan, multiply
from stretchhub.notices.models import Notice, State
from stretchhub.people.models import RoleGrant, User

PLAN = Plan(copies=3, turns=4, half_years=2, evidence=4000)


class Scaled(NamedTuple):
    """What there was of the cohort alone, and what was said of it when it was multiplied."""

    people: object
    own: dict
    past: dict
    keys: list
    said: dict


@pytest.fixture(scope="module")
def scaled(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        build(20)
        people, own, keys = people_span(), spans(copied_models()), keys_of_tables()
        past = Graph(own).hanging_on(Assignment.objects.filter(status=Status.CLOSED))
        yield Scaled(people, own, past, keys, multiply(PLAN, lambda words: None))
        transaction.set_rollback(True)


def keys_of_tables():
    if connection.vendor != "postgresql":
        return []
    tables = [[f'"{model._meta.db_table}"' for model in copied_models()]]
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE NOT convalidated")
        assert cursor.fetchall() == []
        cursor.execute(CONSTRAINTS, tables)
        constraints = [row[:3] for row in cursor.fetchall()]
        cursor.execute(INDEXES, tables)
        # The server writes the casts of a condition in another way once it has read them back.
        return sorted([*constraints, *((name, words.partition(" WHERE ")[0]) for name, words in cursor.fetchall())])


def place(span, pk):
    """0 for the cohort, 1 to 3 for its copies, from 4 on for their past."""
    return (pk - span.first) // span.stride


def source(span, pk):
    return span.first + (pk - span.first) % span.stride


def topped_up(scaled, model, pk):
    last = scaled.own[model].first + scaled.own[model].stride * (1 + PLAN.copies * (1 + PLAN.turns)) - 1
    return model is Evidence and pk > last


def test_every_table_holds_the_copies_that_were_asked_for(scaled):
    found = {model: model._base_manager.count() for model in scaled.own}
    with_past = {model: len(keys) * PLAN.copies * PLAN.turns for model, keys in scaled.past.items()}

    for model, count in found.items():
        span, past = scaled.own[model], with_past.get(model, 0)
        own = model._base_manager.filter(pk__lte=span.last).count()
        wanted = 4000 if model is Evidence else own * (1 + PLAN.copies) + past
        assert (model._meta.label, count) == (model._meta.label, wanted)
    assert found[Assignment] == 25 * 4 + 10 * 3 * 4
    assert scaled.said == {
        "people": 240, "assignments": 220, "evidence": 4000, "ratings": Score.objects.count(),
    }  # fmt: skip
    assert not EvidenceFile.objects.exclude(evidence__pk__lte=scaled.own[Evidence].last).exists()


def test_no_copy_points_into_another(scaled):
    wrong = Counter()
    for model, span in scaled.own.items():
        for field in references(model, scaled.own):
            other = scaled.own[field.related_model]
            for pk, to in model._base_manager.exclude(**{field.name: None}).values_list("pk", field.attname):
                if not topped_up(scaled, model, pk):
                    wrong[model._meta.label, field.name] += place(span, pk) != place(other, to)
        for field in references(model, [User]):
            for pk, person in model._base_manager.exclude(**{field.name: None}).values_list("pk", field.attname):
                number = place(span, pk)
                copy = number if number <= PLAN.copies else (number - PLAN.copies - 1) // PLAN.turns + 1
                if not topped_up(scaled, model, pk):
                    wrong[model._meta.label, field.name] += place(scaled.people, person) != copy
    assert +wrong == Counter()


def test_more_evidence_stays_with_its_assignment_on_other_days(scaled):
    span = scaled.own[Evidence]
    more = [each for each in Evidence.objects.all() if topped_up(scaled, Evidence, each.pk)]
    assert len(more) > 1000
    logged = {}
    for each in Evidence.objects.filter(pk__gt=span.last):
        logged.setdefault((each.assignment_id, each.title), []).append(each)
    for group in logged.values():
        assert len({each.milestone_id for each in group}) == len({each.logged_by_id for each in group}) == 1
        assert len({each.happened_on for each in group}) == len(group)


@pytest.mark.engine
def test_every_constraint_holds_and_is_still_there(scaled):
    connection.check_constraints()
    assert keys_of_tables() == scaled.keys
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            assert cursor.fetchall() == [("ok",)]


def test_the_past_lies_whole_half_years_back(scaled):
    compared = 0
    for model in scaled.past:
        span = scaled.own[model]
        fields = [field.name for field in model._meta.concrete_fields if isinstance(field, DateField)]
        fields = [name for name in fields if (model, name) not in {(Mentorship, "ended_on"), (Mentorship, "idle_on")}]
        if not fields:
            continue
        rows = {pk: days for pk, *days in model._base_manager.values_list("pk", *fields)}
        for pk, days in rows.items():
            if (number := place(span, pk)) <= PLAN.copies or topped_up(scaled, model, pk):
                continue
            turn = (number - PLAN.copies - 1) % PLAN.turns
            back = timedelta(days=HALF_YEAR_DAYS * (1 + turn % PLAN.half_years))
            for day, before in zip(days, rows[source(span, pk)], strict=True):
                assert (day is None) == (before is None)
                assert day is None or seconds(day) == seconds(before - back), (model, pk)
                compared += 1
    assert compared > 10_000


def seconds(day):
    return day.replace(microsecond=0) if isinstance(day, datetime) else day


def test_past_reviews_lie_in_the_cycle_of_their_time(scaled):
    for review in Review.objects.select_related("cycle"):
        assert review.cycle.opens_on <= review.asked_at.date() <= review.cycle.closes_on
    span = scaled.own[Mentorship]
    assert not Mentorship.objects.filter(pk__gte=span.first + 4 * span.stride, ended_on=None).exists()


def test_the_invented_people_have_names_of_their_own_and_no_role(scaled):
    people = User.objects.filter(pk__gt=scaled.people.last)

    assert len({person.full_name for person in User.objects.all()}) == 240
    assert all(person.email.endswith("@example.org") and person.check_password(PASSWORD) for person in people[:2])
    assert EmailAddress.objects.filter(user__in=people, verified=True, primary=True).count() == 180
    assert not RoleGrant.objects.filter(user__in=people).exists()
    assert all(
        place(scaled.people, each.manager_id) == place(scaled.people, each.pk) for each in people if each.manager_id
    )
    earliest = Assignment.objects.earliest("created_at").created_at
    assert all(person.joined_at < earliest for person in people)


def test_nothing_is_mailed_to_invented_people(scaled, db):
    for task in (
        assignment_tasks.find_idle_pipelines, assignment_tasks.plan_reminders, assignment_tasks.ask_line_managers,
        assignment_tasks.follow_feedback, review_tasks.plan_reminders, sponsor_tasks.follow_up_asks,
        sponsor_tasks.plan_check_ins, sponsor_tasks.plan_digests, sponsor_tasks.follow_replies,
    ):  # fmt: skip
        task()

    theirs = Notice.objects.filter(recipient_id__gt=scaled.people.last)
    assert theirs.exists()
    assert set(theirs.values_list("state", flat=True)) <= {State.SHOWN, State.STALE}
    assert not Notice.objects.filter(
        recipient=None, created_at__gte=AuditEntry.objects.get(verb="demo.scaled").at
    ).exists()


def test_the_trail_says_what_was_written_and_the_dashboards_are_built(scaled):
    said = AuditEntry.objects.get(verb="demo.scaled")

    assert said.actor is None
    assert {name: said.facts[name] for name in scaled.said} == scaled.said
    assert not DashboardChange.objects.exists()
    sponsors = set(Assignment.objects.exclude(sponsor=None).values_list("sponsor_id", flat=True))
    assert set(DashboardSnapshot.objects.values_list("sponsor_id", flat=True)) == sponsors


def test_the_next_row_has_a_number_of_its_own(scaled, db):
    last = CheckIn.objects.latest("pk")
    new = CheckIn.objects.create(assignment=last.assignment, due_on=date(2099, 1, 1))

    assert new.pk == last.pk + 1


@pytest.mark.parametrize("part", ["mentee", "mentor", "sponsor"])
def test_every_page_opens_for_a_copied(part, scaled, db, sign_in):
    span = scaled.own[Assignment]
    copied = Assignment.objects.filter(pk__gt=span.last)
    before = copied.filter(pk__gte=span.first + 4 * span.stride).order_by("pk")
    doing = copied.filter(status=Status.ACTIVE, **{f"{part}__in": before.values(part)})
    running = doing.order_by("pk")[0]
    person = getattr(running, part)
    past = before.filter(**{part: person})[0]
    client = sign_in(person)
    addresses = [reverse("today"), reverse("assignments:list"), reverse("reviews:list"), reverse("sponsors:dashboard")]
    addresses += [reverse("assignments:detail", args=[each.code]) for each in (running, past)]
    addresses += [reverse("assignments:evidence-list", args=[each.code]) for each in (running, past)]
    if part != "sponsor":
        addresses.append(reverse("assignments:board", args=[running.option.mentorship.code]))

    for address in addresses:
        assert (address, client.get(address).status_code) == (address, 200)
    assert running.title in client.get(reverse("assignments:list")).content.decode()


def test_every_model_is_copied_or_named_as_one_that_is_not(scaled):
    every = {m._meta.label: m for name in APPS for m in apps.get_app_config(name).get_models(include_auto_created=True)}

    assert set(every) >= SHARED | ONCE
    assert not SHARED & ONCE
    # A copy may not point at what is another's alone.
    once = [every[label] for label in ONCE]
    assert [(model._meta.label, f.name) for model in copied_models() for f in references(model, once)] == []
    # A row that must be the only one of its kind, by anything but a code or a reference, needs a word of its own.
    alone = [
        (model._meta.label, field.name)
        for model in copied_models()
        for field in model._meta.concrete_fields
        if field.unique and not field.primary_key and not field.is_relation and field.get_internal_type() != "UUIDField"
    ]
    assert alone == []


def test_five_thousand_people_have_twenty_assignments_each():
    plan = Plan.of(5000, own=60, assignments=25, closed=10)

    assert (plan.copies, plan.turns, plan.evidence) == (83, 118, 1_000_000)
    assert 60 * (1 + plan.copies) == 5040
    assert 25 * (1 + plan.copies) + 10 * plan.copies * plan.turns == 100_040


def test_a_public_address_is_refused(db, settings):
    settings.LOCAL = False
    before = User.objects.count()

    with pytest.raises(CommandError, match="SITE_URL is public"):
        call_command("seed_demo", yes=True, scale=True)
    assert User.objects.count() == before
