"""Formatted text: a few marks are drawn, nothing that was typed becomes HTML, and the time is linear in the length."""

import re
from time import process_time

import pytest

from groupware.testing.signing_in import sign_in_as
from plugins.chat.queries.mentions import Named
from plugins.chat.rendering import LEVELS, in_one_line, shown
from plugins.chat.rules import LONGEST_EVER
from tests.plugins.chat.conftest import Office

LINK = '<a href="{0}" rel="noopener noreferrer" target="_blank">{0}</a>'


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("**重要です。**次に進みます。", "<strong>重要です。</strong>次に進みます。"),
        ("~~10時~~11時", "<s>10時</s>11時"),
        ("`a < b`です", "<code>a &lt; b</code>です"),
        ("`**そのまま**`", "<code>**そのまま**</code>"),
        ("**a ~~b~~**", "<strong>a <s>b</s></strong>"),
        ("**a ~~b** c~~", "<strong>a ~~b</strong> c~~"),
        ("** a ** 2 * 3 ** 4 ***b***", "** a ** 2 * 3 ** 4 ***b***"),
        ("**a\nb**", "**a\nb**"),
        ("　字下げ\n\n\n  終わり", "　字下げ\n\n\n  終わり"),
        ("- 一\n- 二", "<ul><li>一</li><li>二</li></ul>"),
        ("3. 三\n5. 五", '<ol><li value="3">三</li><li value="5">五</li></ol>'),
        ("- 一\n  続き\n  - 中", "<ul><li>一<p>続き</p><ul><li>中</li></ul></li></ul>"),
        ("前\n\n- 一\n\n後", "<p>前</p><ul><li>一</li></ul><p>後</p>"),
        ("-5度\n2026. 11. 24", "-5度\n2026. 11. 24"),
        (
            "> **引用**\n>> 深い\n答え",
            "<blockquote><p><strong>引用</strong></p>{deep}</blockquote><p>答え</p>",
        ),
        ("＞ 全角", "<blockquote>全角</blockquote>"),
        ("```py\nif a < b:\n    **x**\n```", "<pre><code>if a &lt; b:\n    **x**</code></pre>"),
        ("```\n閉じない **太字**", "```\n閉じない <strong>太字</strong>"),
    ],
)
def test_marks_are_drawn(text: str, drawn: str) -> None:
    assert shown(text) == drawn.replace("{deep}", "<blockquote>深い</blockquote>")


@pytest.mark.parametrize(
    ("text", "address", "after"),
    [
        ("https://a.jp/x?b=1#cをご覧ください", "https://a.jp/x?b=1#c", "をご覧ください"),
        ("「https://a.jp/x」です", "https://a.jp/x", "」です"),
        ("https://a.jp/x。次", "https://a.jp/x", "。次"),
        ("（https://a.jp/x）", "https://a.jp/x", "）"),
        ("(http://a.jp/x_(y)).", "http://a.jp/x_(y)", ")."),
        ("https://a.jp/x, https", "https://a.jp/x", ", https"),
        ("https://a.jp/x　全角の空白", "https://a.jp/x", "　全角の空白"),
    ],
)
def test_an_address_ends_where_japanese_goes_on(text: str, address: str, after: str) -> None:
    assert shown(text).endswith(LINK.format(address) + after)


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "https://", "http:// a", "www.example.jp", "ftp://a.jp"]
)
def test_other_things_are_no_links(text: str) -> None:
    assert "<a " not in shown(text)


def test_whom_it_names_stands_out_within_marks_but_not_in_code() -> None:
    named = [Named("鈴木 蓮", False), Named("鈴木", True)]
    marked = '<span class="chat-mention">@鈴木 蓮</span>'
    text = shown("**@鈴木 蓮**\n> @鈴木 蓮\n`@鈴木 蓮` @鈴木", named)
    assert text == (
        f"<p><strong>{marked}</strong></p><blockquote>{marked}</blockquote>"
        '<p><code>@鈴木 蓮</code> <span class="chat-mention is-me">@鈴木</span></p>'
    )


HOSTILE = [
    "<script>alert(1)</script>",
    '**<b onclick="x">**',
    "`</code><script>`",
    "```\n</code></pre><script>\n```",
    '```"><script>\nx\n```',
    "> <script>\n- <script>\n1. <script>",
    'https://a.jp/"onmouseover="alert(1)',
    "https://a.jp/<script>",
    "https://a.jp/'><script>",
    "[x](javascript:alert(1)) ![x](https://a.jp/x.png)",
    "&lt;script&gt; &#60;script&#62;",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_was_typed_becomes_html(text: str) -> None:
    named = [Named('<i>"x', True)]
    drawn = shown(f'{text} @<i>"x', named)
    tags = set(re.findall(r"</?([a-z]+)", drawn))
    assert tags <= {"a", "blockquote", "code", "li", "ol", "p", "pre", "span", "strong", "ul"}
    assert set(re.findall(r"<\w+ (.*?)>", drawn)) <= {
        'class="chat-mention is-me"',
        'value="1"',
        'href="https://a.jp/" rel="noopener noreferrer" target="_blank"',
        'href="https://a.jp/x.png" rel="noopener noreferrer" target="_blank"',
    }


PIECES = [
    "*",
    "**",
    "**a ",
    "**a** ",
    "**a~~b",
    "~~a",
    ">",
    "> ",
    "> - ",
    "- ",
    "- a\n",
    "  - a\n",
    "1. ",
    "`",
    "`a",
    "`a``",
    "```\n",
    "```a\n",
    "`\n",
    "\n- a\n  ",
    "https://",
    "https://a ",
    "https://a)",
    "(",
    "　",
    "@鈴木",
]


@pytest.mark.parametrize("piece", PIECES)
def test_the_time_is_linear_in_the_length(piece: str) -> None:
    """Ten times as long takes at most some thirty times as long: what is quadratic takes a hundred."""

    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        taken = []
        for _ in range(3):
            start = process_time()
            shown(text, [Named("鈴木 蓮", False)])
            taken.append(process_time() - start)
        return min(taken)

    assert seconds(LONGEST_EVER) < 30 * seconds(LONGEST_EVER // 10) + 0.01


def test_lists_show_how_a_message_begins_without_its_marks() -> None:
    assert in_one_line("**集合**は`9時`\n- 帽子\n- 水\n> <b>") == "集合は9時 帽子 水 <b>"
    assert in_one_line("何もない<b>") == "何もない<b>"


def test_marks_within_each_other_end_somewhere() -> None:
    deep = shown(">" * 100 + " x")
    assert deep.count("<blockquote>") == LEVELS
    assert deep.count("&gt;") == 100 - LEVELS


def test_drawing_a_stretch_of_messages_costs_little() -> None:
    """50 messages that are all marked: 5 ms on the machines of the city, so 50 where others work beside it."""
    texts = [f"**{number}件目です。**次は`x`を見てください。\n- 一つ\n- 二つ\n\n本文" for number in range(50)]
    start = process_time()
    for text in texts:
        shown(text)
    assert process_time() - start < 0.05


def test_a_page_shows_it_and_everything_else_keeps_the_plain_text(office: Office) -> None:
    room = office.open()
    office.say(office.owner, room, "**締切**は`金曜`\n- 一つ")
    client = sign_in_as(office.app, office.member)
    drawn = "<p><strong>締切</strong>は<code>金曜</code></p><ul><li>一つ</li></ul>"
    for address in (f"/chat/{room}", "/chat/unread"):
        assert drawn in client.get(address).text
    page = client.get(f"/chat/{room}").text
    assert "data-chat-format" in page
    assert office.texts(office.member, room) == ["**締切**は`金曜`\n- 一つ"]
