"""The options: page, API and files give one answer, and every point shows how it comes about."""

import datetime
import io
import re
from fractions import Fraction
from typing import Any
from urllib.parse import urlsplit

import docx
import openpyxl
import pytest
from django.http import QueryDict
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from centres.directory import CentreFilterSet
from centres.models import Centre, Service
from mechanisms.models import Criterion, CriterionKind, CriterionOption, Finding, FindingStatus, Mechanism
from options.delivery import NAMED
from options.models import Preset
from options.needs import STANDING, Weight
from options.wording import point_words
from publishing.content.reading import ContentError
from publishing.content.saving import build_record
from publishing.registry import record_type_of
from publishing.templatetags.portal import day
from regions.models import Membership
from tests.api.endpoints import NOTE_DATE, fetch, problem
from tests.api.queries import recorded_queries

pytestmark = pytest.mark.usefixtures("content")

each_language = pytest.mark.parametrize("lang", ["en", "zh-hans"])
TRAINING = "core-functions-training"


def answer(client: Client, query: str = "", /, **parameters: Any) -> Any:
    """Return the API's answer to a question."""
    response = client.get(f"/api/v1/options/?{query}") if query else fetch(client, "options", **parameters)
    assert response.status_code == 200, response.content.decode()
    return response.json()


def points(told: Any) -> dict[tuple[str, str], Any]:
    """Return the points of an answer by mechanism and need."""
    return {(one["mechanism"]["code"], point["need"]): point for one in told["mechanisms"] for point in one["points"]}


def mercury() -> Preset:
    return Preset.objects.in_reading_order()[0]


@pytest.mark.one_database
class TestQuestion:
    @each_language
    def test_the_page_says_what_the_api_says(self, client: Client, lang: str):
        for preset in Preset.objects.in_reading_order():
            response = client.get(f"/{lang}/options/?{preset.query}")
            assert response.status_code == 200
            ranking, told = response.context["ranking"], answer(client, preset.query)
            assert response.context["preset"] == preset
            assert [
                (score.rank, score.mechanism.code, str(score.total), [str(point.points) for point in score.points])
                for score in ranking.scores
            ] == [
                (one["rank"], one["mechanism"]["code"], one["total"], [point["points"] for point in one["points"]])
                for one in told["mechanisms"]
            ]
            assert [delivery.count for delivery in response.context["deliveries"]] == [
                one["delivery"]["count"] for one in told["mechanisms"]
            ]

    def test_a_question_is_its_address_in_any_order(self, client: Client):
        preset = mercury()
        turned = "&".join(reversed(preset.query.split("&")))
        assert answer(client, turned)["mechanisms"] == answer(client, preset.query)["mechanisms"]
        assert client.get(f"/en/options/?{turned}").context["preset"] == preset
        assert client.get(f"/en/options/?{turned}&silence=yes").context["preset"] == preset
        assert client.get(f"/en/options/?{turned}&option=legal-status-part-of-host").context["preset"] is None

    def test_the_form_keeps_what_was_asked(self, client: Client):
        page = client.get(
            f"/en/options/?{mercury().query}&serves=KE&weight=reach~must&weight=speed~nice"
        ).content.decode()
        assert re.search(r'name="option" value="core-functions-training" checked', page)
        assert not re.search(r'name="option" value="core-functions-awareness-raising" checked', page)
        assert re.search(r'name="serves" value="KE" checked', page)
        for weight in ("core-functions~must", "mercury-relevance~", "reach~must", "speed~nice"):
            chosen = re.search(rf'<option value="{weight}[a-z]*" selected', page)
            assert bool(chosen) is not weight.endswith("~"), weight

    def test_with_nothing_asked_there_is_a_form_and_the_questions_to_start_from(self, client: Client):
        response = client.get("/en/options/")
        assert "ranking" not in response.context
        page = response.content.decode()
        for preset in Preset.objects.all():
            assert preset.get_absolute_url().replace("&", "&amp;") in page
        assert [one["code"] for one in answer(client)["presets"]] == [
            preset.code for preset in Preset.objects.in_reading_order()
        ]
        assert answer(client)["needs"] == []

    @pytest.mark.parametrize(
        ("query", "name", "said"),
        [
            ("option=nonsense", "option", "legal-basis-treaty-article"),
            ("weight=core-functions", "weight", "legal-basis~must"),
            ("weight=core-functions~much", "weight", "legal-basis~must"),
            ("silence=perhaps", "silence", "no, yes"),
            ("serves=XX", "serves", "AF"),
            ("serves_region=mars", "serves_region", "un-africa"),
            ("level=regional", "level", "serves_region"),
            (
                f"option={TRAINING}&weight=core-functions~must&weight=core-functions~nice",
                "weight",
                "core-functions~nice",
            ),
            ("weight=core-functions~must", "weight", "core-functions~must"),
            ("weight=reach~nice", "weight", "reach~nice"),
        ],
    )
    def test_what_is_wrong_is_told_with_what_is_allowed(self, client: Client, query: str, name: str, said: str):
        document = problem(client.get(f"/api/v1/options/?{query}"), 400)
        assert list(document["errors"]) == [name]
        assert said in " ".join(document["errors"][name])
        page = client.get(f"/zh-hans/options/?{query}")
        assert page.status_code == 400
        assert said in page.content.decode()

    def test_a_format_that_is_not_there(self, client: Client):
        assert client.get("/en/options/?format=csv").status_code == 400
        problem(client.get("/api/v1/options/?format=csv"), 400)

    def test_a_weight_of_nothing_that_is_to_be_ignored_is_no_fault(self, client: Client):
        assert answer(client, "weight=core-functions~ignore&weight=speed~ignore")["needs"] == []

    @each_language
    def test_before_there_was_any_mechanism(self, client: Client, lang: str):
        # An unknown beginning counts as long ago.
        Mechanism.objects.update(since="1990-01-01")
        response = client.get(f"/{lang}/options/?option={TRAINING}&as_of=1900-01-01&silence=yes")
        assert response.status_code == 200
        assert "summary" not in response.context
        told = answer(client, f"option={TRAINING}&as_of=1900-01-01")
        assert (told["mechanisms"], told["mixes"]) == ([], [])
        assert told["sensitivity"] == [{"need": "core-functions", "least": "0", "most": None}]
        assert client.get(f"/{lang}/options/?option={TRAINING}&as_of=1900-01-01&format=xlsx").status_code == 200


@pytest.mark.one_database
class TestPoints:
    def test_every_point_has_its_citations_and_its_date(self, client: Client):
        told = answer(client, f"{mercury().query}&serves=KE&weight=speed~nice")
        assert len(points(told)) == len(told["mechanisms"]) * len(told["needs"]) == 7 * 8
        for (mechanism, need), point in points(told).items():
            assert point["findings"] or point["reach"], (mechanism, need)
            for finding in point["findings"]:
                assert finding["citations"]
                assert finding["mechanism"]["code"] == mechanism
                assert finding["stated_on"] <= NOTE_DATE
            if Fraction(point["points"]) and point["reach"]:
                assert point["reach"]["citations"]

    def test_the_newest_finding_of_the_date_counts(self, client: Client):
        query = "option=financing-model-voluntary"
        before, after = (points(answer(client, f"{query}&as_of={day}")) for day in (NOTE_DATE, "2026-11-22"))
        place = ("rotterdam", "financing-model")
        assert (before[place]["share"], before[place]["silent"]) == ("0", "1")
        assert (after[place]["share"], after[place]["silent"]) == ("1", "0")

    def test_what_is_said_in_prose_only_is_not_known_to_be_lacking(self, client: Client):
        page = client.get("/en/options/outcome/?as_of=2013-10-10")
        line = next(one for one in page.context["outcome"].lines if one.verdict.value == "not-coded")
        said = point_words(line.adopted)
        assert (said.has, said.lacks, said.instead) == ([], [], [])

    def test_musts_are_told_where_there_are_any(self, client: Client):
        for query, told in ((f"option={TRAINING}", False), (f"option={TRAINING}&weight=core-functions~must", True)):
            page = client.get(f"/en/options/?{query}").content.decode()
            assert ('<th scope="col">Musts</th>' in page) is told
            assert ("all met" in page) is told

    def test_contradiction_is_said_and_counts_by_its_codes(self, client: Client):
        finding = Finding.objects.latest_as_of(datetime.date.fromisoformat(NOTE_DATE)).get(
            mechanism__code="basel", criterion__code="core-functions"
        )
        Finding.objects.filter(pk=finding.pk).update(status=FindingStatus.CONFLICTING)
        page = client.get(f"/en/options/?option={TRAINING}&as_of={NOTE_DATE}")
        assert '<span class="verdict differs">conflicting</span>' in page.content.decode()
        assert (
            points(answer(client, f"option={TRAINING}&as_of={NOTE_DATE}"))["basel", "core-functions"]["points"] == "2"
        )

    def test_reach_is_the_share_of_the_countries_that_are_served(self, client: Client):
        day = datetime.date(2026, 11, 22)
        africa = set(
            Membership.objects.as_of(day).filter(region__code="un-africa").values_list("country__iso2", flat=True)
        )
        wanted = africa | {"FR"}
        told = answer(client, "serves_region=un-africa&serves=fr&as_of=2026-11-22")
        assert told["needs"][0]["countries"] == sorted(wanted)
        for mechanism in ("basel", "ncpc", "who"):
            rows = Service.objects.as_of(day).filter(mechanism__code=mechanism, country__iso2__in=wanted)
            served = sorted(set(rows.values_list("country__iso2", flat=True)))
            point = points(told)[mechanism, "reach"]
            assert point["reach"]["served"] == served
            assert Fraction(point["share"]) == Fraction(len(served), len(wanted))
        # A list that no source gives is silence, not zero.
        assert points(told)["rotterdam", "reach"]["silent"] == "1"
        basel = points(told)["basel", "reach"]
        assert basel["reach"]["unlisted"]
        assert Fraction(basel["share"]) + Fraction(basel["silent"]) == 1
        assert points(told)["ncpc", "reach"]["silent"] == "0"

    def test_the_answers_that_speed_rests_on_are_coded_answers(self, client: Client):
        assert set(CriterionOption.objects.filter(code__in=STANDING).values_list("code", flat=True)) == STANDING
        told = points(answer(client, f"weight=speed~must&as_of={NOTE_DATE}"))
        # Of four bodies the regional networks were new; both hosts stood: the mean of 3/4 and 1.
        assert told["multilateral-fund", "speed"]["points"] == "7/2"
        # What has no host is judged by its bodies alone.
        assert told["rotterdam", "speed"]["share"] == "2/3"

    def test_silence_is_shown_and_its_places_stand_beside(self, client: Client):
        query = mercury().query
        plain, yes, no = (answer(client, f"{query}{more}") for more in ("", "&silence=yes", "&silence=no"))
        for told in (yes, no):
            assert [(one["rank"], one["total"]) for one in told["mechanisms"]] == [
                (one["rank"], one["total"]) for one in plain["mechanisms"]
            ]
        assert all(one["rank"] == one["supposed_rank"] for one in no["mechanisms"])
        supposed = {one["mechanism"]["code"]: one["supposed_total"] for one in yes["mechanisms"]}
        # Silent on mercury (2) and on the financing model (1).
        assert supposed["rotterdam"] == "32/3"
        assert {one["mechanism"]["code"]: one["supposed_rank"] for one in yes["mechanisms"]}["rotterdam"] == 1
        page = client.get(f"/en/options/?{query}&silence=yes").content.decode()
        assert page.count('<span class="verdict is-silent">silent</span>') == sum(
            point["silent"] == "1" for point in points(plain).values()
        )

    @settings(
        max_examples=12,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(data=st.data())
    def test_changing_one_weight_changes_exactly_the_points_that_it_should(self, client: Client, data: st.DataObject):
        criteria = list(Criterion.objects.filter(kind=CriterionKind.CHOICE).with_options().in_reading_order())
        chosen = data.draw(st.lists(st.sampled_from(criteria), min_size=1, max_size=4, unique_by=lambda one: one.code))
        options = [data.draw(st.sampled_from(list(one.options.all()))).code for one in chosen]
        weights = {one.code: data.draw(st.sampled_from(Weight.values)) for one in chosen}
        changed = data.draw(st.sampled_from(sorted(weights)))
        other = data.draw(st.sampled_from([one for one in Weight.values if one != weights[changed]]))

        def asked(given: dict[str, str]) -> Any:
            return answer(
                client,
                as_of=NOTE_DATE,
                option=options,
                weight=[f"{need}~{weight}" for need, weight in given.items()],
            )

        before, after = asked(weights), asked({**weights, changed: other})
        now = points(after)
        for (mechanism, need), point in points(before).items():
            same = now[mechanism, need]
            assert (same["share"], same["silent"]) == (point["share"], point["silent"])
            if need == changed:
                assert Fraction(same["points"]) == Weight(other).number * Fraction(point["share"])
            else:
                assert same == point
        totals = {one["mechanism"]["code"]: Fraction(one["total"]) for one in before["mechanisms"]}
        for one in after["mechanisms"]:
            code = one["mechanism"]["code"]
            step = (Weight(other).number - Weight(weights[changed]).number) * Fraction(now[code, changed]["share"])
            assert Fraction(one["total"]) - totals[code] == step


@pytest.mark.one_database
class TestDelivery:
    @pytest.mark.parametrize(
        "reach", ["", "serves_region=un-africa", "serves=KE&serves=CN", "serves_region=un-africa&serves=CN"]
    )
    @pytest.mark.parametrize("as_of", ["", f"&as_of={NOTE_DATE}"])
    def test_the_directory_lists_as_many(self, client: Client, reach: str, as_of: str):
        told = answer(client, f"option={TRAINING}&{reach}{as_of}")
        assert sum(one["delivery"]["count"] for one in told["mechanisms"]) > 10
        for one in told["mechanisms"]:
            filterset = CentreFilterSet(QueryDict(urlsplit(one["delivery"]["url"]).query))
            assert filterset.problems == {}
            assert len(filterset.results()) == one["delivery"]["count"]
            assert len(one["delivery"]["centres"]) == min(NAMED, one["delivery"]["count"])
            codes = {centre.code for centre in filterset.results()}
            assert {centre["code"] for centre in one["delivery"]["centres"]} <= codes

    def test_mercury_work_comes_first_where_mercury_is_the_subject(self, client: Client):
        def named(query: str) -> list[bool]:
            told = answer(client, f"{query}&as_of=2026-11-22")
            basel = next(one for one in told["mechanisms"] if one["mechanism"]["code"] == "basel")
            work = dict(Centre.objects.values_list("code", "mercury_work"))
            return [bool(work[centre["code"]]) for centre in basel["delivery"]["centres"]]

        first = named("option=mercury-relevance-already-active")
        assert first == sorted(first, reverse=True)
        assert first[0]
        assert named("option=subject-covered-mercury") == first
        assert named(f"option={TRAINING}") != first


@pytest.mark.one_database
class TestFiles:
    @each_language
    def test_they_have_the_rows_of_the_page(self, client: Client, lang: str):
        query = f"{mercury().query}&silence=yes"
        ranking = client.get(f"/{lang}/options/?{query}").context["ranking"]
        names = [f"{score.mechanism.letter} {score.mechanism.short_name}" for score in ranking.scores]
        for address in (f"/{lang}/options/?{query}", f"/api/v1/options/?{query}&lang={lang}"):
            book = openpyxl.load_workbook(io.BytesIO(client.get(f"{address}&format=xlsx").content))
            rows = list(book.worksheets[0].values)
            assert list(rows[0][1:]) == names
            assert [int(cell) for cell in rows[1][1:]] == [score.rank for score in ranking.scores]
            assert "×" in rows[4][1]
            assert "[1]" in rows[4][1]
            word = docx.Document(io.BytesIO(client.get(f"{address}&format=docx").content))
            table = word.tables[0]
            assert [cell.text for cell in table.rows[0].cells][1:] == names
            assert len(table.rows) == len(rows)
            assert any(f"/{lang}/options/?" in paragraph.text for paragraph in word.paragraphs)


class TestPresets:
    @pytest.mark.parametrize(
        ("query", "said"),
        [
            ("option=nonsense", "option: “nonsense”"),
            ("as_of=soon", "as_of: "),
            ("wish=more", "wish: "),
            ("", "query: "),
            ("as_of=2010-06-07", "Nothing is asked for."),
        ],
    )
    def test_a_question_that_the_page_would_refuse_is_refused(self, query: str, said: str):
        raw = {
            "code": "one-more",
            "name": {"en": "One more", "zh-hans": "再一个"},
            "summary": {"en": "One more.", "zh-hans": "再一个。"},
            "query": query,
            "citations": ["inc1-note#para-1"],
        }
        with pytest.raises(ContentError) as refused:
            build_record(raw, record_type_of(Preset))
        assert said in str(refused.value)

    def test_a_question_to_start_from_is_a_statement_with_sources(self, client: Client):
        for one in answer(client)["presets"]:
            assert one["citations"]
        page = client.get("/en/sources/inc1-note/").content.decode()
        assert mercury().get_absolute_url().replace("&", "&amp;") in page


@pytest.mark.parametrize("path", ["/api/v1/options/", "/en/options/"])
def test_the_same_queries_whatever_is_asked(client: Client, path: str):
    few = f"option={TRAINING}&serves_region=un-weog&serves=KE&weight=speed~nice&as_of={NOTE_DATE}"
    every = "&".join(f"option={code}" for code in CriterionOption.objects.values_list("code", flat=True))
    regions = "serves_region=un-africa&serves_region=who-euro&serves=KE"
    for query in (few, f"{every}&{regions}&weight=speed~must&silence=yes&as_of={NOTE_DATE}"):
        # The census of centres, read once a revision and date, is not part of it.
        client.get(f"{path}?{query}")
        with recorded_queries(path.replace("/en/", "/")):
            response = client.get(f"{path}?{query}")
        assert response.status_code == 200


@pytest.mark.one_database
class TestOutcome:
    @each_language
    def test_what_was_asked_stands_beside_what_was_adopted(self, client: Client, lang: str):
        response = client.get(f"/{lang}/options/outcome/")
        assert response.status_code == 200
        outcome = response.context["outcome"]
        told = answer(client, mercury().query)
        leaders = [one["mechanism"]["code"] for one in told["mechanisms"] if one["rank"] == 1]
        assert [score.mechanism.code for score in outcome.ranking.leaders] == leaders == ["multilateral-fund"]
        assert [line.need.code for line in outcome.lines] == [need["code"] for need in told["needs"]]
        verdicts = {line.need.code: (line.verdict.value, line.later_verdict.value) for line in outcome.lines}
        assert verdicts == {
            "level-of-operation": ("adopted", "not-yet"),
            "delivery-structure": ("partly", "partly"),
            "core-functions": ("partly", "not-yet"),
            "needs-identification": ("not-coded", "adopted"),
            "financing-model": ("adopted", "adopted"),
            "mercury-relevance": ("not", "not-yet"),
        }
        for line in outcome.lines:
            assert line.adopted.evidence.citations
            assert line.adopted.evidence.findings[0].stated_on == datetime.date(2013, 10, 10)
            assert [str(point.points) for _mechanism, point in line.had] == [
                points(told)[code, line.need.code]["points"] for code in leaders
            ]

    def test_silence_of_what_was_adopted_is_silence(self, client: Client):
        Finding.objects.filter(mechanism__code="minamata", criterion__code="level-of-operation").update(
            status=FindingStatus.NOT_ASSESSED
        )
        lines = client.get("/en/options/outcome/").context["outcome"].lines
        assert lines[0].verdict.value == "silent"

    def test_before_the_adoption_nothing_is(self, client: Client):
        response = client.get(f"/en/options/outcome/?as_of={NOTE_DATE}")
        assert {line.verdict.value for line in response.context["outcome"].lines} == {"not-yet"}
        assert client.get("/en/options/outcome/?option=core-functions-training").status_code == 400

    def test_without_the_question_there_is_no_check(self, client: Client):
        mercury().delete()
        assert client.get("/en/options/outcome/").status_code == 404
        problem(client.get("/api/v1/options/outcome/"), 404)

    @each_language
    def test_its_files_and_the_api_say_what_the_page_says(self, client: Client, lang: str):
        page = client.get(f"/{lang}/options/outcome/").context["outcome"]
        told = client.get(f"/api/v1/options/outcome/?lang={lang}").json()
        assert (told["asked_on"], told["adopted_on"], told["as_of"]) == (
            NOTE_DATE,
            "2013-10-10",
            datetime.date.today().isoformat(),
        )
        for need, line in zip(told["needs"], page.lines, strict=True):
            assert need["need"]["code"] == line.need.code
            assert (need["verdict"], need["verdict_label"]) == (line.verdict.value, str(line.verdict.label))
            assert [one["point"]["points"] for one in need["had"]] == [str(one.point.points) for one in line.had]
            assert need["adopted"]["findings"][0]["citations"]
            assert (need["later"] is None) == (line.later is None)
        for address in (f"/{lang}/options/outcome/?", f"/api/v1/options/outcome/?lang={lang}&"):
            book = openpyxl.load_workbook(io.BytesIO(client.get(f"{address}format=xlsx").content))
            rows = list(book.worksheets[0].values)
            assert len(rows) == 1 + len(page.lines)
            for cells, line in zip(rows[1:], page.lines, strict=True):
                assert cells[0].startswith(line.need.heading.name)
                assert all(option in cells[0] for option in line.need.option_names)
                assert all(re.search(r" \[\d+\]$", cell) for cell in cells[1:3])
                assert cells[2].startswith(f"{line.verdict.label}\n")
                assert line.adopted.evidence.findings[0].text in cells[2]
                assert day(line.adopted.evidence.findings[0].stated_on_date) in cells[2]
            assert [bool(re.search(r"\[\d+\]$", cells[3])) for cells in rows[1:]] == [
                bool(line.later) for line in page.lines
            ]
            assert day(page.adopted_on) in rows[0][2]
            said = [row[0] for row in book.worksheets[2].values]
            assert page.preset.summary in said
            assert said[-1].endswith(f"/{lang}/options/outcome/")
            word = docx.Document(io.BytesIO(client.get(f"{address}format=docx").content))
            assert [cell.text for cell in word.tables[0].columns[0].cells] == [cells[0] for cells in rows]
        assert client.get(f"/{lang}/options/outcome/?format=csv").status_code == 400

    def test_before_the_adoption_its_file_says_so(self, client: Client):
        book = openpyxl.load_workbook(
            io.BytesIO(client.get(f"/en/options/outcome/?as_of={NOTE_DATE}&format=xlsx").content)
        )
        assert {cells[2:] for cells in list(book.worksheets[0].values)[1:]} == {
            ("not yet adopted", "no newer statement")
        }
