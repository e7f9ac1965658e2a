"""Files of the sample talk: small real ones, as people send them."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from groupware import paths
from groupware.actor import Actor
from groupware.attachments.services import adding, owning
from groupware.zones import Zone
from plugins.chat.enums import MESSAGE


def files_of(
    messages: Sequence[dict[str, Any]], described: Sequence[dict[str, Any]]
) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Messages that come with a file, and what is said of it. They have its number from now on."""
    by_text = {file["text"]: file for file in described}
    found = [(row, by_text[row["text"]]) for row in messages if row["text"] in by_text]
    for row, _ in found:
        row["file_count"] = 1
    return found


def attach(found: Sequence[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    """Make the files of messages that are written."""
    for row, file in found:
        # The machine stands for the sender: it is in no organisation whose space a sample would take.
        sender = Actor(person_id=row["sender_id"], zone=Zone.LGWAN.value, via="command")
        make = _drawing if file["name"].endswith(".png") else _lines
        uid = adding.add(sender, file["name"], make(file["rows"])).uid
        owning.attach(sender, MESSAGE, row["id"], [uid], unit_id=None)


def _lines(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    # As a workbook of the office saves it.
    return text.getvalue().encode("cp932")


def _drawing(rows: Sequence[Sequence[str]]) -> bytes:
    from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415  drawing is for the sample only

    font = ImageFont.truetype(str(paths.static() / "vendor" / "fonts" / "NotoSansJP-Regular.ttf"), 40)
    image = Image.new("RGB", (960, 60 + 180 * len(rows)), "#f4f6f8")
    draw = ImageDraw.Draw(image)
    for number, row in enumerate(rows):
        width = 900 // len(row)
        for column, text in enumerate(row):
            left, top = 30 + width * column, 30 + 180 * number
            draw.rounded_rectangle(
                (left + 8, top + 8, left + width - 8, top + 172), 14, "#d9e6ff", "#3d5a80", 3
            )
            draw.text((left + width // 2, top + 90), text, "#1b2a41", font, "mm")
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


__all__ = ["attach", "files_of"]
