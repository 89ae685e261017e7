"""How regions and countries stand in the fixtures."""

from publishing.content.building import RecordType
from regions.models import Country, FormerName, Membership, Region, RegionScheme

RECORD_TYPES = [
    RecordType(RegionScheme, "region_schemes"),
    RecordType(
        Country,
        "countries",
        key=("iso2",),
        children=(RecordType(FormerName, "former_names", key=("country", "until"), parent="country"),),
    ),
    RecordType(
        Region,
        "regions",
        children=(
            RecordType(
                Membership,
                "memberships",
                key=("region", "country", "since"),
                parent="region",
                expand={"countries": "country"},
            ),
        ),
    ),
]
