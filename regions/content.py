"""How regions and countries stand in the fixtures."""

from publishing.content.building import RecordType
from regions.models import Country, FormerName, Membership, Region, RegionScheme

RECORD_TYPES = [
    RecordType(RegionScheme, "region_schemes"),
    RecordType(
        Country,
        "countries",
        children=(RecordType(FormerName, "former_names", parent="country"),),
    ),
    RecordType(
        Region,
        "regions",
        children=(
            RecordType(
                Membership,
                "memberships",
                parent="region",
                expand={"countries": "country"},
            ),
        ),
    ),
]
