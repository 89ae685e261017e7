"""How sources stand in the fixtures."""

from publishing.content.building import RecordType
from sources.locators import is_locator
from sources.models import Citation, Source

RECORD_TYPES = [
    RecordType(Source, "sources", split="kind"),
    RecordType(Citation, "citations", implied=True),
]


def parse_citation(reference: str) -> tuple[str, str]:
    """Return source code and locator of "inc1-note#para-14".

    Raises:
        ValueError: the part behind # is not a locator.
    """
    code, _, locator = reference.partition("#")
    if locator and not is_locator(locator):
        raise ValueError("a locator is para-N, paras-N-M, article-N.M, page-N, footnote-N, section-N, annex or title")
    return code, locator
