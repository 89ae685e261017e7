"""How the API writes centres, their hosts and whom they serve."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from centres.coverage import NOTE, Cell, Coverage, Heading, Number, Row, in_every_language
from centres.models import (
    Centre,
    CentreKind,
    Designation,
    DesignationRole,
    Hosting,
    HostInstitution,
    InstitutionType,
    LegalArrangement,
    Service,
)
from mechanisms.serializers import INTERVAL
from publishing.serializers import (
    NAMED_SCHEMA,
    TEXT_SCHEMA,
    KeyedSerializer,
    LabelField,
    ManyNamedField,
    NamedField,
    by_language,
    named,
)
from sources.serializers import CitedSerializer


class DesignationSerializer(CitedSerializer, KeyedSerializer):
    mechanism = NamedField(name="short_name")
    role_label = LabelField(DesignationRole, "role")
    # Declared, because the model's limits are the database's and would make the schema differ with it.
    term = serializers.IntegerField(read_only=True, allow_null=True)

    class Meta:
        model = Designation
        fields: ClassVar[list[str]] = [
            "key",
            "mechanism",
            "role",
            "role_label",
            "decision",
            *INTERVAL,
            "term",
            "nominated_on",
            "note",
            "citations",
        ]


class DesignationListSerializer(DesignationSerializer):
    centre = NamedField()

    class Meta(DesignationSerializer.Meta):
        fields: ClassVar[list[str]] = ["centre", *DesignationSerializer.Meta.fields]


class HostingSerializer(CitedSerializer, KeyedSerializer):
    institution = NamedField()
    institution_type = serializers.CharField(source="institution.institution_type", read_only=True)
    legal_arrangement_label = LabelField(LegalArrangement, "legal_arrangement")

    class Meta:
        model = Hosting
        fields: ClassVar[list[str]] = [
            "key",
            "institution",
            "institution_type",
            "legal_arrangement",
            "legal_arrangement_label",
            "legal_date",
            "legal_date_precision",
            *INTERVAL,
            "note",
            "citations",
        ]


class HostingListSerializer(HostingSerializer):
    centre = NamedField()

    class Meta(HostingSerializer.Meta):
        fields: ClassVar[list[str]] = ["centre", *HostingSerializer.Meta.fields]


class ServiceSerializer(CitedSerializer, KeyedSerializer):
    centre = NamedField()
    country = NamedField(code="iso2")
    mechanism = NamedField(name="short_name")

    class Meta:
        model = Service
        fields: ClassVar[list[str]] = ["key", "centre", "country", "mechanism", *INTERVAL, "note", "citations"]


class CentreSerializer(CitedSerializer):
    kind_label = LabelField(CentreKind, "kind")
    country = NamedField(code="iso2", allow_null=True)
    languages = serializers.SerializerMethodField()
    functions = ManyNamedField(source="performs")
    designations = DesignationSerializer(source="current_designations", many=True, read_only=True)
    hostings = HostingSerializer(source="current_hostings", many=True, read_only=True)
    serves = serializers.SerializerMethodField(help_text="ISO alpha-2 codes; null where no source gives the set.")
    services = ServiceSerializer(source="current_services", many=True, read_only=True)

    expandable = ("services",)

    class Meta:
        model = Centre
        fields: ClassVar[list[str]] = [
            "code",
            "name",
            "is_name_known",
            "acronym",
            "kind",
            "kind_label",
            "country",
            "city",
            "latitude",
            "longitude",
            "website",
            "languages",
            "functions",
            "summary",
            "expertise",
            "mercury_work",
            "mercury_note",
            "note",
            "designations",
            "hostings",
            "serves",
            "services",
            "citations",
        ]

    @property
    def needs(self) -> set[str]:
        """Return what the fields read; its place on a map may be that of its country."""
        return super().needs | {"country"}

    def point_of(self, centre: Centre) -> tuple[float, float] | None:
        """Return longitude and latitude; those of the host country where the centre's own are unknown."""
        place = centre if centre.latitude is not None or centre.country is None else centre.country
        if place.longitude is None or place.latitude is None:
            return None
        return float(place.longitude), float(place.latitude)

    def get_languages(self, centre: Centre) -> list[str]:
        return centre.languages.split()

    def get_serves(self, centre: Centre) -> list[str] | None:
        return sorted(centre.codes_served.split(",")) if centre.codes_served else None


class HostInstitutionSerializer(CitedSerializer):
    institution_type_label = LabelField(InstitutionType, "institution_type")
    country = NamedField(code="iso2", allow_null=True)
    hosts = serializers.SerializerMethodField(help_text="The centres that it houses on the date.")
    hostings = HostingListSerializer(source="current_hostings", many=True, read_only=True)

    expandable = ("hostings",)
    reads = {"hosts": ("current_hostings",)}

    class Meta:
        model = HostInstitution
        fields: ClassVar[list[str]] = [
            "code",
            "name",
            "institution_type",
            "institution_type_label",
            "country",
            "city",
            "website",
            "note",
            "hosts",
            "hostings",
            "citations",
        ]

    @extend_schema_field({"type": "array", "items": NAMED_SCHEMA})
    def get_hosts(self, institution: HostInstitution) -> list[dict[str, Any]]:
        lang = self.context.get("lang")
        return [named(hosting.centre, lang) for hosting in institution.current_hostings]


@extend_schema_field(NAMED_SCHEMA)
class HeadingField(serializers.Field[Heading, Any, Any, Any]):
    """A row or column of the coverage as its code and name."""

    def to_representation(self, value: Heading) -> Any:
        return {"code": value.code, "name": by_language(value.names, self.context.get("lang"))}


class NumberSerializer(serializers.Serializer[Number]):
    count = serializers.IntegerField(read_only=True)
    url = serializers.SerializerMethodField(help_text="The list of these centres.")

    def get_url(self, number: Number) -> str:
        """Return the address of the directory's list on the date, which the view's ``address`` knows."""
        address: str = self.context["address"](number.query)
        return address


class CoverageCellSerializer(NumberSerializer):
    code = serializers.CharField(source="heading.code", read_only=True)
    name = serializers.SerializerMethodField()

    @extend_schema_field(TEXT_SCHEMA)
    def get_name(self, cell: Cell) -> Any:
        return by_language(cell.heading.names, self.context.get("lang"))


class CoverageRowSerializer(serializers.Serializer[Row]):
    region = HeadingField(source="heading", read_only=True)
    total = NumberSerializer(read_only=True)
    cells = CoverageCellSerializer(many=True, read_only=True)


class CoverageUnknownSerializer(serializers.Serializer[Coverage]):
    """Centres that are in none of the rows or columns because no source says where they belong."""

    served_list = NumberSerializer(source="without_list", read_only=True, allow_null=True)
    function = NumberSerializer(source="without_function", read_only=True, allow_null=True)


class CoverageSerializer(serializers.Serializer[Coverage]):
    as_of = serializers.DateField(source="date", read_only=True)
    scheme = serializers.CharField(read_only=True)
    by = serializers.CharField(read_only=True)
    of = serializers.CharField(read_only=True)
    total = NumberSerializer(read_only=True)
    columns = CoverageCellSerializer(many=True, read_only=True)
    rows = CoverageRowSerializer(many=True, read_only=True)
    unknown = CoverageUnknownSerializer(source="*", read_only=True)
    note = serializers.SerializerMethodField()

    @extend_schema_field(TEXT_SCHEMA)
    def get_note(self, coverage: Coverage) -> Any:
        return by_language(in_every_language(NOTE), self.context.get("lang"))
