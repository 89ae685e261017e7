"""How the API writes mechanisms, reference records and the comparison."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from mechanisms.comparison import Cell, Comparison, Row, Verdict
from mechanisms.models import (
    Convention,
    Criterion,
    CriterionKind,
    CriterionOption,
    Finding,
    FindingStatus,
    Function,
    Fund,
    FundKind,
    Indicator,
    Mechanism,
    Observation,
    Organization,
    OrganizationKind,
    OrganizationRole,
    Provision,
    Qualifier,
    RoleKind,
)
from publishing.serializers import (
    TEXT_SCHEMA,
    KeyedSerializer,
    LabelField,
    ManyNamedField,
    NamedField,
    PortalSerializer,
    by_language,
    choice_labels,
    translated,
)
from sources.serializers import CitedSerializer

INTERVAL = ["since", "since_precision", "until", "until_precision"]


class OrganizationRoleSerializer(CitedSerializer):
    organization = NamedField()
    mechanism = NamedField(name="short_name")
    role_label = LabelField(RoleKind, "role")

    class Meta:
        model = OrganizationRole
        fields: ClassVar[list[str]] = [
            "organization",
            "mechanism",
            "role",
            "role_label",
            *INTERVAL,
            "note",
            "citations",
        ]


class OrganizationSerializer(CitedSerializer):
    kind_label = LabelField(OrganizationKind, "kind")
    roles = OrganizationRoleSerializer(source="current_roles", many=True, read_only=True)

    class Meta:
        model = Organization
        fields: ClassVar[list[str]] = [
            "code",
            "name",
            "abbreviation",
            "kind",
            "kind_label",
            "summary",
            "website",
            "roles",
            "citations",
        ]


class ConventionSerializer(CitedSerializer):
    secretariat = NamedField(allow_null=True)
    mechanisms = ManyNamedField(name="short_name")
    funds = ManyNamedField()

    class Meta:
        model = Convention
        fields: ClassVar[list[str]] = [
            "code",
            "name",
            "short_name",
            "adopted",
            "in_force",
            "articles",
            "secretariat",
            "summary",
            "website",
            "mechanisms",
            "funds",
            "citations",
        ]


class FundSerializer(CitedSerializer):
    kind_label = LabelField(FundKind, "kind")
    conventions = ManyNamedField(name="short_name")
    mechanisms = ManyNamedField(name="short_name")
    administered_by = NamedField(allow_null=True)

    class Meta:
        model = Fund
        fields: ClassVar[list[str]] = [
            "code",
            "name",
            "kind",
            "kind_label",
            "conventions",
            "mechanisms",
            "administered_by",
            "summary",
            "website",
            *INTERVAL,
            "citations",
        ]


class FunctionSerializer(PortalSerializer):
    class Meta:
        model = Function
        fields: ClassVar[list[str]] = ["code", "name", "description"]


class FindingSerializer(CitedSerializer, KeyedSerializer):
    mechanism = NamedField(name="short_name")
    criterion = NamedField()
    status_label = LabelField(FindingStatus, "status")
    options = ManyNamedField()

    class Meta:
        model = Finding
        fields: ClassVar[list[str]] = [
            "key",
            "mechanism",
            "criterion",
            "stated_on",
            "stated_on_precision",
            "status",
            "status_label",
            "options",
            "number",
            "text",
            "citations",
        ]


class MechanismSerializer(CitedSerializer):
    conventions = ManyNamedField(name="short_name")
    funds = ManyNamedField()
    functions = ManyNamedField()
    roles = OrganizationRoleSerializer(many=True, read_only=True)
    findings = FindingSerializer(source="current_findings", many=True, read_only=True)

    expandable = ("findings",)

    class Meta:
        model = Mechanism
        fields: ClassVar[list[str]] = [
            "code",
            "letter",
            "name",
            "short_name",
            "summary",
            "conventions",
            "funds",
            "functions",
            "roles",
            "website",
            *INTERVAL,
            "findings",
            "citations",
        ]


class CriterionOptionSerializer(PortalSerializer):
    class Meta:
        model = CriterionOption
        fields: ClassVar[list[str]] = ["code", "name"]


class CriterionSerializer(PortalSerializer):
    group = NamedField()
    kind_label = LabelField(CriterionKind, "kind")
    options = CriterionOptionSerializer(many=True, read_only=True)
    findings = FindingSerializer(source="current_findings", many=True, read_only=True)

    expandable = ("findings",)

    class Meta:
        model = Criterion
        fields: ClassVar[list[str]] = ["code", "group", "name", "question", "kind", "kind_label", "options", "findings"]


class ProvisionSerializer(CitedSerializer):
    list = NamedField()
    mechanism = NamedField(name="short_name", source="list.mechanism")
    # The serializer metaclass takes declared fields off the class, so none hides what a serializer has itself.
    parent = serializers.SlugRelatedField[Provision](  # type: ignore[assignment]
        slug_field="code", read_only=True, allow_null=True
    )
    functions = ManyNamedField()
    stated_on = serializers.DateField(source="list.stated_on", read_only=True)

    class Meta:
        model = Provision
        fields: ClassVar[list[str]] = [
            "code",
            "mechanism",
            "list",
            "label",
            "parent",
            "text",
            "functions",
            "stated_on",
            "citations",
        ]


class ObservationSerializer(CitedSerializer, KeyedSerializer):
    qualifier_label = LabelField(Qualifier, "qualifier")

    class Meta:
        model = Observation
        fields: ClassVar[list[str]] = [
            "key",
            "value",
            "qualifier",
            "qualifier_label",
            "period",
            "stated_on",
            "stated_on_precision",
            "note",
            "citations",
        ]


class ObservationListSerializer(ObservationSerializer):
    indicator = NamedField()
    mechanism = NamedField(name="short_name", source="indicator.mechanism")
    unit = serializers.SerializerMethodField()

    reads = {"unit": ("indicator",)}

    class Meta(ObservationSerializer.Meta):
        fields: ClassVar[list[str]] = ["indicator", "mechanism", "unit", *ObservationSerializer.Meta.fields]

    @extend_schema_field(TEXT_SCHEMA)
    def get_unit(self, observation: Observation) -> Any:
        return translated(observation.indicator, "unit", self.context.get("lang"))


class IndicatorSerializer(PortalSerializer):
    mechanism = NamedField(name="short_name")
    observations = ObservationSerializer(source="figures", many=True, read_only=True)

    class Meta:
        model = Indicator
        fields: ClassVar[list[str]] = ["code", "mechanism", "name", "unit", "observations"]


class CellProvisionSerializer(CitedSerializer):
    """An item of an enumerated list that answers the criterion of the cell."""

    class Meta:
        model = Provision
        fields: ClassVar[list[str]] = ["code", "label", "text", "citations"]


class CellSerializer(serializers.Serializer[Cell]):
    """A cell of the comparison; a cell without a finding says "not-assessed"."""

    mechanism = serializers.CharField(source="mechanism.code", read_only=True)
    status = serializers.CharField(read_only=True)
    status_label = LabelField(FindingStatus, "status")
    provisions = CellProvisionSerializer(many=True, read_only=True)

    def to_representation(self, cell: Cell) -> dict[str, Any]:
        data = super().to_representation(cell)
        finding = FindingSerializer(cell.finding, context=self.context).data if cell.finding else {}
        for name, default in (
            ("stated_on", None),
            ("stated_on_precision", None),
            ("options", []),
            ("number", None),
            ("text", None),
            ("citations", []),
            ("translation_status", None),
        ):
            data[name] = finding.get(name, default)
        return data


class RowSerializer(serializers.Serializer[Row]):
    criterion = NamedField()
    group = NamedField(source="criterion.group")
    verdict = serializers.CharField(read_only=True)
    cells = CellSerializer(many=True, read_only=True)


CHANGES_SCHEMA: dict[str, Any] = {
    "type": ["array", "null"],
    "items": {
        "type": "object",
        "properties": {name: {"type": "string"} for name in ("mechanism", "criterion", "kind")},
    },
}


class ComparisonSerializer(serializers.Serializer[Comparison]):
    as_of = serializers.DateField(source="date", read_only=True)
    counts = serializers.DictField(child=serializers.IntegerField(), read_only=True)
    mechanisms = ManyNamedField(name="short_name")
    rows = RowSerializer(many=True, read_only=True)
    changes = serializers.SerializerMethodField(help_text="With changed_since: the changed cells.")

    @extend_schema_field(CHANGES_SCHEMA)
    def get_changes(self, comparison: Comparison) -> list[dict[str, str]] | None:
        changes = self.context.get("changes")
        if changes is None:
            return None
        return [
            {"mechanism": one.after.mechanism.code, "criterion": one.after.criterion.code, "kind": one.kind.value}
            for one in changes.changes
        ]

    def to_representation(self, comparison: Comparison) -> dict[str, Any]:
        data = super().to_representation(comparison)
        labels = choice_labels(Verdict)
        for row in data["rows"]:
            row["verdict_label"] = by_language(labels[row["verdict"]], self.context.get("lang"))
        return data
