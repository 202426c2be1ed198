"""Admin forms that show again what was typed before the user had to log in again."""

from __future__ import annotations

from typing import Any, TypeVar, cast

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from config.staff import typed

M = TypeVar("M", bound=Model)


class SavedTypingAdmin(admin.ModelAdmin[M]):
    """Fills in the form as it was sent; nothing is saved until it is sent again."""

    def get_form(
        self, request: HttpRequest, obj: M | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if "fields" in kwargs and kwargs["fields"] is None:  # Django wants their names
            return form
        if not self._may_send(request, obj):
            return form
        again: typed.Typed | None = getattr(request, "typed_again", None)

        class Marked(form):  # type: ignore[misc,valid-type]
            typed_by = typed.TypedByField()

            def clean(self) -> Any:
                cleaned = super().clean()
                if again is not None:
                    self.add_error(None, again.message)
                return cleaned

        return Marked

    def _may_send(self, request: HttpRequest, obj: M | None) -> bool:
        if obj is None:
            return self.has_add_permission(request)
        return self.has_change_permission(request, obj)

    def _may_send_to(self, request: HttpRequest, object_id: str | None) -> bool:
        if object_id is None:
            return self._may_send(request, None)
        obj = self.get_object(request, unquote(object_id))
        return obj is not None and self._may_send(request, obj)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        form = context["adminform"].form
        if typed.TYPED_BY in form.fields:
            form.initial[typed.TYPED_BY] = typed.typed_by(cast(int, request.user.pk))
        return super().render_change_form(request, context, *args, **kwargs)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        again = typed.take(request) if request.method == "GET" else None
        if again is not None and self._may_send_to(request, object_id):
            request.FILES  # noqa: B018 - read now: reading it later would empty POST again
            request.method, request.POST = "POST", again.fields  # type: ignore[assignment]
            request.typed_again = again  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, form_url, extra_context)
