"""What the surroundings say: the environment's settings and the one clock."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from stretchhub.postgres import address

LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
TRUE_WORDS = {"1", "true", "yes", "on"}


def text(name: str, default: str = "") -> str:
    """The setting `name`, or what the file named by `name`_FILE holds (a container's secret)."""
    file = os.environ.get(f"{name}_FILE")
    if file and not os.environ.get(name):
        try:
            return Path(file).read_text().strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error.strerror}: {file}") from None
    return os.environ.get(name, "") or default


def flag(name: str, default: bool = False) -> bool:
    """Whether the setting `name` says yes."""
    value = text(name)
    return value.lower() in TRUE_WORDS if value else default


def number(name: str, default: int) -> int:
    """The setting `name` as a whole number."""
    value = text(name)
    return _whole(value, name) if value else default


def _whole(value: str, name: str) -> int:
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not “{value}”.") from None


def is_local(site_url: str) -> bool:
    """Whether this is an http address of the machine itself, where plain cookies are fine."""
    parts = urlsplit(site_url)
    return parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"}


def data_dir(path: Path) -> Path:
    """The folder for everything StretchHub keeps, or one in it, made when missing so that only its owner may enter."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"DATA_DIR cannot be made: {error.strerror}: {path}") from None
    if not os.access(path, os.W_OK | os.X_OK, effective_ids=True):
        raise ImproperlyConfigured(f"DATA_DIR cannot be written to: {path}")
    return path


def secret_key(folder: Path) -> str:
    """The key from the environment, else the one made once into a file only its owner reads."""
    if given := text("SECRET_KEY"):
        return given
    file = folder / "secret_key"
    fresh = folder / f"secret_key.{os.getpid()}"
    if not file.exists():
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as out:
            out.write(secrets.token_urlsafe(64))
        try:
            os.link(fresh, file)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return file.read_text().strip()


def database(url: str, folder: Path) -> dict:
    """Django's settings for the database: PostgreSQL when a URL is given, else SQLite.

    Of several hosts the first that can be reached and takes what is written is used, at each new connection.
    """
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": folder / "stretchhub.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
            },
        }
    place = address.read(url)
    address.require_writing(place)
    # One address that moves, as a cloud's, says that it is one of several by naming which of them it looks for.
    several = place.several or "target_session_attrs" in place.options
    return _postgres(place, "DATABASE_URL", {"connect_timeout": 5, **(address.SEVERAL if several else {})})


def replica(url: str, database_url: str) -> dict:
    """Django's settings for a standby of PostgreSQL, to which nothing is written whatever it is."""
    if not database_url:
        raise ImproperlyConfigured("DATABASE_REPLICA_URL needs DATABASE_URL: SQLite has no standby.")
    place = address.read(url, "DATABASE_REPLICA_URL")
    found = _postgres(place, "DATABASE_REPLICA_URL", address.REPLICA)
    options = found["OPTIONS"]
    if "options" in options:
        options["options"] += address.REPLICA_READS
    if options["prepare_threshold"]:
        options["options"] += address.REPLICA_IN_TIME
    # Whoever runs tests with it never makes tables there.
    return found | {"TEST": {"MIRROR": "default"}}


def _postgres(place: address.Address, variable: str, usual: dict) -> dict:
    options = dict(place.options)
    # Nought for a pooler that hands each transaction to another connection and knows no prepared statements.
    prepare = _whole(options.pop("prepare_threshold", "1"), f"{variable}: prepare_threshold") or None
    if prepare:
        # What is prepared is planned once for each connection. Left to itself PostgreSQL plans most of it each time,
        # for it believes a long union to be planned in a tenth of the time that this takes.
        options.setdefault("options", "-c plan_cache_mode=force_generic_plan")
    return {
        "ENGINE": "stretchhub.postgres",
        "NAME": place.name,
        "USER": place.user,
        "PASSWORD": place.password or text("DATABASE_PASSWORD"),
        "HOST": place.hosts,
        "PORT": place.ports,
        # Each thread keeps its own and asks before each request whether it still stands. A pool waits between its tries
        # to come back, longer each time: it was still waiting when a database that was gone for long had been back.
        "CONN_MAX_AGE": 3600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**usual, **options, "prepare_threshold": prepare},
    }


def email(url: str, folder: Path) -> dict:
    """Django's mail settings: SMTP when a URL is given, else one file for each message."""
    if not url:
        return {"EMAIL_BACKEND": "stretchhub.mailbox.EmailBackend", "EMAIL_FILE_PATH": folder / "mail"}
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ImproperlyConfigured("EMAIL_URL must look like smtp://user:password@host:587?tls=starttls.")
    tls = dict(parse_qsl(parts.query)).get("tls", "ssl" if parts.scheme == "smtps" else "").lower()
    if tls not in {"", "no", "none", "0", "false", "starttls", "1", "true", "yes", "ssl"}:
        raise ImproperlyConfigured("EMAIL_URL: tls must be starttls, ssl or none.")
    implicit = tls == "ssl"
    starttls = tls in {"starttls", *TRUE_WORDS}
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if implicit else 587 if starttls else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": implicit,
        "EMAIL_USE_TLS": starttls,
        "EMAIL_TIMEOUT": 30,
    }


def files(url: str, folder: Path, *, beneath: str = "") -> dict:
    """Django's settings for a storage: objects of a bucket, `beneath` a name, when a URL is given, else this folder."""
    if not url:
        # No base_url: an uploaded file has no address but the view that asks who is reading.
        own = {"base_url": None, "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
        return {"BACKEND": "stretchhub.storage.WholeFiles", "OPTIONS": {"location": folder, **own}}
    parts = urlsplit(url)
    bucket, _slash, location = parts.path.strip("/").partition("/")
    if "@" in parts.path + parts.query + parts.fragment:
        raise ImproperlyConfigured(
            "FILES_URL: write a / in the secret as %2F, ? as %3F and # as %23, or put the secret into FILES_SECRET."
        )
    if parts.scheme != "s3" or not parts.hostname or not bucket:
        raise ImproperlyConfigured("FILES_URL must look like s3://KEY:SECRET@endpoint.example.org/bucket?region=…")
    said = dict(parse_qsl(parts.query))
    tls, region, style = said.pop("tls", "yes").lower(), said.pop("region", None), said.pop("addressing", None)
    if said:
        raise ImproperlyConfigured(f"FILES_URL knows region, addressing and tls, not “{min(said)}”.")
    if style not in {None, "path", "virtual"} or tls not in {"no", "none", "0", "false", *TRUE_WORDS}:
        raise ImproperlyConfigured("FILES_URL: addressing must be path or virtual, and tls yes or no.")
    if find_spec("storages") is None:
        raise ImproperlyConfigured("FILES_URL needs more packages: pip install --require-hashes -r requirements-s3.txt")
    key, secret = unquote(parts.username or ""), unquote(parts.password or "") or text("FILES_SECRET")
    if bool(key) != bool(secret):
        raise ImproperlyConfigured("FILES_URL names the key, and it or FILES_SECRET the secret: both or neither.")
    return {
        "BACKEND": "stretchhub.objects.Objects",
        "OPTIONS": {
            "endpoint_url": f"{'https' if tls in TRUE_WORDS else 'http'}://{parts.netloc.rpartition('@')[2]}",
            "bucket_name": bucket,
            "location": "/".join(filter(None, [unquote(location), beneath])),
            "region_name": region,
            "addressing_style": style,
            # Neither where the machine itself is known to the bucket.
            "access_key": key or None,
            "secret_key": secret or None,
        },
    }


_stopped: ContextVar[Exception | None] = ContextVar("stopped", default=None)


@contextmanager
def no_clock(error: Exception) -> Iterator[None]:
    """Whoever asks for the time in here gets this error."""
    token = _stopped.set(error)
    try:
        yield
    finally:
        _stopped.reset(token)


def now() -> datetime:
    """The one clock. Only the tests' settings name a CLOCK_FILE, whose seconds are added."""
    if (error := _stopped.get()) is not None:
        raise error
    file = getattr(settings, "CLOCK_FILE", None)
    if file is None:
        return timezone.now()
    try:
        shift = float(Path(file).read_text() or 0)
    except (FileNotFoundError, ValueError):
        shift = 0.0
    return timezone.now() + timedelta(seconds=shift)


def today(zone: str | ZoneInfo = "UTC") -> date:
    """The local date in this time zone."""
    return now().astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone).date()


class LocalDays(dict[ZoneInfo, date]):
    """The local date of one moment, in each time zone that is asked for."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __missing__(self, zone: ZoneInfo) -> date:
        day = self[zone] = self.moment.astimezone(zone).date()
        return day
