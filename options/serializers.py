"""How the API writes the options; fractions are texts without rounding, such as "8/3"."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from centres.serializers import HeadingField
from mechanisms.serializers import FindingSerializer
from options.delivery import Delivery
from options.models import Preset
from options.needs import Need, Weight
from options.outcome import Had, Line, Outcome, Verdict
from options.ranking import SHOWN, Hold, Mix, Part, Point, Ranking, Score, Standing
from options.values import Reach
from publishing.serializers import LabelField, ManyNamedField, NamedField
from sources.serializers import CitationListField, CitedSerializer


@extend_schema_field({"type": "string", "pattern": r"^-?\d+(/\d+)?$", "examples": ["3", "8/3"]})
class FractionField(serializers.Field[Any, Any, Any, Any]):
    """An exact number: whole, or numerator and denominator."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value: Any) -> str:
        return str(value)


class NeedSerializer(serializers.Serializer[Need]):
    code = serializers.CharField(read_only=True)
    need = HeadingField(source="heading", read_only=True)
    weight = serializers.CharField(read_only=True)
    weight_label = LabelField(Weight, "weight")
    number = serializers.IntegerField(source="weight.number", read_only=True)
    options = ManyNamedField()
    countries = serializers.ListField(child=serializers.CharField(), read_only=True)


class ReachSerializer(serializers.Serializer[Reach]):
    """Countries of those to reach that are served; ``unlisted`` centres have no published list."""

    served = serializers.ListField(child=serializers.CharField(), read_only=True)
    asked = serializers.IntegerField(read_only=True)
    centres = serializers.IntegerField(read_only=True)
    unlisted = serializers.IntegerField(read_only=True)
    citations = CitationListField(read_only=True)


class PointSerializer(serializers.Serializer[Point]):
    """Points = weight × share. ``silent`` is the share of which the sources say nothing; it counts zero."""

    need = serializers.CharField(source="need.code", read_only=True)
    weight = serializers.IntegerField(source="need.weight.number", read_only=True)
    share = FractionField()
    points = FractionField()
    silent = FractionField(source="evidence.value.silent")
    supposed_points = FractionField(source="supposed", help_text="Points if silence were what silence= says.")
    standing = serializers.CharField(read_only=True)
    standing_label = LabelField(Standing, "standing")
    findings = FindingSerializer(source="evidence.findings", many=True, read_only=True)
    reach = ReachSerializer(source="evidence.reach", read_only=True, allow_null=True)


class DeliverySerializer(serializers.Serializer[Delivery]):
    """Who could deliver: the first centres of the list at ``url``, which has ``count``."""

    count = serializers.IntegerField(read_only=True)
    url = serializers.SerializerMethodField()
    centres = ManyNamedField()

    def get_url(self, delivery: Delivery) -> str:
        """Return the address of the directory's list on the date, which the view's ``address`` knows."""
        address: str = self.context["address"](delivery.query)
        return address


class ScoreSerializer(serializers.Serializer[Score]):
    mechanism = NamedField(name="short_name")
    rank = serializers.IntegerField(read_only=True)
    supposed_rank = serializers.IntegerField(read_only=True, help_text="The rank if silence were what silence= says.")
    total = FractionField()
    supposed_total = FractionField()
    points = PointSerializer(many=True, read_only=True)
    delivery = serializers.SerializerMethodField()

    @extend_schema_field(DeliverySerializer)
    def get_delivery(self, score: Score) -> Any:
        delivery = self.context["deliveries"][score.mechanism.pk]
        return DeliverySerializer(delivery, context=self.context).data


class HoldSerializer(serializers.Serializer[Hold]):
    """The first place stays as it is while the need weighs from ``least`` to ``most``; null is without end."""

    need = serializers.CharField(source="need.code", read_only=True)
    least = FractionField()
    most = FractionField(allow_null=True)


class MixPartSerializer(serializers.Serializer[Part]):
    need = serializers.CharField(source="need.code", read_only=True)
    share = FractionField()
    mechanisms = ManyNamedField(name="short_name", source="members")


class MixSerializer(serializers.Serializer[Mix]):
    rank = serializers.IntegerField(read_only=True)
    mechanisms = ManyNamedField(name="short_name")
    total = FractionField()
    needs = MixPartSerializer(source="parts", many=True, read_only=True)


class PresetSerializer(CitedSerializer):
    class Meta:
        model = Preset
        fields: ClassVar[list[str]] = ["code", "name", "summary", "query", "citations"]


class HadSerializer(serializers.Serializer[Had]):
    mechanism = NamedField(name="short_name")
    point = PointSerializer(read_only=True)


class OutcomeLineSerializer(serializers.Serializer[Line]):
    """A need: what the first of 2010 had of it, what was adopted, and the newest statement where it is another."""

    need = NeedSerializer(read_only=True)
    had = HadSerializer(many=True, read_only=True)
    verdict = serializers.CharField(read_only=True)
    verdict_label = LabelField(Verdict, "verdict")
    adopted = PointSerializer(read_only=True, allow_null=True)
    later_verdict = serializers.CharField(read_only=True, help_text="not-yet where there is no newer statement.")
    later_verdict_label = LabelField(Verdict, "later_verdict")
    later = PointSerializer(read_only=True, allow_null=True)


class OutcomeSerializer(serializers.Serializer[Outcome]):
    as_of = serializers.DateField(source="date", read_only=True)
    asked_on = serializers.DateField(read_only=True)
    preset = PresetSerializer(read_only=True)
    mechanism = NamedField(name="short_name")
    adopted_on = serializers.DateField(read_only=True)
    needs = OutcomeLineSerializer(source="lines", many=True, read_only=True)


class RankingSerializer(serializers.Serializer[Ranking]):
    as_of = serializers.SerializerMethodField()
    most = serializers.IntegerField(read_only=True, help_text="The sum of the weights: the points of who has it all.")
    needs = NeedSerializer(many=True, read_only=True)
    mechanisms = ScoreSerializer(source="scores", many=True, read_only=True)
    sensitivity = HoldSerializer(source="holds", many=True, read_only=True)
    mixes = serializers.SerializerMethodField(help_text="The best combined designs of two or three mechanisms.")
    presets = serializers.SerializerMethodField(help_text="Questions to start from.")

    @extend_schema_field({"type": "string", "format": "date"})
    def get_as_of(self, ranking: Ranking) -> str:
        return str(self.context["as_of"].isoformat())

    @extend_schema_field(MixSerializer(many=True))
    def get_mixes(self, ranking: Ranking) -> Any:
        # REST framework's types know of no list.
        shown: Any = ranking.mixes[:SHOWN]
        return MixSerializer(shown, many=True, context=self.context).data

    @extend_schema_field(PresetSerializer(many=True))
    def get_presets(self, ranking: Ranking) -> Any:
        return PresetSerializer(self.context["presets"], many=True, context=self.context).data
