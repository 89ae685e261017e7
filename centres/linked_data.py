"""A centre in the terms of schema.org, for search engines: what the record of today says and no more."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from modeltranslation.utils import build_localized_fieldname

from centres.models import Centre, HostInstitution, InstitutionType, LegalArrangement
from publishing.languages import content_language
from publishing.serializers import LANGUAGES
from publishing.templatetags.portal import html_lang

ORGANIZATION = "Organization"
#: The kinds of organizations that schema.org has a narrower word for.
TYPES = {
    InstitutionType.GOVERNMENT_BODY: "GovernmentOrganization",
    InstitutionType.UNIVERSITY: "CollegeOrUniversity",
}
#: Under the others a host only houses the centre, which may have a standing of its own.
PART_OF = {LegalArrangement.PART_OF_HOST, LegalArrangement.PART_OF_ORGANIZATION}


def linked_centre(centre: Centre, request: HttpRequest) -> dict[str, Any]:
    """Return a centre as a schema.org ``Organization``, its texts in the active language; the unknown is left out.

    Args:
        centre: with_related() of today.
        request: whose host the addresses have.
    """
    parents = [one.institution for one in centre.current_hostings if one.legal_arrangement in PART_OF]
    houses = [one.institution for one in centre.current_hostings if one.legal_arrangement not in PART_OF]
    # Governmental is what is part of a government body, not what is housed by one.
    is_governmental = any(one.institution_type == InstitutionType.GOVERNMENT_BODY for one in parents)
    place = _known(
        addressCountry=centre.country.iso2 if centre.country else "",
        addressLocality=centre.city,
    )
    return {
        "@context": "https://schema.org",
        "@type": TYPES[InstitutionType.GOVERNMENT_BODY] if is_governmental else ORGANIZATION,
        # The same in every language.
        "@id": request.build_absolute_uri(reverse("api:centres-detail", args=[centre.code])),
        **_known(
            name=centre.name,
            alternateName=_other_names(centre),
            disambiguatingDescription="" if centre.is_name_known else _("No source names it; it goes by its country."),
            description=centre.summary,
            url=request.build_absolute_uri(centre.get_absolute_url()),
            sameAs=centre.website,
            address={"@type": "PostalAddress", **place} if place else None,
            location=[*_point(centre), *(_host(one, "Place", request) for one in houses)],
            parentOrganization=[
                _host(one, TYPES.get(InstitutionType(one.institution_type), ORGANIZATION), request) for one in parents
            ],
            areaServed=[
                {"@type": "Country", "name": one.name, "identifier": one.iso2} for one in centre.countries_served
            ],
            knowsAbout=[one.name for one in centre.performs],
        ),
    }


def _known(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def _other_names(centre: Centre) -> list[Any]:
    """Return the name in the other languages, with the language, and the acronym."""
    names = [
        {"@language": html_lang(code), "@value": getattr(centre, build_localized_fieldname("name", code))}
        for code in LANGUAGES
        if code != content_language()
    ]
    return [*names, centre.acronym] if centre.acronym else names


def _point(centre: Centre) -> list[dict[str, Any]]:
    if centre.latitude is None or centre.longitude is None:
        return []
    point = {"latitude": float(centre.latitude), "longitude": float(centre.longitude)}
    return [{"@type": "Place", "geo": {"@type": "GeoCoordinates", **point}}]


def _host(institution: HostInstitution, kind: str, request: HttpRequest) -> dict[str, str]:
    return {
        "@type": kind,
        **_known(
            name=institution.name,
            url=request.build_absolute_uri(institution.get_absolute_url()),
            sameAs=institution.website,
        ),
    }
