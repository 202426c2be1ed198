from django.urls import path

from signatories.gallery import views

urlpatterns = [
    path("components/", views.components, name="components"),
    path("components/schemes.css", views.schemes, name="component-schemes"),
]
