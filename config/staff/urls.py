from __future__ import annotations

from django.contrib import admin
from django.urls import path

from config.staff import views
from config.staff.pages import not_found

app_name = "staff"

# These come before the admin's own URLs and replace pages at the same paths.
urlpatterns = [
    path("login/", views.log_in, name="log_in"),
    path("logout/", views.log_out, name="log_out"),
    path("join/<str:token>/", views.join, name="join"),
    path("verify/", admin.site.admin_view(views.verify), name="verify"),
    path("second-factor/", admin.site.admin_view(views.factor), name="factor"),
    path("second-factor/begin/", admin.site.admin_view(views.begin), name="factor_begin"),
    path("second-factor/confirm/", admin.site.admin_view(views.confirm), name="factor_confirm"),
    path("second-factor/replace/", admin.site.admin_view(views.replace), name="factor_replace"),
    path("second-factor/codes/", admin.site.admin_view(views.renew), name="factor_codes"),
    path("password_change/", admin.site.admin_view(views.password), name="password"),
    path("sessions/", admin.site.admin_view(views.open_sessions), name="sessions"),
    path("sessions/end/", admin.site.admin_view(views.end_others), name="sessions_end"),
    # Django's own view redirects from a number to the public URL of any row, even a hidden one.
    path("r/<path:row>/", not_found),
]
