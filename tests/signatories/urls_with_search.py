"""The addresses of a site that has a search page."""

from django.conf.urls.i18n import i18n_patterns
from django.http import HttpResponse
from django.urls import path

from config.urls import urlpatterns as addresses

urlpatterns = [
    *addresses,
    *i18n_patterns(path("search/", lambda request: HttpResponse(), name="search")),
]
