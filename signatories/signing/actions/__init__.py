"""Actions of representatives, and what follows from them later."""

from signatories.signing.actions.contact import (
    ask_to_become_contact,
    decide_handover,
    renew_private_link,
)
from signatories.signing.actions.holding import held_confirmation, hold_confirmation
from signatories.signing.actions.logos import propose_logo, take_back_logo
from signatories.signing.actions.reaffirmation import (
    ask_to_reaffirm,
    lapse_silent,
    reaffirm_signature,
    remind_silent,
)
from signatories.signing.actions.settling import (
    organisation_entered_by_staff,
    organisation_known_to_signer,
    provisional_organisation,
    settle_confirmed,
    settle_for_decision,
    settle_signature,
)
from signatories.signing.actions.signatures import (
    change_visibility,
    confirm_signature,
    correct_signature,
    resend_confirmation,
    sign_letter,
    withdraw_signature,
)

__all__ = [
    "ask_to_become_contact",
    "ask_to_reaffirm",
    "change_visibility",
    "confirm_signature",
    "correct_signature",
    "decide_handover",
    "held_confirmation",
    "hold_confirmation",
    "lapse_silent",
    "organisation_entered_by_staff",
    "organisation_known_to_signer",
    "propose_logo",
    "provisional_organisation",
    "reaffirm_signature",
    "remind_silent",
    "renew_private_link",
    "resend_confirmation",
    "settle_confirmed",
    "settle_for_decision",
    "settle_signature",
    "sign_letter",
    "take_back_logo",
    "withdraw_signature",
]
