"""Whom a centre serves, as its page tells it: by mechanism, each source and each note once."""

from collections.abc import Iterable
from typing import NamedTuple

from centres.comparison import cited_by
from centres.models import Service
from mechanisms.models import Mechanism
from regions.models import Country
from sources.models import Citation


class Served(NamedTuple):
    """The countries that a centre serves under a mechanism."""

    mechanism: Mechanism
    services: list[Service]
    #: Each source behind any of the services once.
    citations: list[Citation]
    #: One service of each note with the note's countries; a note that is out of date for some only stands twice.
    notes: list[tuple[Service, list[Country]]]


def served_under(services: Iterable[Service]) -> list[Served]:
    """Return the services of a centre, which come from ``with_related()``, by mechanism."""
    by_mechanism: dict[Mechanism, list[Service]] = {}
    for service in services:
        by_mechanism.setdefault(service.mechanism, []).append(service)
    return [
        Served(mechanism, by_mechanism[mechanism], cited_by(by_mechanism[mechanism]), _notes(by_mechanism[mechanism]))
        for mechanism in sorted(by_mechanism, key=lambda one: one.position)
    ]


def _notes(services: list[Service]) -> list[tuple[Service, list[Country]]]:
    notes: dict[tuple[str, str], tuple[Service, list[Country]]] = {}
    for service in services:
        if service.note:
            notes.setdefault((service.note, service.outdated), (service, []))[1].append(service.country)
    return list(notes.values())
