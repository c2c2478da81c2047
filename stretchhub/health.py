"""Whether StretchHub can do its work: the database and the broker both answer."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from stretchhub.celery import app


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


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when both answer, else 503, with the name of the one that does not."""
    answers = {"database": database_answers(), "broker": broker_answers()}
    words = {name: "ok" if well else "not answering" for name, well in answers.items()}
    return JsonResponse(words, status=200 if all(answers.values()) else 503)
