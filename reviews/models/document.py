"""Letters and records as they were issued: the exact text, its papers, and whether they still stand."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from assignments.models import Assignment

from .packet import Frozen, FrozenQuerySet, FrozenText
from .review import ReviewCycle, SharedResult


class DocumentKind(models.TextChoices):
    LETTER = "letter", _("Mentor letter")
    CASE_STUDY = "case_study", _("Growth case study")
    OUTLINE = "outline", _("Presentation outline")
    RECORD = "record", _("Growth record")


class Standing(models.TextChoices):
    """Whether a document still counts, as its page of verification says."""

    VALID = "valid", _("Valid")
    REPLACED = "replaced", _("Replaced")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class DocumentQuerySet(FrozenQuerySet):
    def visible_to(self, user) -> DocumentQuerySet:
        """Mentee, mentor and HR; the sponsor while the mentee shares the final result. A record is the mentee's alone.

        What was withdrawn is read by nobody but whose it is and who issued it.
        """
        shared = SharedResult.objects.filter(assignment=OuterRef("assignment"), cycle=OuterRef("cycle"))
        others = Q(assignment__mentor=user) | Q(Exists(shared), assignment__sponsor=user)
        if user.is_hr:
            others |= Q(assignment__isnull=False)
        return self.filter(Q(person=user) | Q(by=user) | (others & Q(withdrawal__isnull=True)))

    def newest(self) -> DocumentQuerySet:
        """Those that nothing has taken the place of."""
        return self.filter(superseded_by__isnull=True)

    def standing(self) -> DocumentQuerySet:
        """Those that still count."""
        return self.newest().filter(withdrawal__isnull=True)


class IssuedDocument(FrozenText):
    """A letter, case study, outline or record as it left: the text of its JSON, its SHA-256 and a code to check it by.

    Whoever has `check_code` learns that it exists, whose it is and whether it counts, and reads nothing in it.
    """

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    check_code = models.CharField(max_length=20, unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=DocumentKind.choices)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="documents")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, null=True, related_name="documents")
    # The final reviews it speaks of; the sponsor reads it while the mentee shares these.
    cycle = models.ForeignKey(ReviewCycle, on_delete=models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField(default=1)
    issued_at = models.DateTimeField()
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        ordering = ["-issued_at", "-id"]
        indexes = [models.Index(fields=["person", "-issued_at", "-id"], name="document_of_person")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "person", "assignment", "by", "version"], name="document_version_once"
            ),
            models.UniqueConstraint(
                fields=["person", "version"], condition=Q(kind="record"), name="document_record_version_once"
            ),
            models.CheckConstraint(
                name="document_record_is_of_all_assignments",
                condition=Q(kind="record", assignment__isnull=True) | (~Q(kind="record") & Q(assignment__isnull=False)),
            ),
            models.CheckConstraint(
                name="document_new_version_follows_one",
                condition=Q(version=1, supersedes__isnull=True) | Q(version__gt=1, supersedes__isnull=False),
            ),
            models.CheckConstraint(
                name="document_letter_is_by_somebody_else",
                condition=(Q(kind="letter") & ~Q(by=F("person"))) | (~Q(kind="letter") & Q(by=F("person"))),
                violation_error_message=_("A letter is written by the mentor, everything else by the mentee."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.code}"

    @property
    def standing(self) -> Standing:
        """Withdrawn goes before replaced: whoever withdrew wanted it to count no more."""
        if hasattr(self, "withdrawal"):
            return Standing.WITHDRAWN
        return Standing.REPLACED if hasattr(self, "superseded_by") else Standing.VALID


class DocumentPaper(Frozen):
    """The PDF of a document, byte for byte as it was made: what is fetched years later has the same SHA-256."""

    document = models.ForeignKey(IssuedDocument, on_delete=models.PROTECT, related_name="papers")
    paper = models.CharField(max_length=8)
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("paper of a document")
        constraints = [models.UniqueConstraint(fields=["document", "paper"], name="document_once_a_paper")]

    def __str__(self) -> str:
        return f"{self.document} {self.paper}"


class DocumentWithdrawal(Frozen):
    """Somebody whose document it is took it back: its code says so, and nothing else any more."""

    document = models.OneToOneField(IssuedDocument, on_delete=models.PROTECT, related_name="withdrawal")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("withdrawal of a document")

    def __str__(self) -> str:
        return f"{self.document} {self.at}"
