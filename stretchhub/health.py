"""Whether StretchHub can do its work: the database and its tables, and the broker, all answer.

Three addresses without sign-in, which say no more than which part is missing: `/healthz` as JSON for the health check
of a container, `/healthz/live` that this process answers at all, `/healthz/ready` whether it may be given requests.
"""

from functools import cache

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from stretchhub.celery import app

PLAIN = "text/plain; charset=utf-8"
OK, SILENT, BEHIND = "ok", "not answering", "not up to date"


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:
        return False
    return True


def broker_answers() -> bool:
    try:
        with app.connection_for_write(connect_timeout=2) as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
            return broker.default_channel is not None
    except Exception:
        return False


@cache
def newest_migrations() -> frozenset[tuple[str, str]]:
    """The last one of each app, as this program has them; those that it stands for where it stands for others."""
    graph = MigrationLoader(None).graph
    # A squashed one is noted by itself only when `migrate` runs again after those that it stands for were applied.
    return frozenset(noted for leaf in graph.leaf_nodes() for noted in graph.nodes[leaf].replaces or [leaf])


def tables_are_up_to_date() -> bool:
    """Whether all that this program needs was applied; a database that is further on is fine."""
    try:
        applied = set(MigrationRecorder.Migration.objects.using(connection.alias).values_list("app", "name"))
    except Exception:
        return False
    return newest_migrations() <= applied


def parts() -> dict[str, str]:
    """Each part and what is to be said of it."""
    database = database_answers()
    return {
        "database": OK if database else SILENT,
        "migrations": OK if database and tables_are_up_to_date() else BEHIND if database else SILENT,
        "broker": OK if broker_answers() else SILENT,
    }


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when both answer, else 503, with the name of the one that does not."""
    answers = {"database": database_answers(), "broker": broker_answers()}
    words = {name: OK if well else SILENT for name, well in answers.items()}
    return JsonResponse(words, status=200 if all(answers.values()) else 503)


@login_not_required
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """This process answers; it asks nothing else, so that a database that is gone restarts no web server."""
    return HttpResponse(f"{OK}\n", content_type=PLAIN)


@login_not_required
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 when everything is there, else 503; one line for each part."""
    found = parts()
    status = 200 if set(found.values()) == {OK} else 503
    return HttpResponse("".join(f"{name}: {says}\n" for name, says in found.items()), status=status, content_type=PLAIN)
