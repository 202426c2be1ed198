"""Staff accounts in the admin. Nobody sets another person's password."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import django.contrib.auth.admin  # noqa: F401 - so that there is something to unregister
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db.models import Exists, OuterRef, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from config.admin.base import M, StaffModelAdmin
from config.durations import whole_minutes
from config.models import SecondFactor
from config.staff import reauthentication
from config.staff.accounts import change_account, end_sessions
from config.staff.factor import reset_factor
from config.staff.forms import AccountForm
from config.staff.roles import Role, role_of, with_role

# Django's own pages edit single permissions and other people's passwords; ours use roles.
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


class ReauthenticatedAdmin(StaffModelAdmin[M]):
    """A page that asks for password and code before it saves.

    Its form has ReauthenticationFields.
    """

    def get_fieldsets(self, request: HttpRequest, obj: M | None = None) -> Any:
        """Adds the fields for password and code if they are required."""
        fieldsets = list(super().get_fieldsets(request, obj))
        if obj:
            may = self.has_save_buttons and self.has_change_permission(request, obj)
        else:
            may = self.has_add_permission(request)
        names = reauthentication.required_fields(request, timezone.now()) if may else []
        if not names:
            return fieldsets
        why = render_to_string(
            "admin/staff/why_again.html", {"minutes": whole_minutes(reauthentication.RECENT)}
        )
        return [*fieldsets, (_("Confirm that it is you"), {"fields": names, "description": why})]

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The form class for this request."""
        form = super().get_form(request, *args, **kwargs)
        form.request = request
        return form


@admin.register(User)
class AccountAdmin(ReauthenticatedAdmin[User]):
    """Staff. People join by invitation; accounts are deactivated, never deleted."""

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
        """Everyone except people who are invited and have not joined yet."""
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

    @admin.display(description=_("two-factor authentication"), boolean=True)
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
        """Do nothing: the audit trail has it by number, and Django's log would repeat the name."""

    # Buttons for a colleague

    def get_urls(self) -> list[URLPattern]:
        def button(name: str, view: Callable[..., HttpResponse]) -> URLPattern:
            guarded = self.admin_site.admin_view(require_POST(view))
            return path(f"<int:pk>/{name}/", guarded, name=f"auth_user_{name.replace('-', '_')}")

        own = [
            button("reset-factor", self.reset_factor),
            button("end-sessions", self.end_sessions),
        ]
        return [*own, *super().get_urls()]

    def reset_factor(self, request: HttpRequest, pk: int) -> HttpResponse:
        """For a colleague who has lost both the app and the recovery codes."""
        return self._act(
            request,
            pk,
            reset_factor,
            title=_("Reset two-factor authentication"),
            done=_(
                "Two-factor authentication has been reset. It must be set up again at the next"
                " log-in."
            ),
        )

    def end_sessions(self, request: HttpRequest, pk: int) -> HttpResponse:
        """For a colleague whose device was lost or who forgot to log out somewhere."""
        return self._act(
            request,
            pk,
            end_sessions,
            title=_("End all sessions"),
            done=_("All sessions have been ended."),
        )

    def _act(
        self, request: HttpRequest, pk: int, act: Callable[..., object], *, title: Any, done: Any
    ) -> HttpResponse:
        account = self.row_to_change(request, pk)
        question = reauthentication.reauthentication_page(
            request, title=title, subtitle=account.get_username()
        )
        if question is not None:
            return question
        return self.act_and_return(
            request,
            lambda: act(user=account, by=self.staff(request), now=timezone.now()),
            done=done,
            to=reverse("admin:auth_user_change", args=[pk]),
        )
