from django.urls import include, path

from signatories.views import private, public

letter_urls = [
    path("", public.letter_page, name="letter"),
    path("in/<str:language>/", public.letter_page, name="letter-in"),
    path("sign/", public.sign, name="sign"),
    path("sign/sent/", public.sign_sent, name="sign-sent"),
    path("signatories/", public.signatories, name="signatories"),
]

confirm_urls = [
    path("", private.confirm, name="confirm"),
    path("again/", private.confirm_again, name="confirm-again"),
]

manage_urls = [
    path("", private.manage, name="manage"),
    path("reaffirm/", private.reaffirm, name="reaffirm"),
    path("withdraw/", private.withdraw, name="withdraw"),
    path("visibility/", private.visibility, name="visibility"),
    path("contact/", private.ask_contact, name="ask-contact"),
]

urlpatterns = [
    path("campaigns/<slug:slug>/", public.campaign_page, name="campaign"),
    path("letters/<slug:slug>/", include(letter_urls)),
    path("confirm/<str:token>/", include(confirm_urls)),
    path("signature/<str:token>/", include(manage_urls)),
    path("privacy/", public.privacy, name="privacy"),
]

# Addresses without a language: what they serve has no words in it.
plain_urlpatterns = [
    path("organisations.json", public.suggestions, name="suggestions"),
    path("letters/<slug:slug>/live.json", public.live, name="live"),
    path("letters/<slug:slug>/signatories.json", public.open_data, name="open-data"),
]
