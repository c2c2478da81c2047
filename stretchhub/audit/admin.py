"""The audit trail in Django's admin: to be read, by administrators, and nothing else."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.http import HttpRequest

from .models import AuditEntry


class ReadOnly(admin.ModelAdmin):
    """Nothing can be added, changed or removed here, whoever asks."""

    actions = None

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_authenticated and request.user.is_administrator


class AuditEntryAdmin(ReadOnly):
    list_display = ("at", "actor", "verb", "object_type", "object_id")
    list_select_related = ("actor",)
    show_full_result_count = False


class Site(admin.AdminSite):
    """Mounted only with ADMIN=1; holds what is registered here and nothing that other packages bring."""

    site_header = site_title = "StretchHub"
    enable_nav_sidebar = False


site = Site()
site.login = secure_admin_login(site.login)  # type: ignore[method-assign]
site.register(AuditEntry, AuditEntryAdmin)
