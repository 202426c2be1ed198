from django.urls import path

from letters import views

urlpatterns = [
    path("letters/<slug:slug>/revisions/", views.revisions, name="revisions"),
    path("letters/<slug:slug>/revisions/<str:label>/", views.revision, name="revision"),
]

# Addresses without a language: what they serve has no words of ours in it.
plain_urlpatterns = [
    path("letters/<slug:slug>/revisions/<str:label>.json", views.canonical, name="canonical"),
]
