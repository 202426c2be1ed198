from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.forms import Form, ModelForm
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from signatories import contact, review
from signatories.actions import change_visibility
from signatories.admin.bulk import ManyAtOnce
from signatories.admin.candidates import candidate_rows, decide_candidate
from signatories.admin.decided_on import as_shown, check_shown
from signatories.admin.filters import WaitingFilter
from signatories.admin.proposals import ProposedLogoPages
from signatories.agreement import shown_by
from signatories.forms import DeclineForm, ReaffirmForm
from signatories.models import (
    TRANSITIONS,
    Organisation,
    Signature,
    may_see_representatives,
)
from signatories.own_data import contact_erasure
from signatories.reaffirmation import may_reaffirm, reaffirm_signature
from signatories.register import is_at_own_domain
from signatories.transitions import lock_signature

Status = Signature.Status

# What is about a person; a reason can say anything of one.
PERSONAL = {
    "representative_name",
    "representative_role",
    "representative_email",
    "network",
    "reason",
}


@admin.register(Signature)
class SignatureAdmin(ManyAtOnce, ProposedLogoPages):
    """Review. Signatures are read here and decided on; representatives write them."""

    change_form_template = "admin/signatories/signature/change_form.html"
    has_save_buttons = False
    list_display = [
        "organisation_name",
        "country",
        "letter",
        "status",
        "authority",
        "visibility",
        "revision",
        "confirmed_at",
    ]
    list_filter = [
        WaitingFilter,
        "status",
        "authority",
        "visibility",
        ("letter", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["organisation", "letter", "revision"]
    search_fields = ["signed_as", "organisation__name", "organisation__sort_key"]
    date_hierarchy = "signed_at"
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "letter",
                    "registered",
                    "status",
                    "visibility",
                    "statement",
                    "source_url",
                ]
            },
        ),
        (
            _("As it was signed"),
            {
                "fields": [
                    "signed_as",
                    "country",
                    "website",
                    "revision",
                    "edition_language",
                    "language",
                ]
            },
        ),
        (
            _("Representative"),
            {
                "description": _("Never public. Use it for this letter alone."),
                "fields": [
                    "representative_name",
                    "representative_role",
                    "representative_email",
                    "network",
                    "proof_missing",
                ],
            },
        ),
        (
            _("What happened"),
            {
                "fields": [
                    "signed_at",
                    "confirmed_at",
                    "published_at",
                    "withdrawn_at",
                    "asked_at",
                    "reaffirmed_at",
                    "lapsed_at",
                    "decided_at",
                    "decided_by",
                    "reason",
                ]
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Signature]:
        signatures = Signature.objects.visible_to(request.user)
        return signatures.select_related("organisation", "letter__revision", "revision").defer(
            "revision__canonical", "letter__revision__canonical"
        )

    def zone_of(self, obj: Signature) -> tzinfo:
        return obj.letter.zone

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Without what is personal for staff who may not see who signs."""
        if may_see_representatives(request.user):
            return self.fieldsets
        kept = [
            (name, options, [field for field in options["fields"] if field not in PERSONAL])
            for name, options in self.fieldsets or []
        ]
        return [(name, {**options, "fields": fields}) for name, options, fields in kept if fields]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [field for _name, options in self.fieldsets for field in options["fields"]]  # type: ignore[misc]

    @admin.display(description=_("organisation"))
    def registered(self, signature: Signature) -> str:
        """The organisation with the way to its page, if it has one."""
        own = signature.organisation
        if own is None:
            return "-"
        if own.provisional:
            return _("%(name)s (not on the register yet)") % {"name": own.name}
        page = reverse("admin:signatories_organisation_change", args=[own.pk])
        return format_html('<a href="{}">{}</a>', page, own.name)

    @admin.display(description=_("organisation"), ordering="organisation__sort_key")
    def organisation_name(self, signature: Signature) -> str:
        """The name that staff know it by, and what it waits for."""
        own = signature.organisation
        if own and own.recognised_as_id:
            return _("%(name)s (possibly a second signature)") % {"name": own.name}
        return signature.register_name

    # One signature

    def get_urls(self) -> list[URLPattern]:
        def decision(name: str, view: Callable[..., HttpResponse]) -> URLPattern:
            return path(
                f"<int:pk>/{name}/",
                self.admin_site.admin_view(require_POST(view)),
                name=f"signatories_signature_{name}",
            )

        return [
            decision("publish", self.publish),
            decision("decline", self.decline),
            decision("correction", self.correction),
            decision("verify", self.verify),
            decision("withhold", self.withhold),
            decision("reaffirm", self.reaffirm),
            decision("candidate", self.candidate),
            decision("contact", self.contact),
            decision("new_link", self.new_link),
            *super().get_urls(),
        ]

    def page_context(self, request: HttpRequest, obj: Signature | None) -> dict[str, Any]:
        if obj is None:
            return {}
        own = obj.organisation and (obj.organisation.recognised_as or obj.organisation)
        return {
            **super().page_context(request, obj),
            "signature": obj,
            "as_shown": as_shown(obj),
            "may_see_representatives": may_see_representatives(request.user),
            "may_publish": Status.PUBLISHED in TRANSITIONS[obj.status]
            and obj.status != Status.LAPSED
            and bool(obj.confirmed_at),
            "may_decline": Status.DECLINED in TRANSITIONS[obj.status] and bool(obj.confirmed_at),
            "at_own_domain": own is not None
            and is_at_own_domain(email=obj.representative_email, organisation=own),
            "may_verify": obj.is_live and obj.authority != Signature.Authority.STAFF_VERIFIED,
            "may_withhold": obj.is_live and obj.visibility == Signature.Visibility.PUBLIC,
            "may_reaffirm": may_reaffirm(obj, timezone.now()),
            "may_renew_link": contact.may_renew_link(obj),
            "candidates": candidate_rows(obj, request.user),
            "contact_erasure": contact_erasure(obj),
            "decline_form": DeclineForm(),
            "is_second": bool(obj.organisation and obj.organisation.recognised_as_id),
            "will_be_withheld": bool(
                obj.published_at is None and obj.organisation and obj.organisation.protected
            ),
            "reaffirm_form": ReaffirmForm(auto_id="id_said"),
        }

    def publish(self, request: HttpRequest, pk: int) -> HttpResponse:
        signature = self.row_to_change(request, pk)
        return self._decide(
            request,
            signature,
            lambda: review.publish_signature(
                signature=signature, by=self.staff(request), now=timezone.now()
            ),
            _("%s is on the public list."),
        )

    def decline(self, request: HttpRequest, pk: int) -> HttpResponse:
        signature, form = self.row_to_change(request, pk), DeclineForm(request.POST)
        if not form.is_valid():
            return self._ask_again(request, signature, form, _("Decline"))
        return self._decide(
            request,
            signature,
            lambda: review.decline_signature(
                signature=signature,
                by=self.staff(request),
                now=timezone.now(),
                reason=form.cleaned_data["reason"],
            ),
            _("%s is declined."),
        )

    def correction(self, request: HttpRequest, pk: int) -> HttpResponse:
        signature = self.row_to_change(request, pk)
        return self._decide(
            request,
            signature,
            lambda: review.decide_correction(
                signature=signature,
                accept="accept" in request.POST,
                by=self.staff(request),
                now=timezone.now(),
            ),
            _("The correction of %s is decided."),
        )

    def verify(self, request: HttpRequest, pk: int) -> HttpResponse:
        signature = self.row_to_change(request, pk)
        return self._decide(
            request,
            signature,
            lambda: review.verify_authority(
                signature=signature, by=self.staff(request), now=timezone.now()
            ),
            _("The authority of %s is verified."),
        )

    def withhold(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take the name off every page at once; the representative can show it again."""
        signature = self.row_to_change(request, pk)
        return self._decide(
            request,
            signature,
            lambda: change_visibility(
                signature=signature,
                visibility=Signature.Visibility.WITHHELD,
                by=self.staff(request),
                now=timezone.now(),
            ),
            _("The name of %s is withheld."),
        )

    def reaffirm(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Record that the organisation signs the present text, said on paper or by telephone."""
        signature, form = self.row_to_change(request, pk), ReaffirmForm(request.POST)
        if not form.is_valid():
            return self._ask_again(request, signature, form, _("It signs the present text"))
        return self._decide(
            request,
            signature,
            lambda: reaffirm_signature(
                signature=signature,
                shown=shown_by(signature.letter, signature.edition_language),
                by=self.staff(request),
                now=timezone.now(),
                reason=form.cleaned_data["reason"],
            ),
            _("%s has signed the present text."),
        )

    def contact(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Hand the signature over to the colleague who asked to be its contact, or not."""
        signature = self.row_to_change(request, pk)
        if not may_see_representatives(request.user):
            raise PermissionDenied
        return self._decide(
            request,
            signature,
            lambda: contact.decide_handover(
                signature=signature,
                accept="accept" in request.POST,
                by=self.staff(request),
                now=timezone.now(),
            ),
            _("The contact of %s is decided."),
        )

    def new_link(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Mail the representative a new private link; the ones before it end."""
        signature = self.row_to_change(request, pk)
        return self._decide(
            request,
            signature,
            lambda: contact.renew_private_link(
                signature=signature, by=self.staff(request), now=timezone.now()
            ),
            _("A new private link of %s is on its way. The one before no longer works."),
        )

    def candidate(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say of one candidate that it is the same, a federation, or different."""
        signature = self.row_to_change(request, pk)
        number = request.POST.get("organisation", "")
        register = Organisation.objects.visible_to(request.user)
        other = register.filter(pk=number if number.isdecimal() else 0)
        return self._decide(
            request,
            signature,
            lambda: decide_candidate(
                own=signature.organisation,
                other=other.first(),
                answer=request.POST.get("answer", ""),
                by=self.staff(request),
                now=timezone.now(),
            ),
            _("Decided for %s."),
        )

    def _decide(
        self, request: HttpRequest, signature: Signature, act: Callable[[], Any], done: Any
    ) -> HttpResponse:
        @transaction.atomic
        def act_on_what_was_shown() -> None:
            if "as_shown" in request.POST:
                check_shown(lock_signature(signature), request.POST["as_shown"])
            act()

        to = reverse("admin:signatories_signature_change", args=[signature.pk])
        return self.act_and_return(request, act_on_what_was_shown, done=done % signature, to=to)

    def _ask_again(
        self, request: HttpRequest, signature: Signature, form: Form, button: Any
    ) -> HttpResponse:
        """A reason that cannot be stored, as it was typed, with what is wrong about it."""
        context = {
            "title": button,
            "button": button,
            "signatures": [signature],
            "form": form,
            "back": reverse("admin:signatories_signature_change", args=[signature.pk]),
        }
        return self._reason_page(request, context)

    def save_model(
        self, request: HttpRequest, obj: Signature, form: ModelForm[Signature], change: bool
    ) -> None:
        """Nothing here is typed, so nothing is saved; decisions are actions."""
