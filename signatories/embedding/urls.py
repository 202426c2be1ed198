from django.urls import path

from signatories.embedding import oembed, views

letter_urls = [
    path("embed/", views.embed, name="embed"),
    path("embed/card/", views.frame, {"kind": "card"}, name="card-frame"),
    path("embed/count/", views.frame, {"kind": "count"}, name="count-frame"),
    path("embed/list/", views.frame, {"kind": "list"}, name="list-frame"),
    path("embed/sign/", views.sign_frame, name="sign-frame"),
    path("embed/sign/sent/", views.sign_frame_sent, name="sign-frame-sent"),
]

# URLs without a language prefix, named by other sites and programs.
plain_urlpatterns = [
    path("embed.css", views.embed_css, name="embed-css"),
    path("embed.js", views.embed_js, name="embed-js"),
    path("oembed", oembed.oembed, name="oembed"),
]
