"""Pictures in the text of a section page."""

from dataclasses import dataclass

from groupware.portal.rendering import with_pictures


@dataclass
class Picture:
    uid: str
    number: int
    alternative: str = "map"


def shown(html, *pictures):
    return str(with_pictures(html, pictures, lambda one: f"/i/{one.uid}"))


IMG = '<img src="/i/x" alt="map" loading="lazy">'


def test_mark_alone_in_a_paragraph_becomes_a_figure():
    assert (
        shown("<p>a</p><p>[画像1]</p>", Picture("x", 1)) == f'<p>a</p><figure class="picture">{IMG}</figure>'
    )


def test_mark_between_words_becomes_a_picture_in_the_line():
    assert shown("<p>see ［画像１］ here</p>", Picture("x", 1)) == f"<p>see {IMG} here</p>"


def test_english_mark_counts_too():
    assert IMG in shown("<p>[image 1]</p>", Picture("x", 1))


def test_picture_without_a_mark_stands_at_the_end():
    assert shown("<p>a</p>", Picture("x", 1)) == f'<p>a</p><figure class="picture">{IMG}</figure>'


def test_mark_without_a_picture_vanishes():
    assert shown("<p>a [画像9] b</p>") == "<p>a  b</p>"


def test_mark_inside_a_tag_is_left_alone():
    html = '<p><a href="/x" title="> [画像1]">link</a></p>'
    assert shown(html, Picture("x", 1)) == f'{html}<figure class="picture">{IMG}</figure>'


def test_alternative_text_is_escaped():
    assert 'alt="&#34;&gt;&lt;b&gt;"' in shown("<p>[画像1]</p>", Picture("x", 1, '"><b>'))
