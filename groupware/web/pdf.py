"""What every PDF of the house needs: embedded Japanese fonts, and text that they can draw."""

import re
from functools import cache

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from groupware import paths

REGULAR, BOLD = "Page", "PageBold"
_FONTS = {REGULAR: "NotoSansJP-Regular.ttf", BOLD: "NotoSansJP-Bold.ttf"}
# They choose the shape of the character before them and have none of their own: drawn, they spoil what follows.
SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


@cache
def register_fonts() -> None:
    """Embedded fonts: reportlab's own Japanese ones are not, and then the printer decides what a name looks like."""
    for name, file in _FONTS.items():
        pdfmetrics.registerFont(TTFont(name, str(paths.static() / "vendor" / "fonts" / file)))


__all__ = ["BOLD", "REGULAR", "SELECTORS", "register_fonts"]
