"""What messages are about, as people choose it: a few topics, each with its own way of coming."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Topic(models.TextChoices):
    CHECK_INS = "check_ins", _("Check-ins")
    PLAN = "plan", _("Milestones, decisions and learning")
    WORK = "work", _("Briefs, agreements and sponsors")
    EVIDENCE = "evidence", _("Evidence and feedback")
    REVIEWS = "reviews", _("Reviews")
    SPONSOR_DIGEST = "sponsor_digest", _("Sponsor’s digest")
    ACCOUNT = "account", _("My account")


# What somebody must get: it is about how they sign in.
ALWAYS = Topic.ACCOUNT
# One mail a week as it is; it comes or it does not.
WHOLE = Topic.SPONSOR_DIGEST
# Of things with a day that comes: people may ask to be told of it some days before.
WITH_DAYS = (Topic.CHECK_INS, Topic.PLAN)
CHOSEN = tuple(topic for topic in Topic if topic != ALWAYS)
