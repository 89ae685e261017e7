"""The bodies, treaties and money behind the mechanisms, and the mechanisms themselves."""

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mechanisms.querysets import (
    ConventionQuerySet,
    FundQuerySet,
    MechanismQuerySet,
    OrganizationQuerySet,
    OrganizationRoleQuerySet,
    PositionedQuerySet,
)
from publishing.models import (
    CodedModel,
    DatedModel,
    SearchableModel,
    SortedModel,
    TranslatedModel,
    both_languages_filled,
)
from sources.models import CitedModel


class OrganizationKind(models.TextChoices):
    UN_PROGRAMME = "un-programme", _("United Nations programme or fund")
    SPECIALIZED_AGENCY = "specialized-agency", _("specialized agency")
    BANK = "bank", _("development bank")
    FINANCIAL_ENTITY = "financial-entity", _("financial entity")
    SECRETARIAT = "secretariat", _("secretariat")
    TRAINING_INSTITUTE = "training-institute", _("training and research institute")
    GOVERNMENT = "government", _("government or regional integration organization")
    OTHER = "other", _("other")


class Organization(CodedModel, SortedModel, CitedModel, SearchableModel):
    """An organization that runs, pays for or takes part in a mechanism, such as UNEP or UNITAR."""

    name = models.CharField(_("name"), max_length=200)
    abbreviation = models.CharField(_("abbreviation"), max_length=60)
    kind = models.CharField(_("kind"), max_length=20, choices=OrganizationKind)
    summary = models.TextField(_("summary"))
    website = models.URLField(_("website"), blank=True)

    search_texts = ("abbreviation", "code", "summary")

    objects = models.Manager.from_queryset(OrganizationQuerySet)()

    # Set by the querysets' with_related().
    current_roles: "list[OrganizationRole]"

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=both_languages_filled("name"), name="mechanisms_organization_name"),
            models.CheckConstraint(condition=Q(kind__in=OrganizationKind.values), name="mechanisms_organization_kind"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organization-detail", args=[self.code])


class Convention(CodedModel, SortedModel, CitedModel, SearchableModel):
    """A treaty whose Parties are to be assisted, with the articles that promise it."""

    name = models.CharField(_("official title"), max_length=300)
    short_name = models.CharField(_("short name"), max_length=100)
    adopted = models.DateField(_("adopted"), null=True, blank=True)
    in_force = models.DateField(_("in force"), null=True, blank=True)
    articles = models.CharField(_("articles on technical assistance"), max_length=200, blank=True)
    secretariat = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="conventions", verbose_name=_("secretariat")
    )
    summary = models.TextField(_("summary"))
    website = models.URLField(_("website"), blank=True)

    search_texts = ("short_name", "code", "articles", "summary")

    objects = models.Manager.from_queryset(ConventionQuerySet)()

    class Meta:
        verbose_name = _("convention")
        verbose_name_plural = _("conventions")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=both_languages_filled("name"), name="mechanisms_convention_name"),
            models.CheckConstraint(
                condition=Q(adopted__isnull=True) | Q(in_force__isnull=True) | Q(in_force__gte=models.F("adopted")),
                name="mechanisms_convention_dates",
            ),
        ]

    def __str__(self) -> str:
        return self.short_name

    def get_absolute_url(self) -> str:
        return reverse("convention-detail", args=[self.code])


class FundKind(models.TextChoices):
    DEDICATED = "dedicated-fund", _("dedicated fund")
    FINANCIAL_MECHANISM = "financial-mechanism", _("financial mechanism")
    VOLUNTARY = "voluntary-trust-fund", _("voluntary trust fund")
    PROGRAMME = "programme", _("programme")


class Fund(CodedModel, SortedModel, DatedModel, CitedModel, SearchableModel):
    """Money set up for a treaty or programme: the Multilateral Fund, the GEF, the Specific International Programme."""

    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=24, choices=FundKind)
    conventions = models.ManyToManyField(
        Convention, blank=True, related_name="funds", verbose_name=_("conventions served")
    )
    administered_by = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="funds", verbose_name=_("administered by")
    )
    summary = models.TextField(_("summary"))
    website = models.URLField(_("website"), blank=True)

    search_texts = ("code", "summary")

    objects = models.Manager.from_queryset(FundQuerySet)()

    class Meta(DatedModel.Meta):
        verbose_name = _("fund")
        verbose_name_plural = _("funds")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *DatedModel.Meta.constraints,
            models.CheckConstraint(condition=both_languages_filled("name"), name="mechanisms_fund_name"),
            models.CheckConstraint(condition=Q(kind__in=FundKind.values), name="mechanisms_fund_kind"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("fund-detail", args=[self.code])


class Function(CodedModel):
    """A kind of technical assistance: training, technology transfer, information exchange and so on."""

    name = models.CharField(_("name"), max_length=100)
    description = models.TextField(_("description"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = models.Manager.from_queryset(PositionedQuerySet)()

    class Meta:
        verbose_name = _("function")
        verbose_name_plural = _("functions")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=both_languages_filled("name"), name="mechanisms_function_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Mechanism(CodedModel, DatedModel, CitedModel, SearchableModel):
    """An arrangement that delivers technical assistance, one column of the comparison.

    Letters A to G are the sections of the INC.1 note (paras. 4 to 54); M is the Minamata
    Convention, which the negotiations led to.
    """

    letter = models.CharField(_("letter"), max_length=1, unique=True, validators=[RegexValidator("^[A-Z]$")])
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=60)
    summary = models.TextField(_("summary"))
    conventions = models.ManyToManyField(
        Convention, blank=True, related_name="mechanisms", verbose_name=_("conventions")
    )
    funds = models.ManyToManyField(Fund, blank=True, related_name="mechanisms", verbose_name=_("funds"))
    functions = models.ManyToManyField(Function, blank=True, related_name="mechanisms", verbose_name=_("functions"))
    website = models.URLField(_("website"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    search_texts = ("short_name", "code", "summary", "functions__name")

    objects = models.Manager.from_queryset(MechanismQuerySet)()

    class Meta(DatedModel.Meta):
        verbose_name = _("mechanism")
        verbose_name_plural = _("mechanisms")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *DatedModel.Meta.constraints,
            models.CheckConstraint(condition=both_languages_filled("name"), name="mechanisms_mechanism_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("mechanism-detail", args=[self.code])

    @property
    def lettered(self) -> str:
        """Return how tables name it: "A Basel Convention"."""
        return f"{self.letter} {self.short_name}"


class RoleKind(models.TextChoices):
    SECRETARIAT = "secretariat", _("secretariat")
    IMPLEMENTING_AGENCY = "implementing-agency", _("implementing agency")
    PRINCIPAL_ENTITY = "principal-entity", _("principal entity of the financial mechanism")
    GOVERNING_BODY = "governing-body", _("governing body")
    TREASURER = "treasurer", _("treasurer")
    OFFICE_HOST = "office-host", _("host of offices or staff")
    DESIGNATING_BODY = "designating-body", _("designating body")
    PARTNER = "partner", _("partner")
    DONOR = "donor", _("donor")


class OrganizationRole(TranslatedModel, DatedModel, CitedModel):
    """What an organization does in a mechanism, such as implementing agency of the Multilateral Fund."""

    key_fields = ("mechanism__code", "organization__code", "role")

    mechanism = models.ForeignKey(Mechanism, models.CASCADE, related_name="roles", verbose_name=_("mechanism"))
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="roles", verbose_name=_("organization"))
    role = models.CharField(_("role"), max_length=20, choices=RoleKind)
    note = models.TextField(_("note"), blank=True)

    objects = models.Manager.from_queryset(OrganizationRoleQuerySet)()

    class Meta(DatedModel.Meta):
        verbose_name = _("role of an organization")
        verbose_name_plural = _("roles of organizations")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *DatedModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["mechanism", "organization", "role"], name="mechanisms_organizationrole_role"
            ),
            models.CheckConstraint(condition=Q(role__in=RoleKind.values), name="mechanisms_organizationrole_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.organization} – {self.get_role_display()}"

    def get_absolute_url(self) -> str:
        return self.mechanism.get_absolute_url()
