from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext

from assignments.models import Evidence, EvidenceKind
from stretchhub.audit.models import AuditEntry
from stretchhub.audit.trail import entry
from stretchhub.inserting import BATCH, insert, insert_new
from stretchhub.people.models import Submission
from tests.factories import AssignmentFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.engine]

WORDS = "100 % “done”\n'); DROP TABLE people_user; -- %s %(v0)s 😀"


def submission(actor, key, **more):
    return Submission(actor=actor, route="/somewhere/", key=key, body_digest="0" * 64, **more)


def test_a_row_stands_as_django_would_have_written_it_itself():
    assignment = AssignmentFactory()
    said = {
        "assignment": assignment,
        "logged_by": assignment.mentee,
        "kind": EvidenceKind.DEMO,
        "title": WORDS,
        "learned": WORDS,
        "happened_on": datetime(2026, 11, 2, tzinfo=UTC).date(),
        "logged_at": datetime(2026, 11, 2, 23, 30, 15, 123456, tzinfo=UTC),
        "shared_at_review": True,
    }

    ours, django = insert(Evidence(**said)), Evidence.objects.create(**said)

    assert ours.pk and ours.pk != django.pk and not ours._state.adding
    written, other = Evidence.objects.get(pk=ours.pk), Evidence.objects.get(pk=django.pk)
    assert written.code == ours.code
    assert model_to_dict(written, exclude=["id"]) == model_to_dict(other, exclude=["id"])
    assert (written.kind, written.title, written.logged_at) == ("demo", WORDS, said["logged_at"])


def test_documents_and_what_is_empty_are_kept_as_they_are():
    facts = {"words": WORDS, "number": 3, "nothing": None}

    written = insert(entry(None, "thing.done", None, fields=["b", "a"], facts=facts))

    kept = AuditEntry.objects.get(pk=written.pk)
    assert (kept.actor, kept.object_id, kept.fields, kept.facts) == (None, None, ["a", "b"], facts)


def test_a_key_that_is_there_is_refused_unless_only_new_ones_are_asked_for():
    actor = UserFactory()
    first = insert(submission(actor, "one", result="/there/"))

    written = insert_new([submission(actor, "one"), submission(actor, "two"), submission(actor, "two")])

    assert list(Submission.objects.filter(key="two").values_list("pk", flat=True)) == written
    assert Submission.objects.get(key="one") == first
    assert Submission.objects.get(key="one").result == "/there/"
    with pytest.raises(IntegrityError):
        insert(submission(actor, "one"))


def test_many_rows_are_written_some_at_a_time_and_none_twice():
    actor = UserFactory()
    rows = [submission(actor, f"{number:03}") for number in range(2 * BATCH + 1)]

    with CaptureQueriesContext(connection) as queries:
        written = insert_new(rows)

    assert len(queries) == 3
    assert sorted(written) == sorted(Submission.objects.values_list("pk", flat=True))
    assert list(Submission.objects.order_by("key").values_list("key", flat=True)) == [row.key for row in rows]
    assert insert_new(rows) == insert_new([]) == []
