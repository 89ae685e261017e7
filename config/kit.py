"""The hall kit: the portal on one page that opens without a network, and that page with all tables in a zip file."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from functools import partial
from typing import Any, NamedTuple

from django.http import FileResponse, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from modeltranslation.utils import build_localized_fieldname

from centres.comparison import cited_by
from centres.directory import order_options, own_order
from centres.models import Centre, Service
from centres.offline import directory_data, directory_facets, kit_centres
from config.bulk import Viewsets, WholeFileView, members, zip_bytes, zip_response
from mechanisms.comparison import compare
from mechanisms.figures import IndicatorFigures, indicator_figures
from mechanisms.models import Convention, Criterion, Fund, Indicator, Mechanism, OrganizationRole, Provision
from publishing.conditional import State
from publishing.kept import kept
from publishing.offline import UNSEALED, self_contained
from publishing.renderers import HTMLRenderer, ZipRenderer
from publishing.serializers import LANGUAGES
from publishing.templatetags.portal import html_lang
from regions.models import Country, Membership, Region
from sources.models import Citation, Source
from sources.querysets import with_citations


def kit_name(shown: State, suffix: str) -> str:
    """Return the name of a file of the kit, which says revision and date."""
    return f"technical-assistance-mechanisms-kit-r{shown.revision}-{shown.date}.{suffix}"


def kit_html() -> tuple[bytes, State]:
    """Return the kit as one HTML file, and of which state it is."""
    # Whoever asks, in whatever language: the parts that are in it once are in the order of the first one.
    with translation.override(LANGUAGES[0]):
        return kept("kit", _html)


def kit_zip(viewsets: Viewsets) -> tuple[bytes, State]:
    """Return the kit with every table as a zip file, and of which state it is.

    Args:
        viewsets: the lists of the API by name.
    """

    def make(shown: State) -> bytes:
        # Of the same state, unless the content changes now: then the whole is made again.
        content, of = kit_html()
        return zip_bytes(members(viewsets, shown, {kit_name(of, "html"): content}), shown)

    return kept("kit-zip", make)


@extend_schema_view(
    get=extend_schema(operation_id="kit_retrieve", responses={(200, "text/html"): OpenApiTypes.BINARY}, tags=["export"])
)
class KitView(WholeFileView):
    """The portal on one page of HTML that opens without a network, in both languages, with filters and search."""

    renderer_classes = (HTMLRenderer,)

    def answer(self) -> HttpResponse:
        content, shown = kit_html()
        headers = {"Content-Disposition": f'attachment; filename="{kit_name(shown, "html")}"'}
        return HttpResponse(content, content_type="text/html; charset=utf-8", headers=headers)


@extend_schema_view(
    get=extend_schema(
        operation_id="kit_zip_retrieve", responses={(200, "application/zip"): OpenApiTypes.BINARY}, tags=["export"]
    )
)
class KitZipView(WholeFileView):
    """The same page, and all that export.zip has, in one zip file."""

    renderer_classes = (ZipRenderer,)

    def answer(self) -> FileResponse:
        content, shown = kit_zip(self.viewsets)
        return zip_response(content, kit_name(shown, "zip"))


def _html(shown: State) -> bytes:
    sources = list(Source.objects.order_by("code"))
    numbers = {source.code: number for number, source in enumerate(sources, 1)}
    countries = _countries(shown.date)
    places = {one.country: place for place, one in enumerate(countries)}
    editions, orders, words = [], {}, []
    for code in LANGUAGES:
        with translation.override(code):
            editions.append(render_to_string("kit/edition.html", _edition(code, shown, numbers)))
            words.append((code, _words()))
            orders[html_lang(code)] = [places[one.pk] for one in Country.objects.in_reading_order()]
    return self_contained(
        "kit/kit.html",
        {
            "editions": editions,
            "words": words,
            "columns": ["country", "regions", "serving", "hosted"],
            "countries": countries,
            "sources": [(source, _in_every_language(source)) for source in sources],
        },
        styles=["portal.css", "kit.css"],
        script="kit.js",
        data={**directory_data(shown.date), "countries": orders},
    )


def _words() -> dict[str, str]:
    """Return what stands over the parts that are in the file once, in the active language."""
    return {
        "countries": _("Countries"),
        "note": _(
            "Only published lists count: whether a centre without one serves a country is unknown. "
            "The sources of each list stand with the centre. A dash: none."
        ),
        "country": _("Country"),
        "regions": _("Regions"),
        "serving": _("Centres that serve it"),
        "hosted": _("Centres it hosts"),
        "sources": _("Sources"),
    }


def _in_every_language(source: Source) -> list[tuple[str, str]]:
    """Return title and date of a source in each language, those that say the same once."""
    said: dict[str, str] = {}
    for code in LANGUAGES:
        with translation.override(code):
            dated = source.dated.display() if source.dated else ""
            # Some titles end with the date.
            parts = [source.title] if dated in source.title else [source.title, dated]
            said.setdefault(str(_(", ")).join(parts), code)
    return [(code, text) for text, code in said.items()]


def _edition(code: str, shown: State, numbers: dict[str, int]) -> dict[str, Any]:
    """Return what the kit shows in the active language.

    Args:
        code: of the language.
        shown: the state of the dataset that it shows.
        numbers: by the code of a source, its number in the list at the end.
    """
    date = shown.date
    mechanisms = list(Mechanism.objects.as_of(date).with_related().in_reading_order())
    criteria = list(Criterion.objects.with_group().in_reading_order())
    return {
        # As a request has it.
        "LANGUAGE_CODE": code,
        # Begins the id of each place: every place is in the file twice.
        "place": code.partition("-")[0],
        "numbers": numbers,
        "as_of": date,
        "revision": shown.revision,
        "checksum": UNSEALED,
        # Made when the template comes to them, and let go after: together they would take twice the memory, which a
        # process keeps. What the template names more than once it holds (with): each naming makes it anew.
        "mechanisms": partial(_profiles, mechanisms, date),
        "comparison": partial(compare, mechanisms, criteria, date),
        "languages": [code],
        "conventions": Convention.objects.as_of(date).with_related().in_reading_order(),
        "funds": Fund.objects.as_of(date).with_related().in_reading_order(),
        "centres": partial(kit_centres, date),
        "centre_count": Centre.objects.count(),
        "facets": directory_facets(date),
        "orders": order_options(),
        "own_order": own_order(),
        "regions": partial(_regions, date),
        "country_citations": cited_by(Country.objects.order_by("iso2").prefetch_related(with_citations())),
    }


class Profile(NamedTuple):
    """A mechanism and what its page shows beside the criteria, which the comparison has."""

    mechanism: Mechanism
    roles: list[OrganizationRole]
    provisions: list[Provision]
    figures: list[IndicatorFigures]


def _profiles(mechanisms: list[Mechanism], date: datetime.date) -> list[Profile]:
    indicators = Indicator.objects.with_observations(date).in_reading_order()
    figures = _grouped((one.mechanism_id, indicator_figures(one)) for one in indicators if one.figures)
    roles = OrganizationRole.objects.as_of(date).with_related().order_by("role", "pk")
    provisions = Provision.objects.as_of(date).with_related().in_reading_order()
    by_mechanism = _grouped((one.mechanism_id, one) for one in roles)
    items = _grouped((one.list.mechanism_id, one) for one in provisions)
    return [Profile(one, by_mechanism[one.pk], items[one.pk], figures[one.pk]) for one in mechanisms]


class Served(NamedTuple):
    """A country, its name in each language, its regions, and the centres that serve it and that it hosts, by code."""

    country: int
    code: str
    names: list[tuple[str, str]]
    regions: list[str]
    serving: list[str]
    hosted: list[str]


def _countries(date: datetime.date) -> list[Served]:
    services = Service.objects.as_of(date).order_by("mechanism__position", "centre__code", "pk")
    serving = _grouped(services.values_list("country_id", "centre__code"))
    hosted = _grouped(Centre.objects.as_of(date).order_by("code").values_list("country_id", "code"))
    found = []
    for one in Country.objects.with_name_on(date).with_regions(date).in_reading_order():
        # On the date it may have had another name.
        named = (*one.names_then, one)[0]
        names = [(code, getattr(named, build_localized_fieldname("name", code))) for code in LANGUAGES]
        regions = [membership.region.code for membership in one.current_memberships]
        # A centre may serve a country under two mechanisms.
        found.append(Served(one.pk, one.iso2, names, regions, list(dict.fromkeys(serving[one.pk])), hosted[one.pk]))
    return found


class Members(NamedTuple):
    """A region and the countries that are in it."""

    region: Region
    memberships: list[Membership]
    #: Each source behind any of the memberships once.
    citations: list[Citation]


def _regions(date: datetime.date) -> list[Members]:
    dated = Membership.objects.as_of(date).with_country_on(date)
    memberships = dated.prefetch_related(with_citations(for_thousands=True)).by_scheme()
    by_region = _grouped((one.region_id, one) for one in memberships)
    regions = Region.objects.select_related("scheme").in_reading_order()
    return [Members(one, by_region[one.pk], cited_by(by_region[one.pk])) for one in regions]


def _grouped(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found
