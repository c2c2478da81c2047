"""The site with two pages more: “hello” for whoever is signed in, and the same with one committed INSERT."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST

from stretchhub.urls import *  # noqa: F403
from stretchhub.urls import urlpatterns as own

TABLE = "bench_floor"


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"hello {request.user.pk}")


@require_POST
def insert(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {TABLE} (person_id, words) VALUES (%s, %s)", [request.user.pk, "hello"])
    return HttpResponse("hello")


urlpatterns = [path("floor/hello/", hello), path("floor/insert/", insert), *own]
