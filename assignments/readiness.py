"""What a brief still needs before it can be handed in."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from .models import BriefVersion


@dataclass(frozen=True)
class Item:
    """One thing a brief needs: whether it is there, and what to write where it is not."""

    name: str
    ready: bool
    missing: str


def checklist(version: BriefVersion) -> tuple[Item, ...]:
    """The five things a sponsor needs to decide, in the order of the page."""
    return (
        Item(_("Problem"), bool(version.problem.strip()), _("Say what the problem is and who feels it.")),
        Item(_("Outcome"), bool(version.outcomes.all()), _("Name one measure with its baseline and target.")),
        Item(_("Stakeholders"), bool(version.stakeholders.all()), _("Name somebody this touches.")),
        Item(_("Risks"), bool(version.risks.all()), _("Name one risk and what you do about it.")),
        Item(_("Decision asked"), bool(version.decision_asked.strip()), _("Say what the sponsor decides.")),
    )


def missing(version: BriefVersion) -> list[str]:
    return [item.missing for item in checklist(version) if not item.ready]
