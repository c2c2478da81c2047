"""Plans kept to begin other work from: whose they are, and who looks after those of everybody."""

from __future__ import annotations

from stretchhub.people.models import User

from ..models import Assignment, SavedPlan
from .pair import mentee_or_mentor


def can_make_saved_plan(user: User) -> bool:
    """Anybody may write one for themselves."""
    return user.is_active


def can_save_plan_of(user: User, assignment: Assignment) -> bool:
    """Mentee and mentor, whose words they are, also once the work is over."""
    return mentee_or_mentor(user, assignment)


def can_keep_plans_of_everybody(user: User) -> bool:
    return user.is_active and (user.is_hr or user.is_administrator)


def can_edit_saved_plan(user: User, plan: SavedPlan) -> bool:
    """Its maker; one of everybody, HR and administrators."""
    if plan.for_everybody:
        return can_keep_plans_of_everybody(user)
    return user.is_active and user.pk == plan.made_by_id


def can_offer_saved_plan(user: User, plan: SavedPlan) -> bool:
    """Only whoever made it shows it to others."""
    return user.is_active and user.pk == plan.made_by_id and not plan.for_everybody


def can_publish_saved_plan(user: User, plan: SavedPlan) -> bool:
    """HR and administrators, their own and what was offered to them."""
    mine = user.pk == plan.made_by_id or plan.offered_at is not None
    return can_keep_plans_of_everybody(user) and mine and not plan.for_everybody
