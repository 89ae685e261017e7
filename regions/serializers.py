"""How the API writes regions and countries."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from publishing.serializers import TEXT_SCHEMA, KeyedSerializer, LabelField, NamedField, PortalSerializer, translated
from regions.models import Basis, Country, Membership, Region, RegionScheme, UNStatus
from sources.serializers import CitedSerializer


class RegionSchemeSerializer(CitedSerializer):
    class Meta:
        model = RegionScheme
        fields: ClassVar[list[str]] = ["code", "name", "authority", "note", "citations"]


class RegionSerializer(CitedSerializer):
    scheme = NamedField()
    country_count = serializers.IntegerField(read_only=True)

    class Meta:
        model = Region
        fields: ClassVar[list[str]] = ["code", "scheme", "name", "note", "country_count", "citations"]


class CountrySerializer(PortalSerializer):
    name_then = serializers.SerializerMethodField(
        help_text="The name in use on the date of the answer, where it was another."
    )
    regions = serializers.SerializerMethodField(help_text="The country's regions on the date, one a scheme at most.")
    un_status_label = LabelField(UNStatus, "un_status")

    reads = {"name_then": ("names_then",), "regions": ("current_memberships",)}

    class Meta:
        model = Country
        fields: ClassVar[list[str]] = [
            "iso2",
            "iso3",
            "m49",
            "name",
            "name_then",
            "un_status",
            "un_status_label",
            "latitude",
            "longitude",
            "regions",
        ]

    @extend_schema_field({"oneOf": [TEXT_SCHEMA, {"type": "null"}]})
    def get_name_then(self, country: Country) -> Any:
        former = country.names_then[0] if country.names_then else None
        return translated(former, "name", self.context.get("lang")) if former else None

    @extend_schema_field(
        {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"scheme": {"type": "string"}, "code": {"type": "string"}, "name": TEXT_SCHEMA},
            },
        }
    )
    def get_regions(self, country: Country) -> list[dict[str, Any]]:
        lang = self.context.get("lang")
        return [
            {
                "scheme": membership.region.scheme.code,
                "code": membership.region.code,
                "name": translated(membership.region, "name", lang),
            }
            for membership in country.current_memberships
        ]


class MembershipSerializer(CitedSerializer, KeyedSerializer):
    region = NamedField()
    country = NamedField(code="iso2")
    basis_label = LabelField(Basis, "basis")

    class Meta:
        model = Membership
        fields: ClassVar[list[str]] = [
            "key",
            "region",
            "country",
            "since",
            "since_precision",
            "until",
            "until_precision",
            "basis",
            "basis_label",
            "note",
            "citations",
        ]
