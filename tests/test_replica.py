"""A standby is read for stored dashboards and HR's exports alone, and nobody notices where it is late or away."""

from __future__ import annotations

import hashlib
import logging
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings as ours
from django.core.files.storage import default_storage
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from assignments.actions.assignment import raise_revision
from assignments.models import Assignment
from reviews import exporting
from reviews.actions import export_writing as writing
from reviews.exporting import TABLES, Scope, chosen_tables
from reviews.models import Export, ExportStatus
from sponsors.actions import dashboard
from stretchhub import env, replica
from stretchhub.people.models import User
from stretchhub.postgres import address
from stretchhub.postgres.base import DatabaseWrapper
from tests import services
from tests.factories import AssignmentFactory, EvidenceFactory, HRFactory, ReviewCycleFactory, UserFactory
from tests.reviews.exports import ask
from tests.reviews.test_exporting import final_review, rated

PAGE = "/sponsoring/"
LATE = "more than"
real = [pytest.mark.real, pytest.mark.timeout(240)]


def test_without_an_address_there_is_one_database_and_no_router():
    assert set(ours.DATABASES) == {"default"}
    assert ours.DATABASE_ROUTERS == []
    assert not replica.use.may()
    assert replica.reading() is connections["default"]
    assert replica.answer(lambda alias: pytest.fail("asked")) is None
    assert replica.read_whole(lambda: "read") == "read"


# --- with a standby -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def standby(django_db_setup) -> Iterator[services.Cluster]:
    """It follows a copy of the server of all tests, which stands in for that one meanwhile; `port` is its own.

    A standby takes nobody while a transaction of more than 64 parts runs, such as the one in which tests beside these
    share what they look at.
    """
    with copy_of(urlsplit(os.environ["TEST_DATABASE_URL"]).port) as first, pytest.MonkeyPatch.context() as patch:
        (first.data / "standby.signal").unlink()
        start(first)
        patch.setenv("TEST_DATABASE_URL", f"postgresql://stretchhub@127.0.0.1:{first.port}/postgres")
        connection.close()
        patch.setitem(connection.settings_dict, "PORT", first.port)
        with copy_of(first.port) as second:
            start(second)
            yield second
        connection.close()


@contextmanager
def copy_of(port: int) -> Iterator[Any]:
    """A server with all that the one at this port holds; not started yet."""
    binaries = services.postgres_binaries()
    assert binaries
    cluster: Any = services.Cluster(binaries)
    cluster.copy_from(port)
    cluster.port = services.free_port()
    yield cluster
    services.end(services.running.pop(cluster.port)[0])


def start(cluster: Any) -> None:
    cluster.serve(cluster.port, "fsync=off", "jit=off")


def connected(wrapper: DatabaseWrapper) -> None:
    """As Django does it; its tests otherwise refuse a database that was not there when they began."""
    if wrapper.connection is None:
        with wrapper.wrap_database_errors:
            wrapper.connect()


@pytest.fixture
def use(transactional_db, settings, monkeypatch) -> Iterator[Callable[..., Any]]:
    """Names a replica at this port; its connection is given back."""
    kept = replica.Use()
    monkeypatch.setattr(replica, "use", kept)
    monkeypatch.setattr(replica, "CATCH_UP", 30.0)
    monkeypatch.setattr(DatabaseWrapper, "ensure_connection", connected)
    settings.DATABASE_ROUTERS = ["stretchhub.replica.Router"]

    def name(port: int, more: str = "") -> Any:
        named = env.replica(f"postgresql://stretchhub@127.0.0.1:{port}/any{more}", "postgresql://one/any")
        named["NAME"] = connection.settings_dict["NAME"]
        connections.settings["replica"] = {**connections.settings["default"], **named}
        return connections["replica"]

    yield name
    if "replica" in connections.settings:
        connections["replica"].close()
        del connections["replica"]
        del connections.settings["replica"]


@pytest.fixture
def second(standby, use) -> Any:
    return use(standby.port)


def on(standby: Any, statement: str) -> None:
    with psycopg.connect(f"postgresql://stretchhub@127.0.0.1:{standby.port}/postgres", autocommit=True) as server:
        server.execute(statement)


@contextmanager
def late(standby: Any, monkeypatch) -> Iterator[None]:
    """It receives what is written, and shows none of it."""
    monkeypatch.setattr(replica, "CATCH_UP", 0.1)
    on(standby, "SELECT pg_wal_replay_pause()")
    try:
        yield
    finally:
        on(standby, "SELECT pg_wal_replay_resume()")


def built(title: str, sponsor: User) -> Assignment:
    work = AssignmentFactory(title=title, sponsor=sponsor)
    dashboard.rebuild_behind()
    return work


def caught_up() -> None:
    replica._wait_for_all_until_now()


@pytest.fixture
def sponsor(transactional_db) -> User:
    return UserFactory()


class Real:
    pytestmark = real


class TestDashboards(Real):
    def test_what_was_built_is_read_there_and_all_else_here(self, second, sponsor, sign_in):
        built("Shorten the claims backlog", sponsor)
        browser = sign_in(sponsor)
        caught_up()

        with CaptureQueriesContext(second) as there, CaptureQueriesContext(connection) as here:
            page = browser.get(PAGE)

        assert b"Shorten the claims backlog" in page.content
        [asked] = [query["sql"] for query in there]
        assert asked.startswith('SELECT "sponsors_dashboardsnapshot"."content" AS "content" FROM')
        assert len(here) > 2
        assert not [query["sql"] for query in here if '"sponsors_dashboardsnapshot"."content"' in query["sql"]]

    def test_the_page_is_the_same_as_without_it(self, second, sponsor, sign_in, monkeypatch):
        EvidenceFactory(assignment=built("Shorten the claims backlog", sponsor))
        dashboard.rebuild_behind()
        browser = sign_in(sponsor)
        caught_up()
        with CaptureQueriesContext(second) as there:
            one = browser.get(PAGE)
        assert len(there) == 1

        monkeypatch.setattr(replica.use, "alone_until", float("inf"))
        other = browser.get(PAGE)

        assert one.context["parts"] == other.context["parts"]
        assert one.context["snapshot"].content == other.context["snapshot"].content

    def test_one_that_is_late_shows_nothing_older(self, second, standby, sponsor, sign_in, monkeypatch):
        work = built("As it was called", sponsor)
        caught_up()
        with late(standby, monkeypatch):
            Assignment.objects.filter(pk=work.pk).update(title="As it is called now")
            dashboard.rebuild([sponsor.pk])

            with CaptureQueriesContext(second) as there:
                page = sign_in(sponsor).get(PAGE)

        assert len(there) == 1, "it was asked, and had only an older one"
        assert b"As it is called now" in page.content
        assert b"As it was called" not in page.content

    def test_what_was_taken_back_is_gone_at_once(self, second, standby, sponsor, sign_in, monkeypatch):
        evidence = EvidenceFactory(
            assignment=built("Work", sponsor), title="Shared for a while", shared_with_sponsor=True
        )
        dashboard.rebuild([sponsor.pk])
        caught_up()
        assert b"Shared for a while" in sign_in(sponsor).get(PAGE).content
        with late(standby, monkeypatch):
            type(evidence).objects.filter(pk=evidence.pk).update(shared_with_sponsor=False)
            raise_revision(evidence.assignment)

            page = sign_in(sponsor).get(PAGE)

        assert b"Shared for a while" not in page.content

    def test_where_it_is_away_people_notice_nothing_and_the_log_says_so_once(self, use, sponsor, sign_in, caplog):
        built("Shorten the claims backlog", sponsor)
        use(services.free_port())
        browser = sign_in(sponsor)

        with caplog.at_level(logging.INFO, "stretchhub.replica"):
            pages = [browser.get(PAGE) for _each in range(3)]

        assert all(b"Shorten the claims backlog" in page.content for page in pages)
        said = "Dashboards and exports are read from the database itself, not the replica: it does not answer"
        assert [record.message for record in caplog.records] == [f"{said}: OperationalError"]

    @pytest.mark.parametrize("pooled", ["", "?prepare_threshold=0"])
    def test_one_that_is_stuck_behind_a_lock_holds_nobody_up(
        self, pooled, standby, use, sponsor, sign_in, caplog, monkeypatch
    ):
        """Its replaying holds the lock of a table whose change has been over for long on the database itself."""
        monkeypatch.setattr(address, "REPLICA_IN_TIME", address.REPLICA_IN_TIME.replace("2000", "200"))
        monkeypatch.setattr(replica, "REPLICA_WITHIN", 200)
        use(standby.port, pooled)
        built("Shorten the claims backlog", sponsor)
        browser = sign_in(sponsor)
        errors, failed = [], replica.use.failed
        monkeypatch.setattr(replica.use, "failed", lambda error: errors.append(error) or failed(error))
        with ExitStack() as stuck:
            with psycopg.connect(os.environ["TEST_DATABASE_URL"], dbname=connection.settings_dict["NAME"]) as changing:
                changing.execute("LOCK TABLE sponsors_dashboardsnapshot IN ACCESS EXCLUSIVE MODE")
                UserFactory()  # What commits is sent soon, and the lock before it; by itself it would wait.
                caught_up()
                on(standby, "SELECT pg_wal_replay_pause()")
                stuck.callback(on, standby, "SELECT pg_wal_replay_resume()")
            with caplog.at_level(logging.INFO, "stretchhub.replica"):
                page = browser.get(PAGE)

        assert b"Shorten the claims backlog" in page.content
        assert [type(error.__cause__) for error in errors] == [psycopg.errors.QueryCanceled]
        assert "it does not answer: OperationalError" in caplog.text
        assert not replica.use.may()

    def test_one_that_stands_still_holds_nobody_up(self, second, sponsor, sign_in, caplog, monkeypatch):
        built("Shorten the claims backlog", sponsor)
        browser = sign_in(sponsor)
        caught_up()
        monkeypatch.setattr(replica, "SILENT", 0.2)
        backend = second.connection.info.backend_pid
        os.kill(backend, signal.SIGSTOP)
        try:
            with caplog.at_level(logging.INFO, "stretchhub.replica"):
                page = browser.get(PAGE)
        finally:
            os.kill(backend, signal.SIGCONT)

        assert b"Shorten the claims backlog" in page.content
        assert "it does not answer: OperationalError" in caplog.text

    def test_it_is_asked_again_after_a_minute(self, second, sponsor, sign_in, caplog, monkeypatch):
        built("Shorten the claims backlog", sponsor)
        caught_up()
        browser, moment = sign_in(sponsor), 1000.0
        monkeypatch.setattr(replica, "monotonic", lambda: moment)
        replica.use.failed(replica.NotFit("for a test"))

        with caplog.at_level(logging.INFO, "stretchhub.replica"):
            for moment in (1059.0, 1061.0):
                with CaptureQueriesContext(second) as there:
                    browser.get(PAGE)
                assert len(there) == (moment == 1061.0)

        again = "Dashboards and exports are read from the replica"
        assert [record.message for record in caplog.records if record.levelno == logging.INFO] == [again]


class TestExports(Real):
    @pytest.fixture
    def hr(self, sponsor) -> User:
        cycle = ReviewCycleFactory(code="2026-h2")
        for _each in range(3):
            review = final_review(cycle)
            rated(review)
            EvidenceFactory(assignment=review.assignment)
        return HRFactory()

    def written(self, hr: User, format: str = "csv") -> Export:
        export = ask(hr, tables=tuple(TABLES), format=format)
        writing.write_waiting()
        export.refresh_from_db()
        assert export.status == ExportStatus.COMPLETE
        assert export.rows_written == export.rows_expected == sum(export.counts.values())
        place = Path(default_storage.path(export.file.name))
        assert export.sha256 == hashlib.sha256(place.read_bytes()).hexdigest()
        return export

    @pytest.mark.parametrize("format", ["csv", "xlsx", "jsonl"])
    def test_every_row_is_read_there_and_the_file_is_the_same(self, format, second, hr, tmp_path, monkeypatch):
        here: list[str] = []
        original = writing._write

        def watched(*how: Any) -> Any:
            with CaptureQueriesContext(connection) as asked:
                done = original(*how)
            here.extend(query["sql"] for query in asked)
            return done

        monkeypatch.setattr(writing, "_write", watched)
        with CaptureQueriesContext(second) as there:
            export = self.written(hr, format)

        assert here == [], "what it counts is told by another connection"
        assert len(there) > len(TABLES)
        if format != "xlsx":
            same = exporting.write(
                tmp_path / "same", Scope.of(export.filter), chosen_tables(export.tables), format,
                export_id=str(export.code),
            )  # fmt: skip
            assert (same.sha256, same.counts) == (export.sha256, export.counts)

    def test_what_was_written_a_moment_before_is_in_it(self, second, hr):
        for number in (4, 5):
            rated(final_review(ReviewCycleFactory(code=f"cycle-{number}")))

            with CaptureQueriesContext(second) as there:
                export = self.written(hr)

            assert len(there) > 2
            assert export.counts["ratings"] == 4 * number

    def test_one_that_is_late_is_not_waited_for_long(self, second, standby, hr, caplog, monkeypatch):
        caught_up()
        with late(standby, monkeypatch), caplog.at_level(logging.INFO, "stretchhub.replica"):
            rated(final_review(ReviewCycleFactory(code="late")))

            assert [self.written(hr).counts["ratings"] for _each in range(2)] == [16, 16]

        assert [LATE in record.message for record in caplog.records] == [True]

    def test_what_breaks_off_there_is_written_here_from_the_start(self, second, standby, hr, monkeypatch):
        cut: list[int] = []
        began = writing.Told.began

        def cutting(told: writing.Told, total: int) -> None:
            began(told, total)
            if not cut:
                cut.append(total)
                on(standby, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                            " WHERE application_name = 'stretchhub-replica'")  # fmt: skip

        monkeypatch.setattr(writing.Told, "began", cutting)
        export = self.written(hr)

        assert cut == [export.rows_written]
        assert (export.attempts, export.counts["ratings"]) == (1, 12)
        assert not replica.use.may()

    def test_a_connection_that_was_cut_since_the_last_one_is_not_used_again(self, second, standby, hr, caplog):
        caught_up()
        on(standby, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE application_name = 'stretchhub-replica'")  # fmt: skip

        with caplog.at_level(logging.INFO, "stretchhub.replica"), CaptureQueriesContext(second) as there:
            self.written(hr)

        assert len(there) > len(TABLES)
        assert [record.levelname for record in caplog.records] == ["INFO"]

    def test_a_long_reading_may_take_its_time_and_a_short_question_may_not(self, second):
        def settings(alias: str) -> list[str]:
            with connections[alias].cursor() as cursor:
                cursor.execute(
                    "SELECT current_setting('statement_timeout'), current_setting('lock_timeout'),"
                    " current_setting('transaction_read_only')"
                )
                return cursor.fetchone()

        assert replica.answer(settings) == ("2s", "2s", "on")
        assert replica.read_whole(lambda: settings(replica.reading().alias)) == ("0", "2s", "on")
        assert replica.answer(settings) == ("2s", "2s", "on")

    def test_where_the_database_itself_cannot_say_how_far_it_is_the_log_says_so(self, second, caplog, monkeypatch):
        monkeypatch.setattr(replica, "HERE", "SELECT nothing_known()")

        assert replica.read_whole(lambda: replica.reading().alias) == "default"

        assert "not the replica: the database itself does not say how far it is: ProgrammingError" in caplog.text

    def test_another_database_is_never_taken_for_it(self, use, hr, caplog):
        use(urlsplit(os.environ["TEST_DATABASE_URL"]).port, "?target_session_attrs=any")

        with caplog.at_level(logging.INFO, "stretchhub.replica"):
            self.written(hr)

        assert "it is no standby of this database" in caplog.text

    def test_inside_a_transaction_it_is_left_out(self, second, db):
        with transaction.atomic():
            assert replica.read_whole(lambda: replica.reading().alias) == "default"
        assert replica.read_whole(lambda: replica.reading().alias) == "replica"


class TestWrites(Real):
    def test_what_was_read_there_is_written_here(self, second, sponsor):
        caught_up()
        found = replica.read_whole(lambda: User.objects.get(pk=sponsor.pk))
        assert found._state.db == "replica"
        found.locale = "en-gb"

        with CaptureQueriesContext(second) as there:
            found.save(update_fields=["locale"])
            found.refresh_from_db()

        assert list(there) == []
        assert (found._state.db, found.locale) == ("default", "en-gb")

    def test_behind_a_pooler_what_is_asked_shortly_takes_no_writes_and_leaves_nothing_behind(self, standby, use):
        pooled = use(standby.port, "?prepare_threshold=0")
        state = "SELECT current_setting('statement_timeout'), current_setting('transaction_read_only')"

        def ask(alias: str) -> tuple[str, str]:
            with connections[alias].cursor() as cursor:
                cursor.execute(state)
                return cursor.fetchone()

        assert replica.answer(ask) == ("2s", "on")
        assert not pooled.in_atomic_block
        # A standby takes no writes whatever is said.
        assert ask("replica")[0] == "0"

    def test_it_takes_no_writes(self, second):
        with pytest.raises(Exception, match="read-only"), second.cursor() as cursor:
            cursor.execute("CREATE TABLE never (id int)")
