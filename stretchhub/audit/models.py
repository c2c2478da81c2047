"""What happened, written once."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class WrittenOnce(TypeError):
    """Somebody tried to change or remove an audit entry."""

    def __init__(self) -> None:
        super().__init__("The audit trail is written once: entries are never changed or removed.")


class WrittenOnceQuerySet(models.QuerySet):
    def update(self, **kwargs):
        raise WrittenOnce

    def delete(self):
        raise WrittenOnce

    def bulk_update(self, *args, **kwargs):
        raise WrittenOnce

    def bulk_create(self, objs, batch_size=None, ignore_conflicts=False, update_conflicts=False, **conflict):
        if update_conflicts:
            raise WrittenOnce
        return super().bulk_create(objs, batch_size, ignore_conflicts, **conflict)

    def update_or_create(self, *args, **kwargs):
        raise WrittenOnce

    def _raw_delete(self, using):
        raise WrittenOnce

    def _update(self, values, *args, **kwargs):
        raise WrittenOnce


class AuditEntryQuerySet(WrittenOnceQuerySet):
    def newest_first(self) -> AuditEntryQuerySet:
        return self.select_related("actor").order_by("-id")


class AuditEntry(models.Model):
    """Who did what to which object and which fields it touched; never what people wrote in them."""

    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text=_("Empty where the system acted by itself."),
    )
    verb = models.CharField(_("what"), max_length=80)
    object_type = models.CharField(_("kind of object"), max_length=80)
    object_id = models.BigIntegerField(_("object"), null=True)
    fields = models.JSONField(_("fields"), default=list)
    # What can be said of the deed itself without a word of anybody's: codes, counts, the digest of a file.
    facts = models.JSONField(_("facts"), default=dict, blank=True)
    request_id = models.CharField(max_length=36, blank=True)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        ordering = ["-id"]
        base_manager_name = "objects"
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="audit_by_object"),
            models.Index(fields=["actor", "-id"], name="audit_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.object_type} {self.object_id}"

    def save(self, *args, **kwargs) -> None:
        if self.pk is not None:
            raise WrittenOnce
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise WrittenOnce


class AuditSeal(models.Model):
    """That an entry was sealed, with the hash that covers it and all that was sealed before it."""

    number = models.BigIntegerField(primary_key=True)
    # A number and no foreign key: where the entry is gone, its seal still says that it was there.
    entry = models.BigIntegerField(unique=True)
    hash = models.CharField(max_length=64)

    objects = WrittenOnceQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number}: entry {self.entry}"


class AuditChain(models.Model):
    """How far the trail is sealed and verified; one row."""

    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)
    # When the sealer last found nothing more to seal.
    sealed_at = models.DateTimeField(null=True)
    # Entries up to this one are sealed; those after it are looked through, as one may be committed after the next.
    floor = models.BigIntegerField(default=0)
    next_floor = models.BigIntegerField(default=0)
    floor_at = models.DateTimeField(null=True)
    # Where the chain begins since older entries were let go; nought and empty where all are kept.
    start_number = models.BigIntegerField(default=0)
    start_hash = models.CharField(max_length=64, blank=True)
    # How far the round that is under way has come.
    checked_number = models.BigIntegerField(default=0)
    checked_hash = models.CharField(max_length=64, blank=True)
    # The last round that came to the end, and what it found.
    verified_at = models.DateTimeField(null=True)
    verified_number = models.BigIntegerField(default=0)
    fault = models.JSONField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(name="audit_chain_is_one_row", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return f"sealed to {self.number}"
