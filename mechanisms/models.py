"""What is compared: mechanisms, the criteria they are compared on, and what sources say of them.

The models stand in three modules by subject; import them from here.
"""

from mechanisms.comparison_models import (
    Criterion,
    CriterionGroup,
    CriterionKind,
    CriterionOption,
    Finding,
    FindingStatus,
    Indicator,
    Observation,
    Provision,
    ProvisionList,
    Qualifier,
)
from mechanisms.reference_models import (
    Convention,
    Function,
    Fund,
    FundKind,
    Mechanism,
    Organization,
    OrganizationKind,
    OrganizationRole,
    RoleKind,
)

__all__ = [
    "Convention",
    "Criterion",
    "CriterionGroup",
    "CriterionKind",
    "CriterionOption",
    "Finding",
    "FindingStatus",
    "Function",
    "Fund",
    "FundKind",
    "Indicator",
    "Mechanism",
    "Observation",
    "Organization",
    "OrganizationKind",
    "OrganizationRole",
    "Provision",
    "ProvisionList",
    "Qualifier",
    "RoleKind",
]
