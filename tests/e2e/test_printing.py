"""What comes out of the printer, read back from the PDF that Chromium makes of a page."""

import io

import pypdf
import pytest

pytestmark = pytest.mark.browser


def test_list_prints_without_navigation_and_repeats_its_header_row(sign_in):
    page = sign_in("administrator")
    page.goto("/directory/people?print=1")
    sheets = [sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(page.pdf(format="A4"))).pages]
    assert len(sheets) > 1
    for text in sheets:
        assert "職員番号" in text
        assert "内線" in text
    whole = "".join(sheets)
    assert "職員検索" in whole
    for furniture in ("インフォメーション", "印刷", "ログアウト", "絞り込み"):
        assert furniture not in whole


def test_paper_is_whatever_people_choose(sign_in):
    page = sign_in("staff")
    page.goto("/directory/people?print=1")
    options = {"format": "A3", "landscape": True, "prefer_css_page_size": True}
    sheet = pypdf.PdfReader(io.BytesIO(page.pdf(**options))).pages[0]
    assert sheet.mediabox.width > 1190 > 850 > sheet.mediabox.height > 840
