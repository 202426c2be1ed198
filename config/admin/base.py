"""What all pages of the admin have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from config.errors import DomainError

M = TypeVar("M", bound=Model)


class StaffModelAdmin(admin.ModelAdmin[M]):
    """An admin page whose changes go through actions, so nothing may delete rows in bulk."""

    actions_on_bottom = True
    list_per_page = 50

    @staticmethod
    def staff(request: HttpRequest) -> User:
        """The signed-in staff user; admin pages are never reached without one."""
        return cast(User, request.user)

    def act_and_return(
        self, request: HttpRequest, act: Callable[[], object], done: object, to: str
    ) -> HttpResponse:
        """Act for a button, say what was done or what forbids it, and go back to a page."""
        try:
            act()
        except DomainError as error:
            messages.error(request, str(error.message))
        else:
            messages.success(request, str(done))
        return HttpResponseRedirect(to)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Say what forbids a saving that the form itself could not foresee; nothing is saved."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except DomainError as error:
            messages.error(request, str(error.message))
            return HttpResponseRedirect(request.get_full_path())

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions
