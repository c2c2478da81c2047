"""Addresses of what sponsors read."""

from django.urls import path

from .views import dashboard

app_name = "sponsors"
urlpatterns = [
    path("sponsoring/", dashboard.dashboard, name="dashboard"),
    path("sponsoring/<uuid:code>/acknowledge/", dashboard.acknowledge, name="acknowledge"),
]
