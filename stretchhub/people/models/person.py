"""People, the roles they are granted, and the forms they have already submitted."""

from __future__ import annotations

import uuid
import zoneinfo

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from stretchhub.compiled import compiled
from stretchhub.localtime import zone_of


class Role(models.TextChoices):
    """What somebody must grant; mentor, mentee, sponsor and manager follow from records."""

    HR = "hr", _("HR")
    ADMINISTRATOR = "administrator", _("Administrator")
    CALIBRATOR = "calibrator", _("Calibrator")
    EQUITY_ANALYST = "equity_analyst", _("Equity analyst")


class Theme(models.TextChoices):
    SYSTEM = "system", _("As my device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


def validate_time_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(
            _("“%(name)s” is not a time zone. Use a name such as Europe/London."),
            params={"name": name[:60]},
        )


def validate_working_days(days: str) -> None:
    if not days or set(days) - set("1234567") or len(set(days)) != len(days):
        raise ValidationError(_("Give working days as digits, Monday is 1, for example 12345."))


class UserQuerySet(models.QuerySet):
    def active(self) -> UserQuerySet:
        return self.filter(is_active=True)

    def without_password(self) -> UserQuerySet:
        """Those who are active but could not sign in yet."""
        return self.filter(is_active=True, password__startswith=UNUSABLE_PASSWORD_PREFIX)

    def visible_to(self, user: User) -> UserQuerySet:
        """Whose page this person may open: HR and administrators everybody's, others their own."""
        return self if user.is_hr or user.is_administrator else self.filter(pk=user.pk)

    def with_role(self, role: str) -> UserQuerySet:
        return self.filter(is_active=True, role_grants__role=role)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, email: str) -> User:
        return self.get(email=email.strip().lower())

    def create_user(self, email: str, password: str | None = None, **fields) -> User:
        """Add a person; without a password they can sign in only after an invitation."""
        user = self.model(email=email, **fields)
        user.set_password(password) if password else user.set_unusable_password()
        user.save(using=self._db)
        return user


def name_of(full_name: str, preferred_name: str) -> str:
    """What a person is called on screen, for lists that read names without whole people."""
    if not preferred_name:
        return full_name
    return " ".join([preferred_name, *full_name.split()[1:][-1:]])


def first_name_of(full_name: str, preferred_name: str) -> str:
    """The short form of that name."""
    return preferred_name or full_name.split(" ")[0]


def initials_of(name: str) -> str:
    """The first letters of that name’s first and last word."""
    words = name.split()
    return "".join([word[0] for word in (words[:1] + words[1:][-1:])]).upper()


class User(AbstractBaseUser):
    """A person of the organisation, known by e-mail address. Never deleted: deactivated, or erased to a pseudonym."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    full_name = models.CharField(_("full name"), max_length=200)
    preferred_name = models.CharField(_("preferred name"), max_length=100, blank=True)
    employee_id = models.CharField(_("employee id"), max_length=64, unique=True, null=True, blank=True)
    job_title = models.CharField(_("job title"), max_length=200, blank=True)
    department = models.CharField(
        _("department"),
        max_length=300,
        blank=True,
        help_text=_("The path from the top, parts separated by “/”."),
    )
    location = models.CharField(_("location"), max_length=200, blank=True)
    manager = models.ForeignKey(
        "self",
        verbose_name=_("line manager"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="Europe/London", validators=[validate_time_zone]
    )
    locale = models.CharField(_("language"), max_length=16, default="en-gb")
    working_days = models.CharField(
        _("working days"), max_length=7, default="12345", validators=[validate_working_days]
    )
    theme = models.CharField(_("colours"), max_length=8, choices=Theme.choices, default=Theme.SYSTEM)
    is_active = models.BooleanField(_("active"), default=True)
    deactivated_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Since then the row is a pseudonym, which others' records rest on, and nobody.
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)
    invited_at = models.DateTimeField(null=True, blank=True, editable=False)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)
    # Raised to end every session of this person at their next request.
    session_epoch = models.PositiveIntegerField(default=0, editable=False)
    # What this person takes part in, once the rail has asked for it in this request; no column.
    parts: dict[str, bool]

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["full_name", "id"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_any_case",
                violation_error_message=_("Another person already has this e-mail address."),
            ),
            models.CheckConstraint(
                name="user_is_not_own_manager",
                condition=models.Q(manager__isnull=True) | ~models.Q(manager=models.F("id")),
                violation_error_message=_("A person cannot be their own line manager."),
            ),
            models.CheckConstraint(
                name="user_inactive_has_date",
                condition=models.Q(is_active=True, deactivated_at__isnull=True)
                | models.Q(is_active=False, deactivated_at__isnull=False),
                violation_error_message=_("A deactivated person has the date of it."),
            ),
            models.CheckConstraint(
                name="user_erased_is_inactive",
                condition=models.Q(erased_at__isnull=True) | models.Q(is_active=False),
                violation_error_message=_("Somebody who was erased cannot come back; add them anew."),
            ),
        ]
        indexes = [models.Index(fields=["full_name", "id"], name="user_by_name")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        self.email = self.email.strip().lower()
        self.employee_id = self.employee_id or None
        super().save(*args, **kwargs)

    @property
    def name(self) -> str:
        """What this person is called on screen and in mail."""
        return name_of(self.full_name, self.preferred_name)

    @property
    def first_name(self) -> str:
        return first_name_of(self.full_name, self.preferred_name)

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.first_name

    @property
    def initials(self) -> str:
        return initials_of(self.name)

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zone_of(self.time_zone)

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles granted to this person, read anew with each request."""
        return frozenset(_roles_of(self))

    @property
    def is_hr(self) -> bool:
        return self.is_active and Role.HR in self.roles

    @property
    def is_administrator(self) -> bool:
        return self.is_active and Role.ADMINISTRATOR in self.roles

    @property
    def is_equity_analyst(self) -> bool:
        return self.is_active and Role.EQUITY_ANALYST in self.roles

    @property
    def is_calibrator(self) -> bool:
        return self.is_active and Role.CALIBRATOR in self.roles

    # Django's admin asks these; it is read-only and for administrators alone.
    @property
    def is_staff(self) -> bool:
        return self.is_administrator

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_administrator and ".view_" in perm

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_administrator

    def get_session_auth_hash(self) -> str:
        return f"{super().get_session_auth_hash()}{self.session_epoch}"

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        return f"{super()._get_session_auth_hash(secret=secret)}{self.session_epoch}"


class RoleGrant(models.Model):
    """One role, granted to one person by somebody at a moment."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="role_grants")
    role = models.CharField(_("role"), max_length=32, choices=Role.choices)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    granted_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("granted role")
        verbose_name_plural = _("granted roles")
        ordering = ["user_id", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"],
                name="role_granted_once",
                violation_error_message=_("This person has the role already."),
            ),
            models.CheckConstraint(
                name="role_is_known",
                condition=models.Q(role__in=["hr", "administrator", "calibrator", "equity_analyst"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"


class SetupToken(models.Model):
    """The one-time token by which the first administrator comes in; one row at the most."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    digest = models.CharField(max_length=64)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="setup_token_single", condition=models.Q(id=1))]


class Submission(models.Model):
    """A form that somebody sent once; the same key sent again is answered with the first result."""

    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    route = models.CharField(max_length=200)
    key = models.CharField(max_length=64)
    body_digest = models.CharField(max_length=64)
    result = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "route", "key"], name="submission_once")]


@compiled
def _roles_of(user: User) -> models.QuerySet[RoleGrant]:
    return RoleGrant.objects.filter(user=user).order_by().values_list("role", flat=True)
