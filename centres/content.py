"""How centres and their relations stand in the fixtures."""

from centres.models import Centre, Designation, Hosting, HostInstitution, Service
from publishing.content.building import RecordType

RECORD_TYPES = [
    RecordType(HostInstitution, "institutions"),
    RecordType(
        Centre,
        "centres",
        split="kind",
        children=(
            RecordType(Designation, "designations", parent="centre"),
            RecordType(Hosting, "hostings", parent="centre"),
            RecordType(
                Service,
                "services",
                parent="centre",
                expand={"countries": "country"},
            ),
        ),
    ),
]
