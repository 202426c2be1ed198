from django.urls import path, re_path

from campaigns import views

urlpatterns = [
    path("campaigns/", views.campaign_index, name="campaigns"),
]

# URLs without a language, as they serve no text.
plain_urlpatterns = [
    re_path(r"^media/(?P<name>campaigns/[\w.-]{1,80})$", views.image, name="campaign-image"),
]
