from django.urls import path

from campaigns import views

urlpatterns = [
    path("", views.home, name="home"),
    path("campaigns/", views.campaign_index, name="campaigns"),
]
