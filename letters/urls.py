from django.urls import path, re_path

from letters import views
from letters.models.revisions import LABEL

SLUG = r"letters/(?P<slug>[-a-zA-Z0-9_]+)/revisions/"

urlpatterns = [
    path("letters/<slug:slug>/revisions/", views.revisions, name="revisions"),
    re_path(rf"^{SLUG}(?P<label>{LABEL})/$", views.revision, name="revision"),
]

# URLs without a language, as they serve no text of the site.
plain_urlpatterns = [
    re_path(rf"^{SLUG}(?P<label>{LABEL})\.json$", views.canonical, name="canonical"),
]
