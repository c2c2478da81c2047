"""Who wants to be told of something also some days before its day."""

from __future__ import annotations

from typing import Any

from django.db.models import Max, OuterRef, QuerySet, Subquery

from .models import TopicDelivery


def longest() -> dict[str, int]:
    """By topic, the most days that anybody chose; empty where nobody did."""
    chosen = TopicDelivery.objects.filter(days_before__gt=0)
    return dict(chosen.order_by().values_list("topic").annotate(most=Max("days_before")))


def of_those_who_want(rows: QuerySet[Any], topic: str, recipient: str) -> QuerySet[Any]:
    """The rows whose recipient wants to be told before, each with how many `days_before`."""
    chosen = TopicDelivery.objects.filter(topic=topic, days_before__gt=0).order_by()
    own = Subquery(chosen.filter(user=OuterRef(recipient)).values("days_before")[:1])
    return rows.filter(**{f"{recipient}__in": chosen.values("user")}).annotate(days_before=own)
