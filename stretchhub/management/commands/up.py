"""Everything of StretchHub on one machine: web, worker and beat as one process tree."""

import contextlib
import os
import shlex
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from stretchhub import demo, env, tether
from stretchhub.celery import app
from stretchhub.people.setup import setup_line

STOP_SECONDS = 6.0
QUICK_END_SECONDS = 5.0
MOST_RESTARTS = 5
DEMO_PASSWORD = "stretch-demo"  # noqa: S105 (known to everyone on purpose)


@dataclass
class Part:
    """One process of the tree, in a group of its own, so that a key press reaches only `up`."""

    name: str
    module: str
    arguments: list[str]
    lasting: bool = True
    process: subprocess.Popen | None = None
    started: float = 0.0
    restarts: int = 0
    environment: dict[str, str] = field(default_factory=dict)

    def start(self) -> None:
        """Start it, tied to this process: it ends when this one does."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 (every part of it is ours)
            [sys.executable, "-m", "stretchhub.part", str(os.getpid()), self.module, *self.arguments],
            cwd=settings.BASE_DIR,
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal(self, sign: int, *, group: bool = False) -> None:
        """Send a signal to it, or to it and all it started."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, sign) if group else self.process.send_signal(sign)


class Command(BaseCommand):
    help = "Start the web server, the worker and beat; Ctrl-C stops all of them."
    requires_system_checks = []

    def add_arguments(self, parser) -> None:
        parser.add_argument("--tied", action="store_true", help="Stop when the program that started this ends.")

    def handle(self, *args, tied: bool = False, **options) -> None:
        """Check the surroundings, prepare the database, then run until a signal comes."""
        self.stopping = False
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # `nohup` asks to ignore SIGHUP; that stays so.
            if sign != signal.SIGHUP or signal.getsignal(sign) != signal.SIG_IGN:
                signal.signal(sign, self.stop_asked)
        if tied:
            tether.tie(os.getppid())
        self.parts: list[Part] = []
        try:
            self.prepare()
            self.run()
        except Stopped:
            pass
        finally:
            self.stop()

    def stop_asked(self, sign: int, frame) -> None:
        """The first signal stops gently; another one while stopping stops at once."""
        if self.stopping:
            for part in self.parts:
                part.signal(signal.SIGKILL, group=True)
            return
        self.stopping = True
        raise Stopped

    def unless_stopped(self) -> None:
        """Stop now, where a signal came at a moment at which Python drops what is raised, within a finalizer say."""
        if self.stopping:
            raise Stopped

    # --- before anything runs ---

    def prepare(self) -> None:
        """Bring database and static files up to date; say in one line what is in the way."""
        require_free_port(settings.HOST, settings.PORT)
        require_database()
        require_broker()
        if warning := open_to_others(settings.DATA_DIR):
            self.stderr.write(warning)
        try:
            migrate()
            self.people = get_user_model().objects.exists()
        except DatabaseError as error:
            raise CommandError(f"The database could not be brought up to date: {one_line(error)}") from None
        finally:
            connection.close()
        collect_static_files()
        demo.LOADING.unlink(missing_ok=True)
        if settings.DEMO and not self.people:
            demo.LOADING.touch()

    # --- while it runs ---

    def run(self) -> None:
        """Web first, the demo's people next to it; worker and beat when those are there."""
        web = self.launch(Part("web", "gunicorn", ["--config", "python:stretchhub.web"]))
        self.wait_until_answering(web)
        self.announce()
        if demo.LOADING.exists():
            self.load_demo()
        self.launch(Part("worker", "celery", worker_arguments()))
        self.launch(Part("beat", "celery", beat_arguments()))
        while True:
            self.unless_stopped()
            self.keep_alive()
            time.sleep(0.2)

    def launch(self, part: Part) -> Part:
        self.unless_stopped()
        self.parts.append(part)
        part.environment = {
            "HOST": settings.HOST,
            "PORT": str(settings.PORT),
            "DATA_DIR": str(settings.DATA_DIR),
            "SITE_URL": settings.SITE_URL,
            "WEB_STOP_SECONDS": "3",
            "WORKER_STOP_SECONDS": "2",
            "REMAP_SIGTERM": "SIGQUIT",
        }
        part.start()
        return part

    def wait_until_answering(self, web: Part) -> None:
        while not port_answers(settings.HOST, settings.PORT):
            self.unless_stopped()
            if not web.running:
                raise CommandError("The web server ended while starting; its message is above.")
            time.sleep(0.05)

    def load_demo(self) -> None:
        """Write the demo's people while the web server shows that it is being prepared."""
        loader = self.launch(Part("demo", "django", ["seed_demo"], lasting=False))
        while loader.running:
            self.unless_stopped()
            time.sleep(0.1)
        self.parts.remove(loader)
        demo.LOADING.unlink(missing_ok=True)
        if loader.process.returncode:
            self.stderr.write("The demo could not be loaded; its message is above. StretchHub runs without it.")
        else:
            self.say("The demo is ready.")

    def keep_alive(self) -> None:
        """Start again what ended by itself; give up on what cannot stay."""
        for part in self.parts:
            if part.running:
                continue
            lived = time.monotonic() - part.started
            part.restarts = part.restarts + 1 if lived < QUICK_END_SECONDS * 12 else 1
            if part.restarts > MOST_RESTARTS:
                raise CommandError(f"The {part.name} process keeps ending; its message is above.")
            self.stderr.write(f"The {part.name} process ended ({part.process.returncode}) and is started again.")
            part.signal(signal.SIGKILL, group=True)
            part.start()

    def stop(self) -> None:
        """End every process, gently first, and leave none."""
        self.stopping = True
        for part in self.parts:
            part.signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while any(part.running for part in self.parts) and time.monotonic() < deadline:
            time.sleep(0.05)
        for part in self.parts:
            part.signal(signal.SIGKILL, group=True)
            if part.process is not None:
                part.process.wait()
        if settings.DEMO:
            demo.LOADING.unlink(missing_ok=True)

    # --- what it says ---

    def say(self, line: str = "") -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def announce(self) -> None:
        """The address, who can sign in, and where mail goes."""
        self.say(f"\nStretchHub is at {settings.SITE_URL}")
        if settings.DEMO:
            people = ", ".join(f"{who}@demo.example" for who in ("mentor", "mentee", "sponsor", "hr", "admin"))
            self.say(f"  Sign in as  {people}")
            self.say(f"  Password    {DEMO_PASSWORD}")
            if demo.LOADING.exists():
                self.say("  The demo's people are being written; the pages say so until they are ready.")
        elif not self.people:
            self.say(f"  {setup_line()}")
        self.say(f"  Mail        {where_mail_goes()}")
        self.say("  Stop        Ctrl-C\n")


class Stopped(Exception):
    """A signal asked to stop."""


def require_free_port(host: str, port: int) -> None:
    """Refuse a port that another program listens on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host.strip("[]"), port))
        except PermissionError:
            raise CommandError(f"Port {port} may not be used by this user; choose one above 1023 with PORT.") from None
        except OSError as error:
            if port_answers(host, port):
                raise CommandError(f"Port {port} is in use; choose another one with PORT={port + 1}.") from None
            raise CommandError(f"{host}:{port} cannot be listened on: {error.strerror}.") from None


def port_answers(host: str, port: int) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host.strip("[]"), host.strip("[]"))  # noqa: S104
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def require_database() -> None:
    """Refuse a database that does not answer, without its address's password."""
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        where = "DATABASE_URL" if env.text("DATABASE_URL") else connection.settings_dict["NAME"]
        raise CommandError(f"The database does not answer ({where}): {one_line(error)}") from None


def migrate() -> None:
    """Apply what is missing; where nothing is, a second saved."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)
    else:
        # As `migrate` does too: notes which squashed ones stand for all that was applied here before them.
        executor.check_replacements()


def require_broker() -> None:
    """Refuse a broker that does not answer."""
    try:
        with app.connection_for_write(connect_timeout=3) as broker:
            broker.ensure_connection(max_retries=1, timeout=3)
            broker.channel().close()
    except Exception as error:
        where = f"REDIS_URL, {urlsplit(settings.REDIS_URL).hostname}" if settings.REDIS_URL else "the spool"
        raise CommandError(f"The broker does not answer ({where}): {one_line(error)}") from None


def open_to_others(folder: Path) -> str:
    """What to do where every account of the machine may enter the folder with the database, mails and files."""
    if not folder.stat().st_mode & stat.S_IRWXO:
        return ""
    close = f"chmod o= {shlex.quote(str(folder))}"
    return f"Every account of this machine may enter {folder}; close it to them with:  {close}"


def one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def collect_static_files() -> None:
    """Gather the static files again when one of them changed."""
    stamp = Path(settings.STATIC_ROOT) / ".stamp"
    files = [*settings.STATICFILES_DIRS[0].rglob("*"), settings.BASE_DIR / "requirements.txt"]
    newest = str(max((file.stat().st_mtime_ns for file in files if file.exists()), default=0)) + f" {len(files)}"
    if stamp.exists() and stamp.read_text() == newest:
        return
    shutil.rmtree(settings.STATIC_ROOT, ignore_errors=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(newest)


def worker_arguments() -> list[str]:
    processes = str(env.number("WORKER_PROCESSES", 2))
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING"]
    return ["--quiet", "--app", "stretchhub", "worker", "--concurrency", processes, "--pool", "prefork", *quiet]


def beat_arguments() -> list[str]:
    schedule = str(settings.DATA_DIR / "beat-schedule")
    return ["--quiet", "--app", "stretchhub", "beat", "--schedule", schedule, "--pidfile", "", "--loglevel", "WARNING"]


def where_mail_goes() -> str:
    host = getattr(settings, "EMAIL_HOST", "")
    if host and settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return f"is sent by {host}:{settings.EMAIL_PORT}"
    return f"is kept as files in {settings.EMAIL_FILE_PATH}"
