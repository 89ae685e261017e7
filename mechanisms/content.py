"""How mechanisms and the comparison stand in the fixtures."""

from collections.abc import Iterator
from typing import cast

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
        if isinstance(option, CriterionOption) and option.criterion is not finding.criterion:
            yield (
                "options",
                f"{option.code!r} is an option of {option.criterion.code!r}, not of {finding.criterion.code!r}",
            )
    if finding.number is not None and finding.criterion.kind != CriterionKind.NUMBER:
        yield "number", f"the criterion {finding.criterion.code!r} takes no number"


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
