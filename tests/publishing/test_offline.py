"""A page made small: it stays the page that it was."""

import pytest

from publishing.offline import minified, used


@pytest.mark.parametrize(
    ("html", "small"),
    [
        ('<p class="small" id="a-1">One</p>', "<p class=small id=a-1>One</p>"),
        ('<p class="small print" title="">One</p>', '<p class="small print" title="">One</p>'),
        ('<a href="https://a.example/?b=c">One</a>', '<a href="https://a.example/?b=c">One</a>'),
        ('<a href="https://a.example/">One</a>', '<a href="https://a.example/">One</a>'),
        ("<ul>\n    <li>One</li>\n    <li>Two</li>\n  </ul>", "<ul><li>One<li>Two</ul>"),
        ("<dl><dt>One</dt><dd>Two</dd></dl>", "<dl><dt>One<dd>Two</dl>"),
        # Between words and inline elements a line's end is a blank.
        ("One\n   <b>two</b>\n  three", "One\n<b>two</b>\nthree"),
        ("<p>a = &quot;b&quot; &lt;/li&gt;</p>", "<p>a = &quot;b&quot; &lt;/li&gt;</p>"),
        ('<script>const a="b";\n  c="</li>"</script>', '<script>const a="b";\n  c="</li>"</script>'),
        ('<style>\n  [a="b"] {}\n</style>', '<style>\n  [a="b"] {}\n</style>'),
    ],
)
def test_what_html_lets_one_leave_out_is_left_out(html: str, small: str):
    assert minified(html) == small


def test_only_the_rules_that_a_page_can_use_are_kept():
    style = "/* One { } */ a { b: c } .d, .e .f { g: h } .e:not(.f, .i) { j: k } .f { l: m }"
    style += " @media print { .d { n: o } .e .f, p { q: r } } @page wide { s: t }"
    kept = used(style, '<p class="d e">')
    assert "".join(kept.split()) == ("a{b:c}.d{g:h}.e:not(.f,.i){j:k}@mediaprint{.d{n:o}p{q:r}}@pagewide{s:t}")


@pytest.mark.parametrize(
    ("style", "kept"),
    [
        # Commas in brackets, and brackets in these, part no selectors.
        (":not(:lang(en), :lang(zh)) .gone, p { a: b }", "p{a:b}"),
        (":not(:lang(en), :lang(zh)) p, .gone { a: b }", ":not(:lang(en),:lang(zh))p{a:b}"),
        (":is(code, p:has(svg), .gone th) { a: b }", ":is(code,p:has(svg),.goneth){a:b}"),
    ],
)
def test_a_rule_with_brackets_stays_whole(style: str, kept: str):
    assert "".join(used(style, "<p>").split()) == kept
