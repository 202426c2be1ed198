"""All URLs. Those of pages begin with a language; those of data and files do not."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from django.views import defaults

from campaigns.urls import plain_urlpatterns as campaign_urlpatterns
from campaigns.views import front
from config.web import health, unavailable
from config.web.cleaning import without_reading
from config.web.security_txt import security_txt
from letters.urls import plain_urlpatterns as letter_urlpatterns
from signatories.urls import plain_urlpatterns

handler400 = without_reading(unavailable.bad_request)
handler403 = without_reading(defaults.permission_denied)
handler404 = without_reading(defaults.page_not_found)
handler500 = unavailable.server_error  # reads the body, to give back what was typed

urlpatterns = [
    path("", front, name="front"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path(".well-known/security.txt", security_txt, name="security-txt"),
    path("admin/", include("config.staff.urls")),
    path("admin/", admin.site.urls),
    # Views that know what is public serve uploaded files; there is no media directory.
    *campaign_urlpatterns,
    *letter_urlpatterns,
    *plain_urlpatterns,
    # For developers only.
    *([path("", include("signatories.gallery.urls"))] if settings.DEBUG else []),
    *i18n_patterns(
        path("", include("campaigns.urls")),
        path("", include("letters.urls")),
        path("", include("signatories.urls")),
    ),
]
