"""StretchHub: stretch assignments from a first conversation to a reviewed record."""

from stretchhub.celery import app as celery

__all__ = ["celery"]
