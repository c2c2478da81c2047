"""Where everything is mounted."""

from django.conf import settings
from django.urls import include, path

from stretchhub.audit.admin import site
from stretchhub.feed import feed
from stretchhub.health import healthz, live, ready
from stretchhub.metrics import metrics
from stretchhub.today import put_off, take_up, today

handler400 = "stretchhub.pages.bad_request"
handler403 = "stretchhub.pages.forbidden"
handler404 = "stretchhub.pages.not_found"
handler500 = "stretchhub.pages.server_error"

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("healthz/live", live, name="healthz-live"),
    path("healthz/ready", ready, name="healthz-ready"),
    path("metrics", metrics, name="metrics"),
    path("", today, name="today"),
    path("today/later/", put_off, name="today-put-off"),
    path("today/again/", take_up, name="today-take-up"),
    path("m/<str:token>/calendar.ics", feed, name="calendar-feed"),
    path("", include("stretchhub.people.urls")),
    path("", include("stretchhub.notices.urls")),
    path("", include("stretchhub.audit.urls")),
    path("", include("assignments.urls")),
    path("", include("reviews.urls")),
    path("", include("sponsors.urls")),
    path("", include("stretchhub.insights.urls")),
    path("", include("stretchhub.keeping.urls")),
    path("accounts/", include("allauth.urls")),
]
if settings.ADMIN:
    urlpatterns.append(path("admin/", site.urls))
