"""Addresses."""

app_name = "notices"

urlpatterns: list = []
