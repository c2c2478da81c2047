"""Where everything is mounted."""

from django.urls import include, path

from stretchhub.health import healthz
from stretchhub.today import today

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("", today, name="today"),
    path("", include("stretchhub.people.urls")),
    path("", include("stretchhub.notices.urls")),
    path("", include("stretchhub.audit.urls")),
    path("", include("assignments.urls")),
    path("", include("reviews.urls")),
    path("", include("sponsors.urls")),
    path("accounts/", include("allauth.urls")),
]
