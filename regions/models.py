"""How organizations divide the world, and the countries they divide."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from publishing.models import (
    CodedModel,
    DatedModel,
    SearchableModel,
    SortedModel,
    TranslatedModel,
    both_languages_filled,
)
from regions.querysets import (
    CountryQuerySet,
    FormerNameQuerySet,
    MembershipQuerySet,
    RegionQuerySet,
    RegionSchemeQuerySet,
)
from sources.models import CitedModel


class RegionScheme(CodedModel, CitedModel):
    """Whose division of the world: the UN regional groups, UNEP's regions, WHO's regions."""

    name = models.CharField(_("name"), max_length=200)
    authority = models.CharField(_("authority"), max_length=200)
    note = models.TextField(_("note"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = models.Manager.from_queryset(RegionSchemeQuerySet)()

    class Meta:
        verbose_name = _("region scheme")
        verbose_name_plural = _("region schemes")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=both_languages_filled("name"), name="regions_regionscheme_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('region-list')}?scheme={self.code}"


class Region(CodedModel, CitedModel, SearchableModel):
    """A region of a scheme; its code is unique across schemes, such as ``un-africa``."""

    scheme = models.ForeignKey(RegionScheme, models.PROTECT, related_name="regions", verbose_name=_("scheme"))
    name = models.CharField(_("name"), max_length=200)
    note = models.TextField(_("note"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    countries: "models.ManyToManyField[Country, Membership]" = models.ManyToManyField(
        "Country", through="Membership", related_name="regions"
    )

    search_title = ("name", "scheme__name")
    search_texts = ("code", "note")

    objects = models.Manager.from_queryset(RegionQuerySet)()

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=both_languages_filled("name"), name="regions_region_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("region-detail", args=[self.code])


class UNStatus(models.TextChoices):
    MEMBER = "un-member", _("Member State of the United Nations")
    OBSERVER = "un-observer", _("observer State at the United Nations")
    OTHER = "other", _("member of specialized agencies only")


class Country(SortedModel, TranslatedModel, CitedModel, SearchableModel):
    """A country under its UN short name (UN M49, which follows UNTERM).

    ISO 3166 alpha-2 is its natural key. Coordinates are those of a point inside the country,
    for the map only.
    """

    key_fields = ("iso2",)

    iso2 = models.CharField(_("ISO alpha-2"), max_length=2, unique=True, validators=[RegexValidator("^[A-Z]{2}$")])
    iso3 = models.CharField(_("ISO alpha-3"), max_length=3, unique=True, validators=[RegexValidator("^[A-Z]{3}$")])
    m49 = models.CharField(_("M49"), max_length=3, unique=True, validators=[RegexValidator("^[0-9]{3}$")])
    name = models.CharField(_("name"), max_length=200)
    un_status = models.CharField(_("status at the United Nations"), max_length=12, choices=UNStatus)
    latitude = models.DecimalField(
        _("latitude"), max_digits=6, decimal_places=3, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.DecimalField(
        _("longitude"), max_digits=6, decimal_places=3, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )

    search_texts = ("iso2", "iso3", "m49", "former_names__name")

    objects = models.Manager.from_queryset(CountryQuerySet)()

    # Set by the querysets' with_name_on() and with_regions().
    names_then: "list[FormerName]"
    current_memberships: "list[Membership]"

    class Meta:
        verbose_name = _("country")
        verbose_name_plural = _("countries")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=both_languages_filled("name"), name="regions_country_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.iso2,)

    def get_absolute_url(self) -> str:
        return reverse("country-detail", args=[self.iso2.lower()])


class FormerName(TranslatedModel, CitedModel):
    """A name that a country used until a date, so that a 2010 view says the name of 2010."""

    key_fields = ("country__iso2", "until")

    country = models.ForeignKey(Country, models.CASCADE, related_name="former_names", verbose_name=_("country"))
    name = models.CharField(_("name"), max_length=200)
    #: The last day on which the United Nations used it.
    until = models.DateField(_("until"))

    objects = models.Manager.from_queryset(FormerNameQuerySet)()

    class Meta:
        verbose_name = _("former name")
        verbose_name_plural = _("former names")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["country", "until"], name="regions_formername_until"),
            models.CheckConstraint(condition=both_languages_filled("name"), name="regions_formername_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return self.country.get_absolute_url()


class Basis(models.TextChoices):
    STATED = "stated", _("stated by the source")
    #: Worked out by the portal from other sources, and labelled so.
    DERIVED = "derived", _("derived from other sources")


class Membership(TranslatedModel, DatedModel, CitedModel):
    """A country in a region from one date to another (Indonesia moved between WHO regions in 2025)."""

    key_fields = ("region__code", "country__iso2", "since")

    region = models.ForeignKey(Region, models.CASCADE, related_name="memberships", verbose_name=_("region"))
    country = models.ForeignKey(Country, models.PROTECT, related_name="memberships", verbose_name=_("country"))
    basis = models.CharField(_("basis"), max_length=10, choices=Basis, default=Basis.STATED)
    note = models.TextField(_("note"), blank=True)

    objects = models.Manager.from_queryset(MembershipQuerySet)()

    class Meta(DatedModel.Meta):
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *DatedModel.Meta.constraints,
            models.UniqueConstraint(fields=["region", "country", "since"], name="regions_membership_since"),
            # NULL is distinct from NULL in a unique constraint, so the undated one needs its own.
            models.UniqueConstraint(
                fields=["region", "country"], condition=Q(since__isnull=True), name="regions_membership_undated"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country} – {self.region}"

    def get_absolute_url(self) -> str:
        return self.region.get_absolute_url()
