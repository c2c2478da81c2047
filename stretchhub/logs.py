"""What is said in the logs, as lines for people or as JSON, and what must never reach them.

No password inside an address, no token of a mailed link, no mail address, and no words of an error: they often
repeat what somebody typed. Errors of the surroundings keep theirs (a connection refused, a disk that is full).
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from typing import Any

from django.db import InterfaceError, OperationalError
from kombu.exceptions import OperationalError as BrokerError

from stretchhub.traced import request_id, task_name

SECRETS = [
    (re.compile(r"(\w+://[^\s:/@]*):[^\s/@]+@"), r"\1:***@"),
    (re.compile(r"(/(?:m|setup|password/reset/key|confirm-email)/)[^\s/?\"']+"), r"\1***"),
    (re.compile(r"((?:[?&]|\b)(?:token|key|code|password|passwd|secret|csrfmiddlewaretoken)=)[^\s&\"',;)]+"), r"\1***"),
    (re.compile(r"(?i)(\b(?:bearer|basic)\s+)[\w.~+/=-]{8,}"), r"\1***"),
    (re.compile(r"(?<!//)(?<!//:)[\w.+%-]+@((?:[\w-]+\.)+\w+)"), r"***@\1"),
]
# Their words come from the system or from a server, not from what people wrote.
OF_THE_SURROUNDINGS = (OperationalError, InterfaceError, BrokerError, OSError)
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]")


def redacted(words: str) -> str:
    """The same words without secrets and addresses."""
    for pattern, shown in SECRETS:
        words = pattern.sub(shown, words)
    return words


def said_of(error: BaseException) -> str:
    """An error's kind; and its words, where nobody can have typed them."""
    name = type(error).__name__
    if not isinstance(error, OF_THE_SURROUNDINGS) or isinstance(error, UnicodeError):
        return name
    return f"{name}: {redacted(' '.join(str(error).split()))}"[:500]


def _without_words(value: Any) -> Any:
    return said_of(value) if isinstance(value, BaseException) else value


class Redact(logging.Filter):
    """Blanks secrets in the finished line, whatever was passed as its arguments."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = self._said(record)
        clean = redacted(said)
        if record.args or clean != said:
            record.msg, record.args = clean, ()
        return True

    def _said(self, record: logging.LogRecord) -> str:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(record.args, dict):
            args = {name: _without_words(value) for name, value in record.args.items()}
            # Celery names the error of a task among the parts of its line.
            record.args = {**args, "exc": said_of(error)} if error is not None and "exc" in args else args
        elif record.args:
            record.args = tuple(map(_without_words, record.args))
        return record.getMessage()


def _chain(error: BaseException) -> list[BaseException]:
    """The error and those it came from, the first one first."""
    found: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in found:
        found.append(following)
        following = following.__cause__ or (None if following.__suppress_context__ else following.__context__)
    return found[::-1]


def _where(error: BaseException) -> list[str]:
    return [f"{each.filename}:{each.lineno} in {each.name}" for each in traceback.extract_tb(error.__traceback__)]


def _one_line(words: str) -> str:
    """What would begin a line of its own, or move about in a terminal, is shown as an escape."""
    return UNSEEN.sub(lambda found: found.group().encode("unicode_escape").decode(), words.replace("\n", "\\n"))


def _error(record: logging.LogRecord) -> BaseException | None:
    return record.exc_info[1] if record.exc_info else None


class Lines(logging.Formatter):
    """For people: one line, and under it where an error came from."""

    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%d %H:%M:%S")
        said = [f"{time} {record.levelname:7} {record.name}: {_one_line(record.getMessage())}"]
        if (error := _error(record)) is not None:
            for each in _chain(error):
                said += [f"    {place}" for place in _where(each)]
                said.append(f"  {_one_line(said_of(each))}")
            if request_id.get():
                said.append(f"  request {request_id.get()}")
        return "\n".join(said)


class Json(logging.Formatter):
    """For programs: one object a line, in UTC, with the id of the request or task it belongs to."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
        }
        said |= {name: value for name, value in (("request", request_id.get()), ("task", task_name.get())) if value}
        if (error := _error(record)) is not None:
            said["errors"] = [{"said": said_of(each), "where": _where(each)} for each in _chain(error)]
        return json.dumps(said)


FORMATS = {"text": Lines, "json": Json}


def config(level: str, form: str, stream: Any) -> dict[str, Any]:
    """The settings of `logging` for web, worker, beat and commands alike."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"redact": {"()": Redact}},
        "formatters": {"line": {"()": FORMATS[form]}},
        "handlers": {
            "console": {"class": "logging.StreamHandler", "stream": stream, "formatter": "line", "filters": ["redact"]}
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            # What was asked of the database holds what people wrote; a test counts it by other means.
            "django.db.backends": {"level": "INFO"},
            "django.request": {"level": "ERROR"},
            "django.security.DisallowedHost": {"level": "CRITICAL"},
            "celery": {"level": "WARNING"},
            # At a finer level these write out headers, bodies and arguments.
            "kombu": {"level": "INFO"},
            "amqp": {"level": "INFO"},
            "httpcore": {"level": "INFO"},
            "urllib3": {"level": "INFO"},
            "boto3": {"level": "INFO"},
            "botocore": {"level": "INFO"},
            "s3transfer": {"level": "INFO"},
            "asyncio": {"level": "INFO"},
            "gunicorn.error": {"handlers": [], "level": "WARNING", "propagate": True},
            "gunicorn.access": {"handlers": [], "level": "WARNING", "propagate": False},
        },
    }
