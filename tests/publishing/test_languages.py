"""Content on a page in another language: a template that writes it marks it, and only where an element can stand."""

import pytest
from django.template import Context, Template
from django.utils.translation import override

from publishing.languages import content_language, content_text, without_places

MARK = '<span lang="en" dir="ltr">%s</span>'


def page(template: str, language: str = "fr", name: str = "Fund <A> & B") -> str:
    with override(language):
        return without_places(Template(template).render(Context({"name": content_text(name)})))


@pytest.mark.parametrize(("language", "content"), [("en", "en"), ("zh-hans", "zh-hans"), ("fr", "en"), ("ar", "en")])
def test_content_stands_in_the_page_language_or_in_english(language: str, content: str):
    with override(language):
        assert content_language() == content


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pages_in_a_language_of_the_content_mark_nothing(language: str):
    assert page("<p>{{ name }}</p>", language) == "<p>Fund &lt;A&gt; &amp; B</p>"


def test_a_text_is_marked_wherever_a_template_writes_it():
    text = MARK % "Fund &lt;A&gt; &amp; B"
    assert page("<p>{{ name }}, <b>{{ name }}</b></p>") == f"<p>{text}, <b>{text}</b></p>"
    sentence = "{% load i18n %}<p>{% blocktranslate %}Remove {{ name }}{% endblocktranslate %}</p>"
    assert text in page(sentence)
    # An empty text has no place.
    assert page("<p>{{ name }}</p>", name="") == "<p></p>"


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ('<a title="{{ name }}">x</a>', '<a title="A &amp; B">x</a>'),
        ("<title>{{ name }} · Portal</title>", "<title>A &amp; B · Portal</title>"),
        ('<option value="a">{{ name }}</option>', '<option lang="en" dir="ltr" value="a">A &amp; B</option>'),
        ('<text x="1">{{ name }}</text>', '<text lang="en" dir="ltr" x="1">A &amp; B</text>'),
        ("<textarea>{{ name }}</textarea>", "<textarea>A &amp; B</textarea>"),
        ("<option>Tous</option><p>{{ name }}</p>", f"<option>Tous</option><p>{MARK % 'A &amp; B'}</p>"),
    ],
)
def test_what_holds_no_element_gets_none(template: str, expected: str):
    assert page(template, name="A & B") == expected


def test_a_text_that_outlives_its_page_is_plain_on_the_next():
    with override("fr"):
        text = content_text("Fund")
    assert text == "Fund"
    with override("en"):
        assert Template("{{ text }}").render(Context({"text": text})) == "Fund"
