"""Named querysets of the questions to start from."""

from typing import Self

from mechanisms.querysets import PositionedQuerySet
from sources.querysets import with_citations


class PresetQuerySet(PositionedQuerySet):
    def with_citations(self) -> Self:
        """Prefetch what each question rests on."""
        return self.prefetch_related(with_citations())
