"""Fixtures of the real leg: SMTP sink, worker with beat, the site as deployed, Chromium.

Whoever uses `worker`, `live_site` or `new_page` works on committed rows, emptied after each test.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from stretchhub.celery import app
from tests import services
from tests.asked import ALL
from tests.mail_sink import MailSink

# How long, in milliseconds, a browser waits for what it is to find: on a busy machine a page takes its time.
PATIENCE = 60_000


def is_complaint(said: ConsoleMessage) -> bool:
    """Chromium also reports each refusal we mean, such as 404 or 422, as an error; those are no faults.

    Nor is a connection that only a test takes away, nor what a page still asked for when it was left: a suggestion, how
    far an export is. What could not be sent for another reason Chromium reports itself as well.
    """
    if re.fullmatch(r"htmx:(afterRequest|sendError|sendAbort), \[object HTML\w*Element\]", said.text):
        return False
    if said.text.endswith("net::ERR_INTERNET_DISCONNECTED"):
        return False
    meant = said.text.startswith("Failed to load resource: the server responded with a status of 4")
    return said.type == "error" and not (meant and "/static/" not in said.location.get("url", ""))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The lite leg leaves out what needs real servers; the real leg what brings its own and ran there already."""
    if settings.LEG != "real":
        left_out = [item for item in items if item.get_closest_marker("real")]
    elif not ALL:
        left_out = [item for item in items if item.get_closest_marker("once") and not item.get_closest_marker("real")]
    else:
        left_out = []
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        without = set(left_out)
        items[:] = [item for item in items if item not in without]


@pytest.fixture(scope="session")
def mail_server() -> Iterator[MailSink]:
    sink = MailSink()
    yield sink
    sink.stop()


@pytest.fixture
def smtp_sink(mail_server: MailSink) -> Iterator[MailSink]:
    """A real SMTP server, empty at the start; the worker and the site send to it."""
    mail_server.messages.clear()
    mail_server.refuse = None
    yield mail_server
    mail_server.refuse = None


@pytest.fixture(scope="session")
def site_url() -> str:
    """The address of the site under test, also in the links of mail."""
    return f"http://localhost:{services.free_port()}"


@pytest.fixture(scope="session")
def surroundings(django_db_setup, django_db_blocker, mail_server: MailSink, site_url: str) -> Iterator[dict[str, str]]:
    """The environment by which other processes work on this test's database, broker and mail."""
    yield {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "TEST_DATABASE_NAME": str(connection.settings_dict["NAME"]),
        "TEST_EMAIL_URL": mail_server.url,
        "TEST_SITE_URL": site_url,
        "HOST": "127.0.0.1",
        "LOG_LEVEL": "WARNING",
    }
    with django_db_blocker.unblock():
        wait_until_alone_in_the_database()


def wait_until_alone_in_the_database() -> None:
    """PostgreSQL drops no database that somebody is still leaving."""
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    deadline = time.monotonic() + 10
    with connection.cursor() as cursor:
        while True:
            cursor.execute(f"SELECT pg_terminate_backend(pid) {others}")
            if not cursor.fetchall():
                break
            assert time.monotonic() < deadline
            time.sleep(0.05)
    # While a browser is there Django keeps its connections elsewhere, and nobody would close this one.
    connection.close()


def started(module: str, *arguments: str, environment: dict[str, str]) -> subprocess.Popen:
    """A process of ours, tied to the test process, writing where pytest shows it on failure."""
    log = Path(settings.DATA_DIR) / f"{module}-{arguments[2] if module == 'celery' else 'site'}.log"
    with log.open("ab") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "stretchhub.part", str(os.getpid()), module, *arguments],
            cwd=services.ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
            start_new_session=True,
        )  # fmt: skip


@contextmanager
def ended(*processes: subprocess.Popen) -> Iterator[None]:
    """None of them is left at the end, nor where one of them does not come up: it would act on later tests' rows."""
    try:
        yield
    finally:
        for process in processes:
            services.end(process)


@pytest.fixture(scope="module")
def worker_processes(surroundings: dict[str, str]) -> Iterator[None]:
    """Only while a module asks for them: beat's sweeps would race with tests that work by themselves."""
    app.control.purge()
    quiet = ["--loglevel", "WARNING"]
    options = ["--concurrency", "2", "--without-gossip", "--without-mingle", "--without-heartbeat", *quiet]
    schedule = str(Path(settings.DATA_DIR) / "beat-schedule")
    with ended(
        started("celery", "--app", "stretchhub", "worker", *options, environment=surroundings),
        started("celery", "--app", "tests.beat", "beat", "--schedule", schedule, "--pidfile", "", *quiet,
                environment=surroundings),
    ):  # fmt: skip
        deadline = time.monotonic() + services.WAIT_SECONDS
        while not app.control.ping(timeout=0.5, limit=1):
            assert time.monotonic() < deadline, "The worker does not answer; its log is in DATA_DIR."
        yield


@pytest.fixture
def worker(worker_processes, transactional_db) -> None:
    """A real Celery worker and beat on this test's database, Redis and SMTP sink."""


@pytest.fixture(scope="session")
def site_process(surroundings: dict[str, str], site_url: str) -> Iterator[None]:
    port = site_url.rpartition(":")[2]
    environment = {**surroundings, "TEST_PORT": port}
    process = started(
        "gunicorn", "--config", "python:stretchhub.web", "--bind", f"127.0.0.1:{port}", environment=environment
    )
    with ended(process):
        services.wait_for_port(int(port), process, Path(settings.DATA_DIR) / "gunicorn-site.log")
        yield


@pytest.fixture
def live_site(site_process, site_url: str, transactional_db) -> str:
    """The address of the site, served by gunicorn as when deployed, on this test's database."""
    return site_url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    # Playwright runs a loop in this thread, which makes Django think that we are asynchronous.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=services.chromium_path(),
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        )
        yield browser
        browser.close()


@pytest.fixture
def new_page(browser: Browser, live_site: str) -> Iterator[Callable[..., Page]]:
    """Opens a page of somebody's own: `new_page(width=390, javascript=False, dark=True)`.

    Each has its own cookies. Errors in any console, which are also CSP reports, fail the test.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(width: int = 1280, *, height: int = 900, javascript: bool = True, dark: bool = False) -> Page:
        context = browser.new_context(
            base_url=live_site,
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if is_complaint(said) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """One page at 1280 px."""
    return new_page()
