"""The bodies through which mechanisms reach countries, who houses them and whom they serve."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from centres.querysets import (
    CentreQuerySet,
    DesignationQuerySet,
    HostingQuerySet,
    HostInstitutionQuerySet,
    ServiceQuerySet,
)
from mechanisms.models import Function, Mechanism
from publishing.dates import PartialDate, Precision
from publishing.models import (
    CodedModel,
    DatedModel,
    SearchableModel,
    SortedModel,
    TranslatedModel,
    both_languages_filled,
)
from publishing.timelines import years_later
from regions.models import Country
from sources.models import CitedModel


class InstitutionType(models.TextChoices):
    GOVERNMENT_BODY = "government-body", _("government body")
    UNIVERSITY = "university", _("university")
    RESEARCH_INSTITUTE = "research-institute", _("research institute")
    INTERGOVERNMENTAL = "intergovernmental-organization", _("intergovernmental organization")
    INDUSTRY_ASSOCIATION = "industry-association", _("industry association")
    OTHER = "other", _("other")


class HostInstitution(CodedModel, SortedModel, CitedModel, SearchableModel):
    """An institution that houses a centre and lends it premises, staff or legal personality."""

    name = models.CharField(_("name"), max_length=250)
    institution_type = models.CharField(_("type"), max_length=32, choices=InstitutionType)
    country = models.ForeignKey(
        Country, models.PROTECT, null=True, blank=True, related_name="institutions", verbose_name=_("country")
    )
    city = models.CharField(_("city"), max_length=100, blank=True)
    website = models.URLField(_("website"), max_length=300, blank=True)
    note = models.TextField(_("note"), blank=True)

    search_texts = ("code", "city", "country__name", "note")

    objects = models.Manager.from_queryset(HostInstitutionQuerySet)()

    # Set by the querysets' with_related().
    current_hostings: "list[Hosting]"

    class Meta:
        verbose_name = _("host institution")
        verbose_name_plural = _("host institutions")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=both_languages_filled("name"), name="centres_hostinstitution_name"),
            models.CheckConstraint(
                condition=Q(institution_type__in=InstitutionType.values), name="centres_hostinstitution_type"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("institution-detail", args=[self.code])


class CentreKind(models.TextChoices):
    REGIONAL_CENTRE = "regional-centre", _("regional centre")
    COORDINATING_CENTRE = "coordinating-centre", _("coordinating centre")
    SUBREGIONAL_CENTRE = "subregional-centre", _("subregional centre")
    NATIONAL_CENTRE = "national-cleaner-production-centre", _("national cleaner production centre")
    COLLABORATING_CENTRE = "collaborating-centre", _("collaborating centre")
    REGIONAL_OFFICE = "regional-office", _("regional office")
    SUBREGIONAL_OFFICE = "subregional-office", _("subregional office")
    REGIONAL_NETWORK = "regional-network", _("regional network")


class Centre(CodedModel, SortedModel, CitedModel, SearchableModel):
    """A body through which a mechanism reaches countries.

    Rests on Article 14.1 of the Basel Convention, Article 12.4 of the Stockholm Convention and
    paras. 14, 39 to 43 and 50 to 52 of the INC.1 note.
    """

    name = models.CharField(_("name"), max_length=300)
    #: False where no source names it: it then goes by its country, and pages say so.
    is_name_known = models.BooleanField(_("name is known"), default=True)
    acronym = models.CharField(_("acronym"), max_length=60, blank=True)
    kind = models.CharField(_("kind"), max_length=40, choices=CentreKind)
    country = models.ForeignKey(
        Country, models.PROTECT, null=True, blank=True, related_name="centres", verbose_name=_("host country")
    )
    city = models.CharField(_("city"), max_length=100, blank=True)
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=6,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=6,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    website = models.URLField(_("website"), max_length=300, blank=True)
    languages = models.CharField(
        _("languages seen in use"), max_length=60, blank=True, help_text=_("ISO 639-1 codes, separated by spaces.")
    )
    functions = models.ManyToManyField(Function, blank=True, related_name="centres", verbose_name=_("functions"))
    summary = models.TextField(_("summary"), blank=True)
    expertise = models.TextField(_("expertise"), blank=True)
    #: True where a source shows it; empty where none was found, which is not "no".
    mercury_work = models.BooleanField(_("mercury-related work"), null=True, blank=True)
    mercury_note = models.TextField(_("mercury-related work, in words"), blank=True)
    note = models.TextField(_("note"), blank=True)

    search_texts = (
        "acronym",
        "code",
        "city",
        "country__name",
        "functions__name",
        "summary",
        "expertise",
        "mercury_note",
        "note",
        "hostings__institution__name",
        "designations__mechanism__short_name",
        "designations__decision",
    )

    objects = models.Manager.from_queryset(CentreQuerySet)()

    # Set by the querysets' with_related().
    current_designations: "list[Designation]"
    current_hostings: "list[Hosting]"
    current_services: "list[Service]"
    performs: list[Function]
    codes_served: str | None

    class Meta:
        verbose_name = _("centre")
        verbose_name_plural = _("centres")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=both_languages_filled("name"), name="centres_centre_name"),
            models.CheckConstraint(condition=Q(kind__in=CentreKind.values), name="centres_centre_kind"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False),
                name="centres_centre_point",
            ),
            models.CheckConstraint(
                condition=~Q(mercury_work=True) | both_languages_filled("mercury_note"),
                name="centres_centre_mercury_note",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("centre-detail", args=[self.code])

    @property
    def countries_served(self) -> list[Country]:
        """Return the countries of ``current_services``, which a queryset's with_related() sets, each once."""
        return list(dict.fromkeys(service.country for service in self.current_services))


class DesignationRole(models.TextChoices):
    REGIONAL_CENTRE = "regional-centre", _("regional centre")
    COORDINATING_CENTRE = "coordinating-centre", _("coordinating centre")
    #: Decision SC-4/23 endorses "regional and subregional centres" and does not say which is which.
    REGIONAL_OR_SUBREGIONAL_CENTRE = "regional-or-subregional-centre", _("regional or subregional centre")
    NATIONAL_CENTRE = "national-cleaner-production-centre", _("national cleaner production centre or programme")
    COLLABORATING_CENTRE = "collaborating-centre", _("collaborating centre")
    REGIONAL_OFFICE = "regional-office", _("regional office")
    REGIONAL_NETWORK = "regional-network", _("regional network")
    COORDINATOR = "coordinator-post", _("seat of a coordinator")
    DELIVERY_PARTNER = "delivery-partner", _("partner in delivery")


class Designation(TranslatedModel, DatedModel, CitedModel):
    """A centre's standing under a mechanism: by what decision, from when, for how long."""

    key_fields = ("centre__code", "mechanism__code", "role", "since")

    centre = models.ForeignKey(Centre, models.CASCADE, related_name="designations", verbose_name=_("centre"))
    mechanism = models.ForeignKey(Mechanism, models.PROTECT, related_name="designations", verbose_name=_("mechanism"))
    role = models.CharField(_("role"), max_length=40, choices=DesignationRole)
    #: The decision's symbol, such as III/19 or SC-4/23.
    decision = models.CharField(_("decision"), max_length=40, blank=True)
    #: In years.
    term = models.PositiveSmallIntegerField(_("term in years"), null=True, blank=True)
    nominated_on = models.DateField(_("nominated on"), null=True, blank=True)
    nominated_on_precision = models.CharField(
        _("precision of the nomination"), max_length=5, choices=Precision, default=Precision.DAY
    )
    note = models.TextField(_("note"), blank=True)

    objects = models.Manager.from_queryset(DesignationQuerySet)()

    class Meta(DatedModel.Meta):
        verbose_name = _("designation")
        verbose_name_plural = _("designations")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *DatedModel.Meta.constraints,
            models.UniqueConstraint(fields=["centre", "mechanism", "role", "since"], name="centres_designation_since"),
            models.UniqueConstraint(
                fields=["centre", "mechanism", "role"],
                condition=Q(since__isnull=True),
                name="centres_designation_undated",
            ),
            models.CheckConstraint(condition=Q(role__in=DesignationRole.values), name="centres_designation_role"),
        ]

    def __str__(self) -> str:
        return f"{self.centre} – {self.mechanism}"

    @property
    def end_of_term(self) -> PartialDate | None:
        """Return when the stated term runs out; None where none is stated, or not when it began."""
        if not self.term or not self.since or self.since_precision == Precision.BY:
            return None
        return PartialDate(years_later(self.since, self.term), self.since_precision)

    def get_absolute_url(self) -> str:
        return self.centre.get_absolute_url()


class LegalArrangement(models.TextChoices):
    FRAMEWORK_AGREEMENT = "framework-agreement", _("framework agreement with the host government")
    MEMORANDUM = "memorandum-of-understanding", _("memorandum of understanding")
    HOST_AGREEMENT = "host-agreement", _("agreement with the host institution")
    NATIONAL_ACT = "national-act", _("national act or decree")
    PART_OF_HOST = "part-of-host", _("part of the host, no instrument of its own")
    PART_OF_ORGANIZATION = "part-of-organization", _("part of the organization itself")
    UNKNOWN = "unknown", _("unknown")


class Hosting(TranslatedModel, DatedModel, CitedModel):
    """A centre at an institution from one date to another, and on what legal ground."""

    key_fields = ("centre__code", "institution__code", "since")

    centre = models.ForeignKey(Centre, models.CASCADE, related_name="hostings", verbose_name=_("centre"))
    institution = models.ForeignKey(
        HostInstitution, models.PROTECT, related_name="hostings", verbose_name=_("host institution")
    )
    legal_arrangement = models.CharField(
        _("legal arrangement"), max_length=32, choices=LegalArrangement, default=LegalArrangement.UNKNOWN
    )
    legal_date = models.DateField(_("date of the arrangement"), null=True, blank=True)
    legal_date_precision = models.CharField(
        _("precision of the date of the arrangement"), max_length=5, choices=Precision, default=Precision.DAY
    )
    note = models.TextField(_("note"), blank=True)

    objects = models.Manager.from_queryset(HostingQuerySet)()

    class Meta(DatedModel.Meta):
        verbose_name = _("hosting")
        verbose_name_plural = _("hostings")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *DatedModel.Meta.constraints,
            models.UniqueConstraint(fields=["centre", "institution", "since"], name="centres_hosting_since"),
            models.UniqueConstraint(
                fields=["centre", "institution"], condition=Q(since__isnull=True), name="centres_hosting_undated"
            ),
            models.CheckConstraint(
                condition=Q(legal_arrangement__in=LegalArrangement.values), name="centres_hosting_legal"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.centre} – {self.institution}"

    @property
    def legal_date_shown(self) -> PartialDate | None:
        """Return the date of the arrangement with its precision; None where no source says it."""
        return PartialDate(self.legal_date, self.legal_date_precision) if self.legal_date else None

    def get_absolute_url(self) -> str:
        return self.centre.get_absolute_url()


class Service(TranslatedModel, DatedModel, CitedModel):
    """A centre serves a country under a mechanism.

    A centre without any service has a set of served countries that no source gives: unknown, not empty.
    """

    key_fields = ("centre__code", "country__iso2", "mechanism__code", "since")

    centre = models.ForeignKey(Centre, models.CASCADE, related_name="services", verbose_name=_("centre"))
    country = models.ForeignKey(Country, models.PROTECT, related_name="services", verbose_name=_("country"))
    mechanism = models.ForeignKey(Mechanism, models.PROTECT, related_name="services", verbose_name=_("mechanism"))
    note = models.TextField(_("note"), blank=True)

    objects = models.Manager.from_queryset(ServiceQuerySet)()

    class Meta(DatedModel.Meta):
        verbose_name = _("service")
        verbose_name_plural = _("services")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *DatedModel.Meta.constraints,
            models.UniqueConstraint(fields=["centre", "country", "mechanism", "since"], name="centres_service_since"),
            models.UniqueConstraint(
                fields=["centre", "country", "mechanism"],
                condition=Q(since__isnull=True),
                name="centres_service_undated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.centre} – {self.country}"

    def get_absolute_url(self) -> str:
        return self.centre.get_absolute_url()
