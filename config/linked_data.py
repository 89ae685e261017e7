"""The dataset in the terms of schema.org, for search engines and catalogues of data."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from config.api import router
from publishing.filters import today
from publishing.models import Dataset
from publishing.renderers import CSVRenderer
from publishing.serializers import LANGUAGES
from publishing.templatetags.portal import html_lang
from sources.models import Source

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
#: The note that the comparison starts from.
NOTE = "inc1-note"


def linked_dataset(request: HttpRequest) -> dict[str, Any]:
    """Return the dataset as a schema.org ``Dataset``, its texts in the active language."""
    absolute = request.build_absolute_uri
    dataset = Dataset.current()
    portal = _("Technical Assistance Mechanisms Portal")
    lists: list[tuple[str, Any]] = [(prefix, viewset) for prefix, viewset, _name in router.registry]
    note = Source.objects.filter(code=NOTE).first()
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        # The same in every language.
        "@id": absolute(reverse("api:export")),
        "name": portal,
        "description": _(
            "How environmental agreements and UN organizations deliver technical assistance: mechanisms, what sources "
            "find on each criterion, centres, host institutions, funds and the countries served, as tables in English "
            "and Chinese, every statement with its date and its source."
        ),
        "url": absolute(reverse("data")),
        "inLanguage": [html_lang(code) for code in LANGUAGES],
        "license": LICENCE,
        "copyrightNotice": _(
            "The portal's own texts may be reused with attribution (CC BY 4.0). "
            "Names, titles and figures of the cited sources remain theirs."
        ),
        "version": str(dataset.revision),
        **({"dateModified": dataset.changed_at.isoformat()} if dataset.changed_at else {}),
        "isAccessibleForFree": True,
        "keywords": [
            _("technical assistance"),
            _("capacity-building"),
            _("multilateral environmental agreements"),
            _("chemicals and waste"),
            _("mercury"),
            _("regional centres"),
        ],
        # Nobody else is named as its author anywhere on the site.
        "creator": {"@type": "Organization", "name": portal, "url": absolute(reverse("home"))},
        **({"citation": note.cited_at([])} if note else {}),
        "distribution": [
            _download(_("All tables at once"), "application/zip", absolute(reverse("api:export"))),
            *(
                _download(
                    str(viewset().records(today()).model._meta.verbose_name_plural),
                    "text/csv",
                    absolute(f"{reverse(f'api:{prefix}-list')}?format={CSVRenderer.format}"),
                )
                for prefix, viewset in lists
            ),
        ],
    }


def _download(name: str, media_type: str, address: str) -> dict[str, str]:
    return {"@type": "DataDownload", "name": name, "encodingFormat": media_type, "contentUrl": address}
