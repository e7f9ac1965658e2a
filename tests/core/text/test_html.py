"""Rich text keeps what helps a reader and nothing that could act."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupware.text.html import from_input, from_plain, sanitise, to_plain


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p>a<script>alert(1)</script>b</p>", "<p>ab</p>"),
        ("<style>p{color:red}</style><p>a</p>", "<p>a</p>"),
        ('<p onclick="alert(1)" style="color:red" class="x" id="y">a</p>', "<p>a</p>"),
        ('<img src="x" onerror="alert(1)">a', "a"),
        ("<svg><script>alert(1)</script></svg>a", "a"),
        ('<iframe src="https://example.jp"></iframe>a', "a"),
        ("<math><mi xlink:href='javascript:x'>b</mi></math>a", "a"),
        ("<!-- c --><p>a</p>", "<p>a</p>"),
        ("<p>a<textarea>b</textarea></p>", "<p>a</p>"),
    ],
)
def test_sanitise_drops_what_could_act(source, expected):
    assert sanitise(source) == expected


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "//example.com/x",
        "/\\example.com",
        "\\\\example.com",
        "\t//example.com",
        "/\t/example.com",
    ],
)
def test_sanitise_takes_the_address_of_a_link_that_leaves_by_a_back_door(address):
    assert sanitise(f'<a href="{address}">a</a>') == '<a rel="noopener noreferrer">a</a>'


@pytest.mark.parametrize(
    "address", ["https://example.jp/a?b=c", "http://intra/", "mailto:a@example.jp", "/bulletin/", "#a"]
)
def test_sanitise_keeps_the_address_of_a_harmless_link(address):
    assert (
        sanitise(f'<a href="{address}" target="_blank">a</a>')
        == f'<a href="{address}" rel="noopener noreferrer">a</a>'
    )


def test_sanitise_keeps_tables_lists_and_headings():
    source = '<h2>a</h2><ul><li>b</li></ul><table><tbody><tr><td colspan="2">c</td></tr></tbody></table>'
    assert sanitise(source) == source


def test_sanitise_gives_pasted_headings_the_levels_of_the_page():
    assert sanitise("<h1>a</h1><H6 >b</H6>") == "<h2>a</h2><h4>b</h4>"


def test_sanitise_keeps_pictures_of_our_own_only_where_they_are_wanted():
    source = '<p><img src="/pages/1/image" alt="b" onerror="x"></p>'
    assert sanitise(source) == "<p></p>"
    assert sanitise(source, has_images=True) == '<p><img src="/pages/1/image" alt="b"></p>'
    assert sanitise('<img src="//example.com/x" alt="b">', has_images=True) == '<img alt="b">'


@given(st.text(alphabet=st.sampled_from("<>/=\"' abpscript:javonclik!-&;#"), max_size=80))
def test_sanitise_twice_is_sanitise_once(source):
    once = sanitise(source)
    assert sanitise(once) == once
    assert "<script" not in once.lower()


def test_plain_text_becomes_paragraphs_with_their_line_ends():
    assert from_plain("a < b\r\nc\n\nd & e\n\n\n") == "<p>a &lt; b<br>c</p><p>d &amp; e</p>"
    assert from_input("5 < 6\n\n7") == "<p>5 &lt; 6</p><p>7</p>"
    assert from_input("<p>a</p>") == "<p>a</p>"
    assert from_input("  ") == ""


def test_plain_words_of_rich_text_stand_a_line_per_block():
    html = "<h2>見出し</h2><p>一行目<br>二行目 &amp; 三</p><ul><li>あ</li><li>い</li></ul><table><tr><td>1</td><td>2</td></tr></table>"
    assert to_plain(html) == "見出し\n一行目\n二行目 & 三\nあ\nい\n1 2"
    assert to_plain("<p>a<script>b</script>c</p>") == "ac"
