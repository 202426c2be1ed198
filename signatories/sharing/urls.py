from django.urls import path

from signatories.sharing import views

letter_urls = [
    path("preview.png", views.letter_picture, name="letter-picture"),
    path("in/<str:language>/preview.png", views.letter_picture, name="letter-picture-in"),
    path("share/", views.share, name="share"),
    path("qr.svg", views.share_code, name="share-code"),
]

urlpatterns = [path("preview.png", views.site_picture_page, name="site-picture")]
