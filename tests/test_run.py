"""The first command: `manage.py up` starts, answers, stops, and says in one line what is in the way.

Each test starts the program as a person does, in a folder of its own.
"""

import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from celery import Celery

from stretchhub import broker
from stretchhub.management.commands import up
from tests import services

pytestmark = pytest.mark.once

# Patience, not a promise: the first start makes a database while other tests keep every core busy.
START_SECONDS = 300
STOP_SECONDS = 10


class Running:
    """One `manage.py up`, with all it said and every process it started."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.port = services.free_port()
        self.output = folder / "output"
        self.data = folder / "var"
        with self.output.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up"],
                cwd=services.ROOT,
                env=plain_environment(DATA_DIR=str(self.data), PORT=str(self.port), **environment),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    @property
    def said(self) -> str:
        return self.output.read_text()

    def get(self, path: str) -> tuple[int, str]:
        request = urllib.request.Request(f"http://localhost:{self.port}{path}")
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def wait_until(self, happened: Callable[[], object], seconds: float = START_SECONDS) -> None:
        wait_until(lambda: happened() or self.process.poll() is not None, seconds, lambda: self.said)
        assert self.process.poll() is None, self.said

    def wait_until_answering(self) -> None:
        self.wait_until(self.answers)

    def answers(self) -> bool:
        try:
            return self.get("/healthz")[0] == 200
        except OSError:
            return False

    def wait_until_complete(self) -> None:
        """Web, worker with its two processes, and beat are all there."""
        self.wait_until_answering()
        self.wait_until(lambda: len(self.children()) >= 1 + 2 + 1 + 2 + 1)

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)


def plain_environment(**wanted: str) -> dict[str, str]:
    """This environment without what the tests' own settings put into it."""
    ours = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SITE_URL", "DEMO", "SECRET_KEY", "DJANGO_SETTINGS_MODULE")
    ours += ("PYTHONDONTWRITEBYTECODE",)
    kept = {name: value for name, value in os.environ.items() if name not in ours and not name.startswith("TEST_")}
    return {**kept, **wanted}


def wait_until(happened: Callable[[], object], seconds: float, said: Callable[[], str] = str) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, f"It did not happen within {seconds} s. {said()}"
        time.sleep(0.05)


def still_there(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [process for process in processes if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder as a first start leaves it, made once."""
    running = Running(tmp_path_factory.mktemp("prepared"))
    running.wait_until_answering()
    running.process.terminate()
    # How fast it stops is asked elsewhere; here the worker may still be coming up beside other tests.
    assert running.process.wait(START_SECONDS) == 0
    return running.data


@pytest.fixture
def start(tmp_path: Path, prepared: Path) -> Iterator[Callable[..., Running]]:
    """Starts `up`; whatever is left at the end is killed."""
    started: list[Running] = []
    shutil.copytree(prepared, tmp_path / "var")

    def starter(**environment: str) -> Running:
        started.append(Running(tmp_path, **environment))
        return started[-1]

    yield starter
    for running in started:
        if running.process.poll() is None:
            left = running.children()
            running.process.kill()
            for process in left:
                process.kill()
        running.process.wait()


@pytest.fixture
def database_of_its_own() -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    server = services.postgres_url()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS up_trial WITH (FORCE)")
        connection.execute("CREATE DATABASE up_trial")
    yield urllib.parse.urlsplit(server)._replace(path="/up_trial").geturl()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS up_trial WITH (FORCE)")


def refusal(tmp_path: Path, **environment: str) -> str:
    """What `up` says when it does not start; it must be one line and no stack trace."""
    environment = {"DATA_DIR": str(tmp_path / "var"), "PORT": str(services.free_port()), **environment}
    done = subprocess.run(
        [sys.executable, "manage.py", "up"], cwd=services.ROOT, env=plain_environment(**environment),
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr.strip()


@pytest.mark.real
@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_up_answers_and_a_signal_stops_all_of_it_within_ten_seconds(start, sign):
    running = start()
    running.wait_until_complete()
    assert running.get("/healthz") == (200, '{"database": "ok", "broker": "ok"}')
    children = running.children()

    asked = time.monotonic()
    running.process.send_signal(sign)

    assert running.process.wait(STOP_SECONDS) == 0
    assert time.monotonic() - asked < STOP_SECONDS
    assert still_there(children) == []
    assert f"StretchHub is at http://localhost:{running.port}" in running.said
    assert f"Mail        is kept as files in {running.data}/mail" in running.said
    assert "Traceback" not in running.said


@pytest.mark.real
def test_up_works_on_postgresql_and_redis_and_shows_the_first_administrators_link(start, database_of_its_own):
    redis = urllib.parse.urlsplit(services.redis_url())._replace(path="/5").geturl()
    running = start(DATABASE_URL=database_of_its_own, REDIS_URL=redis)
    running.wait_until_complete()

    assert running.get("/healthz") == (200, '{"database": "ok", "broker": "ok"}')
    link = re.search(r"to become the first administrator: (\S+)", running.said).group(1)
    assert running.get(link.removeprefix(f"http://localhost:{running.port}"))[0] == 200

    running.process.terminate()
    assert running.process.wait(STOP_SECONDS) == 0


@pytest.mark.real
def test_a_part_that_ends_by_itself_is_started_again_and_none_outlives_a_parent_that_is_killed(start):
    running = start()
    running.wait_until_complete()
    beat = next(process for process in running.children() if "beat" in process.cmdline())

    beat.kill()

    running.wait_until(lambda: "The beat process ended" in running.said)
    running.wait_until(lambda: any("beat" in process.cmdline() for process in running.children()))
    running.wait_until_complete()
    children = running.children()

    running.process.kill()
    running.process.wait()

    wait_until(lambda: not still_there(children), STOP_SECONDS, lambda: str(still_there(children)))


def test_a_second_up_on_the_same_port_is_told_so(start, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        said = refusal(tmp_path, PORT=str(port))

    assert said == f"CommandError: Port {port} is in use; choose another one with PORT={port + 1}."


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")

    said = refusal(tmp_path, DATA_DIR=str(tmp_path / "file" / "var"))

    assert said.startswith("StretchHub cannot start. DATA_DIR cannot be made: Not a directory")


def test_a_database_that_does_not_answer_is_told_without_its_password(tmp_path):
    port = services.free_port()

    said = refusal(tmp_path, DATABASE_URL=f"postgresql://hub:geheim@127.0.0.1:{port},localhost:{port}/hub")

    assert said.startswith("CommandError: The database does not answer (DATABASE_URL): connection failed")
    assert f"- host: '127.0.0.1', port: '{port}'" in said
    assert f"- host: 'localhost', port: '{port}'" in said
    assert "geheim" not in said


def test_a_broker_that_does_not_answer_is_told(tmp_path):
    said = refusal(tmp_path, REDIS_URL=f"redis://:geheim@127.0.0.1:{services.free_port()}/0")

    assert said.startswith("CommandError: The broker does not answer (REDIS_URL, 127.0.0.1): ")
    assert "geheim" not in said


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"SITE_URL": "http://hub.example.org"}, "SITE_URL must begin with https://"),
        ({"SITE_URL": "https://hub.example.org", "DEBUG": "1"}, "DEBUG must be off"),
        ({"SITE_URL": "https://hub.example.org", "DEMO": "1"}, "DEMO must be off"),
        ({"SITE_URL": "https://hub.example.org", "ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name hosts, not *"),
        ({"SITE_URL": "https://hub.example.org", "SECRET_KEY": "changeme"}, "SECRET_KEY must be at least 50"),
        ({"PORT": "http"}, "PORT must be a whole number"),
        ({"DATABASE_URL": "mysql://hub/hub"}, "DATABASE_URL must look like postgresql://"),
    ],
)
def test_settings_that_are_unsafe_or_wrong_are_refused(environment, said, tmp_path):
    assert said in refusal(tmp_path, **environment)


@pytest.mark.real
@pytest.mark.timeout(240)
def test_the_demo_is_loaded_behind_a_page_that_says_so_and_then_people_can_sign_in(start):
    running = start(DEMO="1")
    running.wait_until_answering()
    assert "Getting the demo ready" in running.get("/")[1]
    assert running.get("/healthz")[0] == 200

    running.wait_until(lambda: "The demo is ready." in running.said, 180)

    assert 'name="login"' in running.get("/")[1]
    assert "mentor@demo.example" in running.said
    running.process.terminate()
    assert running.process.wait(STOP_SECONDS) == 0


def test_a_folder_that_others_may_enter_is_told_with_what_to_do(tmp_path):
    folder = tmp_path / "our data"
    folder.mkdir(mode=0o700)
    assert up.open_to_others(folder) == ""

    folder.chmod(0o755)
    assert up.open_to_others(folder) == (
        f"Every account of this machine may enter {folder}; close it to them with:  chmod o= '{folder}'"
    )


@pytest.mark.real
def test_the_secret_key_is_kept_for_its_owner_only(prepared):
    assert stat.S_IMODE((prepared / "secret_key").stat().st_mode) == 0o600


def test_a_signal_that_comes_where_python_drops_what_is_raised_stops_all_the_same(monkeypatch):
    class Careless:
        def __init__(self, command):
            self.command = command

        def __del__(self):
            self.command.stop_asked(signal.SIGTERM, None)

    command = up.Command()
    command.stopping, command.parts = False, []
    monkeypatch.setattr(command, "announce", lambda: None)
    monkeypatch.setattr(command, "launch", lambda part: part)
    monkeypatch.setattr(command, "wait_until_answering", lambda web: None)
    monkeypatch.setattr(command, "keep_alive", lambda: Careless(command) and None)
    monkeypatch.setattr(sys, "unraisablehook", lambda lost: None)

    with pytest.raises(up.Stopped):
        command.run()


@pytest.mark.real
def test_a_worker_that_runs_and_takes_nothing_ends_itself_and_is_started_again(start):
    """Told by its control channel to stop listening to the queue: alive, answering pings, and deaf."""
    running = start(WORKER_DEAF_SECONDS="10", LOG_FORMAT="json")
    running.wait_until_complete()
    spool = {"data_folder": str(running.data / "spool"), "polling_interval": 0.1}
    broker.register()
    with Celery(broker="spool://localhost/", broker_transport_options=spool) as remote:
        running.wait_until(lambda: remote.control.cancel_consumer("celery", reply=True, timeout=5))

        running.wait_until(lambda: "The worker process ended (75) and is started again." in running.said)

    said = [json.loads(line) for line in running.said.splitlines() if line.startswith("{")]
    assert [line["level"] for line in said if line["logger"] == "stretchhub.deaf"] == ["critical"]
    waiting = running.data / "spool" / "queues" / "celery"
    running.wait_until(lambda: not list(waiting.glob("*.msg")))
