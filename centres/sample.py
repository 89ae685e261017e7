"""Synthetic centres, to measure how the portal behaves when the directory grows. Nothing in them is true."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal
from random import Random
from typing import Any

from django.db import models
from django.utils import translation

from centres.models import (
    Centre,
    CentreKind,
    Designation,
    DesignationRole,
    Hosting,
    HostInstitution,
    InstitutionType,
    LegalArrangement,
    Service,
)
from mechanisms.models import Function, Mechanism
from publishing.dates import Precision
from regions.models import Country, Membership
from sources.models import Citation

#: Centres made at a time: memory stays small however many there are to be.
BATCH = 2000
#: Rows a statement; SQLite allows 32,766 parameters a statement.
ROWS = 500
INSTITUTIONS = 300

NOTE = {
    "en": "A synthetic centre for measuring; nothing in it is true.",
    "zh_hans": "用于测量的虚构中心，内容均不属实。",
}

#: Kind, role, name in English and in Chinese; the topic goes into the name.
FORMS = (
    (
        CentreKind.REGIONAL_CENTRE,
        DesignationRole.REGIONAL_CENTRE,
        "Regional Centre for Training on {}",
        "{}培训区域中心",
    ),
    (CentreKind.COORDINATING_CENTRE, DesignationRole.COORDINATING_CENTRE, "Coordinating Centre on {}", "{}协调中心"),
    (
        CentreKind.SUBREGIONAL_CENTRE,
        DesignationRole.REGIONAL_OR_SUBREGIONAL_CENTRE,
        "Subregional Centre for Technology Transfer on {}",
        "{}技术转让次区域中心",
    ),
    (
        CentreKind.NATIONAL_CENTRE,
        DesignationRole.NATIONAL_CENTRE,
        "National Cleaner Production Centre, {}",
        "国家清洁生产中心{}部",
    ),
    (
        CentreKind.COLLABORATING_CENTRE,
        DesignationRole.COLLABORATING_CENTRE,
        "Collaborating Centre for Research on {}",
        "{}研究协作中心",
    ),
    (CentreKind.REGIONAL_OFFICE, DesignationRole.REGIONAL_OFFICE, "Regional Office, {}", "{}区域办事处"),
    (CentreKind.REGIONAL_NETWORK, DesignationRole.REGIONAL_NETWORK, "Regional Network on {}", "{}区域网络"),
)
TOPICS = (
    ("e-waste inventories", "电子废物清单"),
    ("hazardous waste", "危险废物"),
    ("illegal traffic in waste", "废物非法贩运"),
    ("persistent organic pollutants", "持久性有机污染物"),
    ("pesticides and their alternatives", "农药及其替代品"),
    ("ozone-depleting substances", "臭氧消耗物质"),
    ("mercury storage and disposal", "汞的储存和处置"),
    ("artisanal and small-scale gold mining", "手工和小规模采金业"),
    ("contaminated sites", "受污染场地"),
    ("cleaner production in tanneries", "制革业清洁生产"),
    ("energy efficiency in industry", "工业能效"),
    ("medical waste", "医疗废物"),
    ("used lead-acid batteries", "废铅酸蓄电池"),
    ("chemicals in products", "产品所含化学品"),
    ("laboratory analysis of dioxins", "二恶英实验室分析"),
    ("customs control of chemicals", "化学品海关管制"),
    ("poisons information", "中毒信息"),
    ("plastic waste", "塑料废物"),
)
SENTENCES = (
    (
        "Holds courses on {} for officials, customs officers and laboratory staff of the countries that it serves.",
        "为所服务国家的官员、海关人员和实验室人员举办{}课程。",
    ),
    (
        "Advises Governments on legislation and national plans for {} and helps them to prepare their reports.",
        "就{}的立法和国家计划向各国政府提供咨询意见，并协助其编写报告。",
    ),
    (
        "Runs demonstration projects on {} with industry associations and publishes costs and results.",
        "与行业协会合办{}示范项目，并公布所需费用和取得的成果。",
    ),
    (
        "Keeps a network of experts on {} who answer questions and visit enterprises on request.",
        "设有{}专家网络，应请求答复问题并走访企业。",
    ),
)
HOSTS = (
    (InstitutionType.UNIVERSITY, "University of Environmental Engineering", "环境工程大学"),
    (InstitutionType.GOVERNMENT_BODY, "Environmental Protection Agency", "环境保护署"),
    (InstitutionType.RESEARCH_INSTITUTE, "Institute of Chemical Research", "化学研究所"),
    (InstitutionType.INDUSTRY_ASSOCIATION, "Chamber of Industries", "工业商会"),
)


def add_sample(count: int, seed: int, report: Callable[[int], None]) -> None:
    """Add synthetic centres to the content; to be called inside a transaction.

    The search index and the revision are the caller's to bring up to date.

    Args:
        count: how many centres.
        seed: the same seed makes the same centres of the same content.
        report: told from time to time how many there are.
    """
    # One language, as the loader: the column without a language takes the active one's text.
    with translation.override("en"):
        maker = _Maker(seed)
        _save(maker.hosts, maker.citations)
        for start in range(1, count + 1, BATCH):
            numbers = range(start, min(start + BATCH, count + 1))
            centres = [maker.centre(number) for number in numbers]
            _save(centres, maker.citations)
            _save([row for centre in centres for row in maker.relations(centre)], maker.citations)
            _link(Centre.functions.through, centres, maker.functions)
            report(numbers[-1])


def _save(records: Iterable[Any], citations: Callable[[], list[int]]) -> None:
    """Store records, kind by kind, each with its citations."""
    by_model: dict[Any, list[Any]] = defaultdict(list)
    for record in records:
        by_model[type(record)].append(record)
    for model, rows in by_model.items():
        model._base_manager.bulk_create(rows, batch_size=ROWS)
        _link(model.citations.through, rows, citations)


def _link(through: type[models.Model], records: Iterable[Any], targets: Callable[[], list[int]]) -> None:
    """Store, for each record, the pairs with its targets in a table between two models."""
    _key, left, right = (field.attname for field in through._meta.concrete_fields)
    pairs = [through(**{left: record.pk, right: target}) for record in records for target in targets()]
    through._base_manager.bulk_create(pairs, batch_size=5 * ROWS)


class _Maker:
    """Makes records, not saved, from what the content holds and from chance."""

    def __init__(self, seed: int) -> None:
        # Chance, not secrets.
        self.random = Random(seed)  # noqa: S311
        self.mechanisms = list(Mechanism.objects.order_by("pk"))
        self.function_keys = list(Function.objects.order_by("pk").values_list("pk", flat=True))
        self.citation_keys = list(Citation.objects.order_by("pk").values_list("pk", flat=True))
        self.countries = list(Country.objects.order_by("pk"))
        self.cities: dict[int, list[tuple[str, str]]] = defaultdict(list)
        places = Centre.objects.exclude(city_en="").order_by("pk")
        for country, *city in places.values_list("country", "city_en", "city_zh_hans"):
            self.cities[country].append((city[0], city[1]))
        self.neighbours: dict[int, list[list[int]]] = defaultdict(list)
        regions: dict[int, list[int]] = defaultdict(list)
        members = Membership.objects.filter(until=None).order_by("region", "country")
        for region, country in members.values_list("region", "country"):
            regions[region].append(country)
            self.neighbours[country].append(regions[region])
        self.hosts = [self._host(number) for number in range(1, INSTITUTIONS + 1)]

    def functions(self) -> list[int]:
        return self.random.sample(self.function_keys, self.random.randint(1, 4))

    def citations(self) -> list[int]:
        return self.random.sample(self.citation_keys, self.random.choice((1, 1, 1, 2)))

    def centre(self, number: int) -> Any:
        """Return a centre with texts as long as the real ones'."""
        kind, _role, name_en, name_zh = self.random.choice(FORMS)
        topics = self.random.sample(TOPICS, self.random.randint(4, 8))
        sentences = self.random.sample(SENTENCES, 2)
        country, city_en, city_zh = self._place()
        # Its columns of each language are modeltranslation's: the types do not know them.
        centre: Any = Centre(
            code=f"sample-{number:06}",
            name_en=f"{name_en.format(topics[0][0])}, {city_en or country.name_en} (sample {number})",
            name_zh_hans=f"{city_zh or country.name_zh_hans}{name_zh.format(topics[0][1])}（样本{number}）",
            kind=kind,
            country=country,
            city_en=city_en,
            city_zh_hans=city_zh,
            website=f"https://sample-{number}.example/",
            languages=self.random.choice(("", "en", "en fr", "es", "ar en", "en ru", "zh")),
            summary_en=" ".join(text.format(topics[n][0]) for n, (text, _zh) in enumerate(sentences)),
            summary_zh_hans="".join(text.format(topics[n][1]) for n, (_en, text) in enumerate(sentences)),
            expertise_en="; ".join(english for english, _zh in topics),
            expertise_zh_hans="；".join(chinese for _en, chinese in topics),
            note_en=NOTE["en"],
            note_zh_hans=NOTE["zh_hans"],
        )
        if self.random.random() < 0.9:
            centre.latitude, centre.longitude = self._near(country.latitude), self._near(country.longitude)
        if self.random.random() < 0.3:
            centre.mercury_work = True
            centre.mercury_note_en = f"Synthetic: a workshop on mercury and {topics[1][0]}."
            centre.mercury_note_zh_hans = f"虚构内容：举办了汞与{topics[1][1]}讲习班。"
        centre.derive()
        return centre

    def relations(self, centre: Any) -> Iterable[models.Model]:
        """Yield the designations, the hosting and the services of a saved centre."""
        role = next(role for kind, role, _en, _zh in FORMS if kind == centre.kind)
        mechanisms = self.random.sample(self.mechanisms, self.random.choice((1, 1, 1, 2)))
        for mechanism in mechanisms:
            yield Designation(centre=centre, mechanism=mechanism, role=role, **self._standing())
        if self.random.random() < 0.9:
            yield Hosting(
                centre=centre,
                institution=self.random.choice(self.hosts),
                legal_arrangement=self.random.choice(LegalArrangement.values),
                since=self._day(1992, 2010),
            )
        # About 15 of 100 have no published list.
        if self.random.random() < 0.85:
            near = self.random.choice(self.neighbours.get(centre.country_id, [[centre.country_id]]))
            for country in self.random.sample(near, min(self.random.randint(1, 12), len(near))):
                yield Service(centre=centre, country_id=country, mechanism=mechanisms[0])

    def _standing(self) -> dict[str, Any]:
        """Return the dates and the term of a designation: most in force, some run out, closed or only nominated."""
        chance = self.random.random()
        if chance < 0.05:
            return {"nominated_on": self._day(2022, 2025), "since": datetime.date(2060, 1, 1)}
        if chance < 0.14:
            since = self.random.randint(1995, 2014)
            return {"since": datetime.date(since, 1, 1), "until": datetime.date(since + 4, 12, 31), "term": 4}
        if chance < 0.22:
            return {"since": self._day(1992, 2005), "until": self._day(2006, 2024)}
        if chance < 0.27:
            return {}
        if chance < 0.6:
            return {
                "since": datetime.date(self.random.randint(1992, 2024), 1, 1),
                "since_precision": Precision.YEAR,
                "decision": f"SC-{self.random.randint(1, 12)}/{self.random.randint(1, 30)}",
            }
        return {"since": self._day(1992, 2024), "term": self.random.choice((None, 4))}

    def _host(self, number: int) -> HostInstitution:
        institution_type, name_en, name_zh = self.random.choice(HOSTS)
        country, city_en, city_zh = self._place()
        host = HostInstitution(
            code=f"sample-institution-{number:03}",
            name_en=f"{name_en}, {city_en or country.name_en} (sample {number})",
            name_zh_hans=f"{city_zh or country.name_zh_hans}{name_zh}（样本{number}）",
            institution_type=institution_type,
            country=country,
            city_en=city_en,
            city_zh_hans=city_zh,
            note_en=NOTE["en"],
            note_zh_hans=NOTE["zh_hans"],
        )
        host.derive()
        return host

    def _place(self) -> tuple[Any, str, str]:
        """Return a country and a city that the content has there, if any."""
        country = self.random.choice(self.countries)
        return country, *self.random.choice(self.cities.get(country.pk, [("", "")]))

    def _day(self, first: int, last: int) -> datetime.date:
        return datetime.date(self.random.randint(first, last), self.random.randint(1, 12), self.random.randint(1, 28))

    def _near(self, degrees: Decimal) -> Decimal:
        """Return a number of degrees near another; no country's point is so far out that it would not be on Earth."""
        return degrees + Decimal(self.random.randint(-900, 900)) / 1000
