from __future__ import annotations

from datetime import tzinfo
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from signatories.admin.candidates import candidate_rows
from signatories.admin.decided_on import as_shown
from signatories.admin.decisions import DecisionPages
from signatories.admin.filters import WaitingFilter
from signatories.admin.proposals import ProposedLogoPages
from signatories.models import (
    TRANSITIONS,
    Signature,
    may_see_representatives,
)
from signatories.privacy.own_data import contact_erasure
from signatories.register.owners import is_at_own_domain
from signatories.review.forms import DeclineForm
from signatories.signing.forms import ReaffirmForm
from signatories.signing.queries import may_reaffirm, may_renew_link

Status = Signature.Status

# Personal data; the reason may contain some, too.
PERSONAL = {
    "representative_name",
    "representative_role",
    "representative_email",
    "network",
    "reason",
}


@admin.register(Signature)
class SignatureAdmin(DecisionPages, ProposedLogoPages):
    """Review of signatures: read-only here, with buttons for decisions."""

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
            _("As signed"),
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
                "description": _("Never public. Use it only for this letter."),
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
            _("History"),
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
        """Hide personal data from staff who may not see representatives."""
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
        """The organisation, linked to its page if it is on the register."""
        own = signature.organisation
        if own is None:
            return "-"
        if own.provisional:
            return _("%(name)s (not yet on the register)") % {"name": own.name}
        page = reverse("admin:signatories_organisation_change", args=[own.pk])
        return format_html('<a href="{}">{}</a>', page, own.name)

    @admin.display(description=_("organisation"), ordering="organisation__sort_key")
    def organisation_name(self, signature: Signature) -> str:
        """The name on the register, with a note if it may be a second signature."""
        own = signature.organisation
        if own and own.recognised_as_id:
            return _("%(name)s (possibly a second signature)") % {"name": own.name}
        return signature.register_name

    # One signature

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
            "may_renew_link": may_renew_link(obj),
            "candidates": candidate_rows(obj, request.user),
            "contact_erasure": contact_erasure(obj),
            "decline_form": DeclineForm(),
            "is_second": bool(obj.organisation and obj.organisation.recognised_as_id),
            "will_be_withheld": bool(
                obj.published_at is None and obj.organisation and obj.organisation.protected
            ),
            "reaffirm_form": ReaffirmForm(auto_id="id_said"),
        }

    def save_model(
        self, request: HttpRequest, obj: Signature, form: ModelForm[Signature], change: bool
    ) -> None:
        """Nothing on this page is editable; decisions are actions."""
