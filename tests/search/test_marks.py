"""Marks stand on the text as it is stored, whatever was folded to find the words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publishing.text import marked, normalise, terms, typed_terms


def shown(text: str, query: str) -> str:
    return "".join(f"[{piece}]" if is_term else piece for piece, is_term in marked(text, terms(query)))


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("Regional centres", "CENTRE", "Regional [centre]s"),
        ("《巴塞尔公约》区域中心", "区域中心", "《巴塞尔公约》[区域中心]"),
        ("《巴塞爾公約》區域中心", "区域中心", "《巴塞爾公約》[區域中心]"),
        ("《巴塞尔公约》区域中心", "區域 巴塞爾", "《[巴塞尔]公约》[区域]中心"),
        ("决定SC\u20112/9和SC-1/15", "sc-2/9", "决定[SC\u20112/9]和SC-1/15"),
        ("decision SC-2/9", "SC–2/9", "decision [SC-2/9]"),
        ("ＵＮＥＰ／ＰＯＰＳ", "unep/pops", "[ＵＮＥＰ／ＰＯＰＳ]"),
        ("Côte d’Ivoire", "cote d'ivoire", "[Côte] [d’Ivoire]"),
        ("Co\u0302te", "cote", "[Co\u0302te]"),
        ("eﬃcient ﬁnance", "efficient fin", "[eﬃcient] [ﬁn]ance"),
        ("Straße", "strasse", "[Straße]"),
        ("double  \u3000space", '"double space"', "[double  \u3000space]"),
        ("soft\u00adhyphen", "softhyphen", "[soft\u00adhyphen]"),
        ("一二一二一", "一二一", "[一二一]二一"),
        ("汞 mercury 汞", "汞", "[汞] mercury [汞]"),
        ("İstanbul", "istanbul", "[İstanbul]"),
        ("nothing here", "汞", "nothing here"),
        ("", "a", ""),
    ],
)
def test_the_original_is_marked(text: str, query: str, expected: str):
    assert shown(text, query) == expected


TEXTS = st.text(alphabet=st.sampled_from('aAeé ﬁß-‑–Ａ　区區域中心汞\u0301\u200b"“”（()\n'), max_size=30)


@given(TEXTS, TEXTS)
def test_marks_lose_nothing_and_stand_where_the_term_is(text: str, query: str):
    pieces = marked(text, terms(query))
    assert "".join(piece for piece, _ in pieces) == text
    folded = normalise(text)
    assert any(is_term for _, is_term in pieces) == any(term in folded for term in terms(query))


@given(st.text(max_size=40))
def test_normalising_twice_is_normalising_once(text: str):
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(max_size=40))
def test_terms_are_normalised_and_never_empty(query: str):
    for term, typed in typed_terms(query).items():
        assert term == normalise(term) != ""
        assert typed
