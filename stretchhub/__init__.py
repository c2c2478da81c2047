"""StretchHub: stretch assignments from a first conversation to a reviewed record."""

from stretchhub.celery import app as celery

__version__ = "0.1.0"
__all__ = ["celery"]
