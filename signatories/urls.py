from django.urls import include, path

from signatories.api.urls import urlpatterns as api_urlpatterns
from signatories.embedding import urls as embedding
from signatories.sharing import urls as sharing
from signatories.views import (
    about,
    figures,
    letter,
    logos,
    machines,
    organisations,
    overview,
    own_data,
    private,
    search,
    signing,
    stopping,
)

letter_urls = [
    path("", letter.letter_page, name="letter"),
    path("in/<str:language>/", letter.letter_page, name="letter-in"),
    path("sign/", signing.sign, name="sign"),
    path("sign/sent/", signing.sign_sent, name="sign-sent"),
    path("signatories/", letter.signatories, name="signatories"),
    path("figures/", figures.figures, name="figures"),
    path("feed.atom", machines.signatures_feed, name="letter-feed"),
    path("updates.atom", machines.updates_feed, name="letter-updates"),
    *sharing.letter_urls,
    *embedding.letter_urls,
]

confirm_urls = [
    path("", private.confirm, name="confirm"),
    path("again/", private.confirm_again, name="confirm-again"),
    path("erase/", own_data.erase_unconfirmed, name="erase-unconfirmed"),
]

manage_urls = [
    path("", private.manage, name="manage"),
    path("reaffirm/", private.reaffirm, name="reaffirm"),
    path("withdraw/", private.withdraw, name="withdraw"),
    path("visibility/", private.visibility, name="visibility"),
    path("logo/", logos.propose, name="propose-logo"),
    path("logo/proposed.webp", logos.proposed, name="proposed-logo"),
    path("new-link/", private.new_link, name="new-link"),
    path("data/", own_data.own_data_page, name="own-data"),
    path("data/download/", own_data.download, name="download-own-data"),
    path("data/erase/", own_data.erase, name="erase-own-data"),
]

urlpatterns = [
    path("", overview.home, name="home"),
    path("campaigns/<slug:slug>/", overview.campaign_page, name="campaign"),
    path("open-data/", machines.open_data, name="open-data"),
    *sharing.urlpatterns,
    path("letters/feed.atom", machines.letters_feed, name="letters-feed"),
    path("letters/<slug:slug>/", include(letter_urls)),
    path("confirm/<str:token>/", include(confirm_urls)),
    path("signature/<str:token>/", include(manage_urls)),
    path("contact/<str:token>/", private.become_contact, name="contact"),
    path("mail/<str:token>/", stopping.stop_mail_page, name="stop-mail"),
    path("accessibility/", about.accessibility, name="accessibility"),
    path("organisations/", organisations.organisations_page, name="organisations"),
    path("organisations/<slug:slug>/", organisations.organisation_page, name="organisation"),
    path("search/", search.search_page, name="search"),
    path("privacy/", about.privacy, name="privacy"),
    path("privacy/erased/", own_data.erased, name="data-erased"),
]

# URLs without a language prefix: what they serve has no text to translate.
plain_urlpatterns = [
    path("robots.txt", machines.robots, name="robots"),
    path("sitemap.xml", machines.sitemap_index, name="sitemap"),
    path("sitemap-<slug:section>.xml", machines.sitemap, name="sitemap-section"),
    *embedding.plain_urlpatterns,
    path("logos/<slug:key>.webp", organisations.logo, name="logo"),
    path("organisations.json", signing.suggestions, name="suggestions"),
    path("letters/<slug:slug>/live.json", letter.live, name="live"),
    path("letters/<slug:slug>/challenge.json", signing.challenge, name="challenge"),
    *api_urlpatterns,
]
