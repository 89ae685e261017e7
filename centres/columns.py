"""The columns of the directory's table: which there are, and which of them a reader sees at first."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

#: Code of each column, its heading, and the order of the list that clicking the heading gives.
COLUMNS = {
    "kind": (_("Kind"), "kind"),
    "place": (_("Place"), "country"),
    "mechanisms": (_("Mechanisms"), ""),
    "host": (_("Host institution"), ""),
    "functions": (_("Functions"), ""),
    "served": (_("Countries served"), ""),
    "mercury": (pgettext_lazy("column", "Mercury"), ""),
    "languages": (_("Languages seen in use"), ""),
    "website": (_("Website"), ""),
}
DEFAULT = ["kind", "place", "mechanisms", "served"]
#: What the list says of each centre.
LISTED = ["kind", "place", "mechanisms", "host", "served", "mercury"]
