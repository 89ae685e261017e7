"""Linked data (schema.org) in the pages: what the record says, nothing else, and nothing that runs."""

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from centres.models import Centre, Hosting, HostInstitution, InstitutionType, LegalArrangement
from publishing.filters import today
from publishing.models import Dataset
from publishing.templatetags.portal import json_ld
from sources.models import Source
from tests.api.endpoints import ROOT, VIEWSETS
from tests.pages.markup import parse
from tests.pages.walk import LANGUAGES, LINKED_DATA, NOTE_DATE

HOST = "http://testserver"

pytestmark = [pytest.mark.usefixtures("content"), pytest.mark.one_database]
each_language = pytest.mark.parametrize("lang", LANGUAGES)


def linked(client: Client, path: str) -> Any:
    """Return the page's linked data; no value of it may be empty, for what is unknown is not said."""
    response = client.get(path)
    assert response.status_code == 200
    data = json.loads(parse(response).one("head").one("script", type=LINKED_DATA).text)
    assert data["@context"] == "https://schema.org"
    assert [name for name, value in data.items() if value in ("", None, [], {})] == []
    return data


@each_language
def test_the_dataset(client: Client, lang: str):
    data, dataset = linked(client, f"/{lang}/data/"), Dataset.current()
    assert data["@type"] == "Dataset"
    assert data["name"] == {"en": "Technical Assistance Mechanisms Portal", "zh-hans": "技术援助机制比较门户"}[lang]
    # What search engines for data ask for.
    assert 50 <= len(data["description"]) <= 5000
    assert data["url"] == f"{HOST}/{lang}/data/"
    assert data["inLanguage"] == ["en", "zh-Hans"]
    assert data["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert data["version"] == str(dataset.revision)
    assert dataset.changed_at
    assert data["dateModified"] == dataset.changed_at.isoformat()
    assert data["isAccessibleForFree"] is True
    assert data["creator"]["name"] == data["name"]
    with translation.override(lang):
        assert data["citation"] == Source.objects.get(code="inc1-note").cited_at([])
    # All of it is in the page's language.
    texts = [
        data["description"],
        data["copyrightNotice"],
        *data["keywords"],
        *(d["name"] for d in data["distribution"]),
    ]
    assert [text for text in texts if text.isascii() is (lang != "en")] == []
    # What a reader is told of the licence is on the page too.
    assert data["copyrightNotice"] in parse(client.get(f"/{lang}/data/")).one("main").text


@each_language
def test_every_file_of_the_dataset_is_there(client: Client, lang: str):
    files = linked(client, f"/{lang}/data/")["distribution"]
    addresses = [one["contentUrl"] for one in files]
    assert addresses == [f"{HOST}{ROOT}export.zip", *(f"{HOST}{ROOT}{name}/?format=csv" for name in VIEWSETS)]
    for one in files[:: 1 if lang == "en" else 9]:
        response = client.get(one["contentUrl"])
        assert response.status_code == 200
        assert response.headers["Content-Type"].partition(";")[0] == one["encodingFormat"]


def test_a_dataset_is_the_same_in_both_languages(client: Client):
    english, chinese = (linked(client, f"/{lang}/data/") for lang in LANGUAGES)
    assert english["@id"] == chinese["@id"]
    assert [one["contentUrl"] for one in english["distribution"]] == [
        one["contentUrl"] for one in chinese["distribution"]
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_data_page_before_the_first_load(client: Client, lang: str):
    Dataset.objects.all().delete()
    data = linked(client, f"/{lang}/data/")
    assert data["version"] == "0"
    assert "dateModified" not in data


@each_language
def test_a_centre_says_what_its_record_says(client: Client, lang: str):
    """Each centre in one of the languages, by turns."""
    other = {"en": "zh-hans", "zh-hans": "en"}[lang]
    seen: dict[str, int] = {}
    with translation.override(lang):
        centres = list(Centre.objects.with_related(today()).order_by("code"))[list(LANGUAGES).index(lang) :: 2]
    assert len(centres) > 40
    for one in centres:
        data = linked(client, f"/{lang}/centres/{one.code}/")
        with translation.override(lang):
            expected: dict[str, Any] = {
                "name": one.name,
                "description": one.summary,
                "url": f"{HOST}{one.get_absolute_url()}",
                "sameAs": one.website,
                "knowsAbout": [function.name for function in one.functions.all()],
                "areaServed": [
                    {"@type": "Country", "name": country.name, "identifier": country.iso2}
                    for country in one.countries_served
                ],
            }
            if one.country:
                place = {"@type": "PostalAddress", "addressCountry": one.country.iso2}
                expected["address"] = {**place, "addressLocality": one.city} if one.city else place
        with translation.override(other):
            tagged = {"@language": LANGUAGES[other], "@value": one.name}
        expected["alternateName"] = [tagged, one.acronym] if one.acronym else [tagged]
        assert data["@id"] == f"{HOST}{ROOT}centres/{one.code}/"
        said = {name: data.get(name) for name in expected}
        assert said == {name: value or None for name, value in expected.items()}
        assert ("address" in data) is bool(one.country)
        points = [place["geo"] for place in data.get("location", []) if "geo" in place]
        if one.latitude is None:
            assert points == []
        else:
            (point,) = points
            assert (point["latitude"], point["longitude"]) == (float(one.latitude), float(one.longitude or 0))
        assert ("disambiguatingDescription" in data) is not one.is_name_known
        for name in data:
            seen[name] = seen.get(name, 0) + 1
    # Each of these is known of some centres, and not of all.
    for name in ("location", "sameAs", "areaServed", "parentOrganization", "disambiguatingDescription"):
        assert 0 < seen[name] < len(centres), name


@pytest.mark.parametrize(
    ("arrangement", "institution_type", "kind", "parent"),
    [
        (LegalArrangement.PART_OF_HOST, InstitutionType.GOVERNMENT_BODY, "GovernmentOrganization", True),
        (LegalArrangement.PART_OF_HOST, InstitutionType.UNIVERSITY, "Organization", True),
        (LegalArrangement.PART_OF_HOST, InstitutionType.OTHER, "Organization", True),
        (LegalArrangement.PART_OF_ORGANIZATION, InstitutionType.INTERGOVERNMENTAL, "Organization", True),
        # Housed by a government body is not governmental, and an agreement is not membership.
        (LegalArrangement.FRAMEWORK_AGREEMENT, InstitutionType.GOVERNMENT_BODY, "Organization", False),
        (LegalArrangement.UNKNOWN, InstitutionType.GOVERNMENT_BODY, "Organization", False),
        (LegalArrangement.HOST_AGREEMENT, InstitutionType.UNIVERSITY, "Organization", False),
    ],
)
@each_language
def test_what_kind_of_body_a_centre_is(
    client: Client, lang: str, arrangement: str, institution_type: InstitutionType, kind: str, parent: bool
):
    hosting = Hosting.objects.get(centre__code="egypt-bcrc")
    hosting.legal_arrangement = arrangement
    hosting.save()
    HostInstitution.objects.filter(pk=hosting.institution_id).update(institution_type=institution_type)
    data = linked(client, f"/{lang}/centres/egypt-bcrc/")
    assert data["@type"] == kind
    with translation.override(lang):
        host = HostInstitution.objects.get(pk=hosting.institution_id)
        expected = {"name": host.name, "url": f"{HOST}{host.get_absolute_url()}"}
    places = [one for one in data["location"] if "geo" not in one]
    types = {
        InstitutionType.GOVERNMENT_BODY: "GovernmentOrganization",
        InstitutionType.UNIVERSITY: "CollegeOrUniversity",
    }
    if parent:
        (said,) = data["parentOrganization"]
        assert places == []
        assert said["@type"] == types.get(institution_type, "Organization")
    else:
        (said,) = places
        assert "parentOrganization" not in data
        assert said["@type"] == "Place"
    assert {name: said[name] for name in expected} == expected


@each_language
def test_the_past_is_not_told_as_the_present(client: Client, lang: str):
    path = f"/{lang}/centres/egypt-bcrc/"
    assert linked(client, f"{path}?as_of={today().isoformat()}") == linked(client, path)
    page = parse(client.get(path, {"as_of": NOTE_DATE}))
    assert page.all("script", type=LINKED_DATA) == []


@each_language
def test_a_hostile_name_is_data(client: Client, lang: str):
    hostile = "</script><script>alert(1)</script><!-- & \u2028 \u2029 \"' \\"
    Centre.objects.filter(code="egypt-bcrc").update(
        name_en=hostile, name_zh_hans=hostile, summary_en=hostile, summary_zh_hans=hostile
    )
    data = linked(client, f"/{lang}/centres/egypt-bcrc/")
    assert data["name"] == data["description"] == data["alternateName"][0]["@value"] == hostile
    page = parse(client.get(f"/{lang}/centres/egypt-bcrc/"))
    scripts = page.all("script")
    assert len(scripts) == 2
    assert [one.get("type") for one in scripts if "src" not in one.attributes] == [LINKED_DATA]
    assert "alert(1)" in page.one("h1").text


def test_the_block_holds_no_sign_that_could_end_it():
    block = json_ld({"name": "</script><!--&\u2028\u2029中文"})
    inside = block.removeprefix(f'<script type="{LINKED_DATA}">').removesuffix("</script>")
    assert not set(inside) & set("<>&\u2028\u2029")
    assert "中文" in inside
    assert json.loads(inside) == {"name": "</script><!--&\u2028\u2029中文"}
