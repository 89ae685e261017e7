"""How mechanisms and the comparison stand in the fixtures."""

from collections.abc import Iterator
from typing import cast

from django.utils.translation import gettext as _

from mechanisms.models import (
    Convention,
    Criterion,
    CriterionGroup,
    CriterionKind,
    CriterionOption,
    Finding,
    Function,
    Fund,
    Indicator,
    Mechanism,
    Observation,
    Organization,
    OrganizationRole,
    Provision,
    ProvisionList,
)
from publishing.content.building import Built, RecordType


def _check_finding(built: Built) -> Iterator[tuple[str, str]]:
    finding = cast("Finding", built.instance)
    if not hasattr(finding, "criterion"):
        return
    for option in built.related.get("options", []):
        if isinstance(option, CriterionOption) and option.criterion != finding.criterion:
            codes = {"option": option.code, "its": option.criterion.code, "other": finding.criterion.code}
            yield "options", _("“%(option)s” is an option of “%(its)s”, not of “%(other)s”") % codes
    if finding.number is not None and finding.criterion.kind != CriterionKind.NUMBER:
        yield "number", _("the criterion “%s” takes no number") % finding.criterion.code


RECORD_TYPES = [
    RecordType(Organization, "organizations"),
    RecordType(Convention, "conventions"),
    RecordType(Fund, "funds"),
    RecordType(Function, "functions"),
    RecordType(
        Mechanism,
        "mechanisms",
        children=(RecordType(OrganizationRole, "roles", parent="mechanism"),),
    ),
    RecordType(CriterionGroup, "criterion_groups"),
    RecordType(Criterion, "criteria", children=(RecordType(CriterionOption, "options", parent="criterion"),)),
    RecordType(Finding, "findings", check=_check_finding, split="mechanism"),
    RecordType(ProvisionList, "provision_lists", children=(RecordType(Provision, "provisions", parent="list"),)),
    RecordType(
        Indicator,
        "indicators",
        children=(
            RecordType(
                Observation,
                "observations",
                parent="indicator",
            ),
        ),
    ),
]
