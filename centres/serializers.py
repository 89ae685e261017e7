"""How the API writes centres, their hosts and whom they serve."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

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
from publishing.serializers import NAMED_SCHEMA, KeyedSerializer, LabelField, ManyNamedField, NamedField, named
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
    country = NamedField(code="iso2")
    languages = serializers.SerializerMethodField()
    functions = ManyNamedField()
    designations = DesignationSerializer(source="current_designations", many=True, read_only=True)
    hostings = HostingSerializer(source="current_hostings", many=True, read_only=True)
    serves = serializers.SerializerMethodField(help_text="ISO alpha-2 codes; null where no source gives the set.")

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
            "citations",
        ]

    def get_languages(self, centre: Centre) -> list[str]:
        return centre.languages.split()

    def get_serves(self, centre: Centre) -> list[str] | None:
        return sorted({service.country.iso2 for service in centre.current_services}) or None


class HostInstitutionSerializer(CitedSerializer):
    institution_type_label = LabelField(InstitutionType, "institution_type")
    country = NamedField(code="iso2")
    hosts = serializers.SerializerMethodField(help_text="The centres that it houses on the date.")

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
            "citations",
        ]

    @extend_schema_field({"type": "array", "items": NAMED_SCHEMA})
    def get_hosts(self, institution: HostInstitution) -> list[dict[str, Any]]:
        lang = self.context.get("lang")
        return [named(hosting.centre, lang) for hosting in institution.current_hostings]
