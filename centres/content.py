"""How centres and their relations stand in the fixtures."""

from centres.models import Centre, Designation, Hosting, HostInstitution, Service
from publishing.content.building import RecordType

RECORD_TYPES = [
    RecordType(HostInstitution, "institutions"),
    RecordType(
        Centre,
        "centres",
        children=(
            RecordType(Designation, "designations", key=("centre", "mechanism", "role", "since"), parent="centre"),
            RecordType(Hosting, "hostings", key=("centre", "institution", "since"), parent="centre"),
            RecordType(
                Service,
                "services",
                key=("centre", "country", "mechanism", "since"),
                parent="centre",
                expand={"countries": "country"},
            ),
        ),
    ),
]
