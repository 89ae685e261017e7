"""The address table: pages under a language, the API and what machines look for under none."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from config import security_contact, views

handler400 = "publishing.problems.bad_request"
handler403 = "publishing.problems.permission_denied"
handler404 = "publishing.problems.not_found"
handler500 = "publishing.problems.server_error"

urlpatterns = [
    path("", include(("config.api", "api"))),
    path(".well-known/security.txt", security_contact.security_txt, name="security-txt"),
    path(".well-known/security-policy.txt", security_contact.security_policy, name="security-policy"),
    *i18n_patterns(
        path("", views.HomeView.as_view(), name="home"),
        path("data/", views.DataView.as_view(), name="data"),
        path("data/kit/", views.KitPageView.as_view(), name="kit"),
        path("data/api/", views.GuideView.as_view(), name="guide"),
        path("", include("search.urls")),
        path("", include("options.urls")),
        path("", include("mechanisms.urls")),
        # Before the regions' own addresses, which stand with the centres: no region has the code "differences".
        path("", include("regions.urls")),
        path("", include("centres.urls")),
        path("", include("sources.urls")),
        path("", include("quoting.urls")),
        path("admin/", admin.site.urls),
    ),
]
