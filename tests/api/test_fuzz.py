"""Thousands of requests made from the OpenAPI document: whatever the API is asked, it does what it says there.

Every operation of the document is asked, by every method, so a new one is covered as it is. `make test` asks a few
hundred times and `make fuzz` thousands; where nothing has changed, the same each time.
"""

import math
import os
import sys
from collections import Counter
from typing import Any

import pytest
import schemathesis
from django.contrib.auth.models import Permission, User
from django.db import transaction
from django.urls import resolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.permissions import SAFE_METHODS
from schemathesis import Case, GenerationMode, checks

from accounts.models import Token
from config.wsgi import application
from publishing.content.dumping import raw_of, stored
from publishing.filters import EARLIEST, LATEST, AsOfFilter, CodesFilter, OneFilter, today
from publishing.index import kind_of
from publishing.models import FormerCode
from quoting.freezing import freeze
from tests.api.stability import document as committed

#: Requests, at least.
CASES = int(os.environ.get("FUZZ_CASES", "700"))
#: How many of them are as the document says; they find something. The others must be refused.
RIGHT = 2 / 3
#: How many of those must succeed, of each operation that reads. The others ask for what does not go together, such as
#: a cursor and a page, or for a page after the last.
FAIR = 0.4
#: So many optional parameters at once: with more of them there is nothing left to find.
MOST_OPTIONAL = 3
#: So many keys of a table, and records whose values are written again.
SAMPLE = 40
#: A code that one record of each table had before.
FORMER = "before-it-was-renamed"
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.ignored_auth,
]
CONFIG = schemathesis.Config.from_dict({"analysis": {"constants": {"enabled": False}}})

schemathesis.openapi.format("portal-date", st.dates(EARLIEST, LATEST).map(str))


def document() -> dict[str, Any]:
    """Return the OpenAPI document with what it leaves out because it is content: keys, codes, values of records."""
    described = committed()
    for path, operations in described["paths"].items():
        view = resolve(path.format(key="any", code="any")).func.cls
        for operation in operations.values():
            for parameter in operation.get("parameters", []):
                put_content(parameter, view)
            for body in operation.get("requestBody", {}).get("content", {}).values():
                name = body["schema"]["$ref"].rpartition("/")[2]
                schemas = described["components"]["schemas"]
                schemas[name] = {"anyOf": [like_stored(schemas[name], view.record_type), schemas[name]]}
    return described


def put_content(parameter: dict[str, Any], view: Any) -> None:
    """Say what a parameter takes, as far as that is content."""
    schema, one = parameter["schema"], view.filterset_class.base_filters.get(parameter["name"])
    if parameter["name"] == "code":
        schema["enum"] = [freeze("/en/countries/ke/").code]
    elif parameter["in"] == "path":
        records = view().records(today()).order_by("pk")
        keys = [record.key for record in records[:SAMPLE]]
        FormerCode.objects.get_or_create(kind=kind_of(records.model), former=FORMER, code=keys[0])
        schema["enum"] = [*keys, FORMER]
    elif isinstance(one, CodesFilter | OneFilter):
        schema.get("items", schema)["enum"] = [str(code) for code, *_rest in one.options()]
    elif isinstance(one, AsOfFilter):
        schema["format"] = "portal-date"
    elif "examples" in parameter:
        parameter["schema"] = {
            "anyOf": [{"enum": [shown["value"] for shown in parameter["examples"].values()]}, schema]
        }


def like_stored(schema: dict[str, Any], record_type: Any) -> dict[str, Any]:
    """Return the schema of those records among the ones of a schema whose values stored records have."""
    records = [raw_of(record, record_type) for record in stored(record_type.model).order_by("pk")[:SAMPLE]]
    properties = {
        name: {"enum": values} if (values := [record[name] for record in records if name in record]) else one
        for name, one in schema["properties"].items()
    }
    return {**schema, "properties": properties, "maxProperties": len(schema.get("required", [])) + MOST_OPTIONAL}


@st.composite
def few_parameters(draw: Any, cases: st.SearchStrategy[Case]) -> Case:
    """Return one of the cases with few of its optional parameters."""
    case = draw(cases)
    if optional := sorted(one.name for one in case.operation.query if one.name in case.query and not one.is_required):
        left_out = draw(st.permutations(optional))[draw(st.integers(0, MOST_OPTIONAL)) :]
        case.query = {name: value for name, value in case.query.items() if name not in left_out}
    return case


def is_blank(value: Any) -> bool:
    """Tell whether a value, or one of several, counts as absent."""
    return any(map(is_blank, value)) if isinstance(value, list) else value is None or not str(value).strip()


def requests(operation: Any, mode: GenerationMode) -> st.SearchStrategy[Case]:
    """Return the requests of an operation, as the document says or otherwise."""
    cases = operation.as_strategy(generation_mode=mode)
    if mode.is_positive:
        return few_parameters(cases)
    # Schemathesis takes a blank value for a wrong one.
    return cases.filter(lambda case: not any(map(is_blank, case.query.values())))


def headers(case: Case, secret: str) -> dict[str, str]:
    """Return what goes with a request; a change that says which state it changes says the right one."""
    # In-process answers are not decompressed.
    found = {"Accept-Encoding": "identity"}
    if case.method not in SAFE_METHODS:
        found["Authorization"] = f"Bearer {secret}"
    if "If-Match" in case.headers:
        read = case.operation.schema[case.path]["GET"].Case(path_parameters=case.path_parameters).call()
        found["If-Match"] = read.headers.get("etag", ["*"])[0]
    return found


def token() -> str:
    """Return a token with which everything may be written."""
    user = User.objects.create_superuser("fuzz")
    made, secret = Token.objects.create(user=user, name="fuzz")
    made.scopes.set(Permission.objects.all())
    return str(secret)


def ask(operation: Any, mode: GenerationMode, number: int, secret: str) -> Counter[int]:
    """Make so many requests of an operation, fewer where there are no more, and check the answers.

    Returns:
        How many answers had each status.
    """
    statuses: Counter[int] = Counter()

    @settings(
        max_examples=number, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )
    @given(requests(operation, mode))
    def once(case: Case) -> None:
        with transaction.atomic():
            sent = headers(case, secret)
            response = case.call(headers=sent)
            statuses[response.status_code] += 1
            case.validate_response(response, checks=CHECKS, headers=sent, transport_kwargs={"headers": sent})
            transaction.set_rollback(True)

    once()
    return statuses


@pytest.mark.usefixtures("content", "kept_connection")
def test_the_api_does_what_its_document_says(subtests: pytest.Subtests):
    api = schemathesis.openapi.from_dict(document(), config=CONFIG)
    api.app = application
    operations = [one.ok() for one in api.get_all_operations()]
    secret = token()
    figures: dict[str, Counter[int]] = {}
    successes: Counter[str] = Counter()
    for place, operation in enumerate(operations):
        # Those that take nothing leave their share to the others.
        number = math.ceil((CASES - cases_in(figures)) / (len(operations) - place))
        with subtests.test(operation.label):
            statuses = figures[operation.label] = ask(operation, GenerationMode.POSITIVE, round(number * RIGHT), secret)
            right, found = statuses.total(), sum(n for status, n in statuses.items() if status < 400)
            successes[operation.method] += found
            if any(operation.iter_parameters()) or operation.body:
                statuses += ask(operation, GenerationMode.NEGATIVE, number - right, secret)
            assert found >= right * FAIR or operation.method.upper() not in SAFE_METHODS, statuses
    write(figures)
    assert cases_in(figures) >= CASES
    assert set(+successes) == {one.method for one in operations}, "of what one of the methods asked nothing was done"


def cases_in(figures: dict[str, Counter[int]]) -> int:
    return sum(map(Counter.total, figures.values()))


def write(figures: dict[str, Counter[int]]) -> None:
    """Write how many answers of each operation had which status; `make fuzz` shows it."""
    for label, statuses in {**figures, f"{len(figures)} operations": sum(figures.values(), Counter())}.items():
        said = ", ".join(f"{status}: {n}" for status, n in sorted(statuses.items()))
        sys.stdout.write(f"{label:<40}{statuses.total():>6}  {said}\n")
