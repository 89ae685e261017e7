"""The address table: pages under a language, the API under none."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from config import views

handler404 = "publishing.problems.not_found"

urlpatterns = [
    path("", include(("config.api", "api"))),
    *i18n_patterns(
        path("", views.HomeView.as_view(), name="home"),
        path("data/", views.DataView.as_view(), name="data"),
        path("", include("search.urls")),
        path("", include("mechanisms.urls")),
        path("", include("centres.urls")),
        path("", include("regions.urls")),
        path("", include("sources.urls")),
        path("admin/", admin.site.urls),
    ),
]
