"""Accounts of staff in the admin. Their passwords are nobody's but their own."""

from __future__ import annotations

from typing import Any

import django.contrib.auth.admin  # noqa: F401 - so that there is something to unregister
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db.models import Exists, OuterRef, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from config.admin.base import StaffModelAdmin
from config.models import SecondFactor
from config.staff.accounts import change_account
from config.staff.factor import reset_factor
from config.staff.forms import AccountForm
from config.staff.roles import Role, role_of, with_role

# Roles instead of single permissions, and nobody types another one's password.
admin.site.unregister([User, Group])


class RoleFilter(admin.SimpleListFilter):
    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Role.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        if self.value() not in Role.values:
            return queryset
        return queryset.filter(pk__in=with_role(Role(self.value() or "")).values("pk"))


@admin.register(User)
class AccountAdmin(StaffModelAdmin[User]):
    """Who works here. People join by invitation; accounts are made inactive, never deleted."""

    form = AccountForm
    change_form_template = "admin/staff/account.html"
    list_display = [
        "username",
        "full_name",
        "email",
        "role",
        "is_active",
        "last_login",
        "second_factor",
    ]
    list_filter = ["is_active", RoleFilter]
    search_fields = ["username", "first_name", "last_name", "email"]
    ordering = ["username"]
    fields = [
        "username",
        ("first_name", "last_name"),
        "email",
        "role",
        "is_active",
        "last_login",
        "second_factor",
    ]
    readonly_fields = ["username", "last_login", "second_factor"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """All but those who are invited and have not joined."""
        in_use = SecondFactor.objects.filter(user=OuterRef("pk"), confirmed=True)
        accounts = User.objects.filter(invitation=None).prefetch_related("groups")
        return accounts.annotate(has_factor=Exists(in_use)).order_by(*self.ordering)

    @admin.display(description=_("full name"))
    def full_name(self, account: User) -> str:
        return account.get_full_name()

    @admin.display(description=_("role"))
    def role(self, account: User) -> str:
        role = role_of(account)
        return str(role.label) if role else "–"

    @admin.display(description=_("second factor"), boolean=True)
    def second_factor(self, account: Any) -> bool:
        return bool(account.has_factor)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(
        self, request: HttpRequest, obj: User, form: ModelForm[User], change: bool
    ) -> None:
        change_account(
            account=obj,
            role=form.cleaned_data["role"],
            is_active=form.cleaned_data["is_active"],
            by=self.staff(request),
            now=timezone.now(),
        )

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The audit trail tells of it by number; Django's own log would repeat the name."""

    # The second factor of a colleague

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.reset_factor))
        own = path("<int:pk>/reset-factor/", view, name="auth_user_reset_factor")
        return [own, *super().get_urls()]

    def reset_factor(self, request: HttpRequest, pk: int) -> HttpResponse:
        """For a colleague who has neither the app nor a recovery code any more."""
        account = self.row_to_change(request, pk)
        return self.act_and_return(
            request,
            lambda: reset_factor(user=account, by=self.staff(request), now=timezone.now()),
            done=_("The second factor is reset. The next log-in sets up another one."),
            to=reverse("admin:auth_user_change", args=[pk]),
        )
