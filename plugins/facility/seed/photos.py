"""Photos of the sample's facilities: plain scenes drawn by arithmetic, nobody's room and nobody's car."""

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw

from groupware.actor import Actor
from groupware.attachments.services import adding, owning
from groupware.demo.context import DemoContext
from groupware.zones import Zone
from plugins.facility.enums import GroupKind
from plugins.facility.seed.names import Sample
from plugins.facility.services.photos import OWNER

SIZE = (960, 720)
WALLS = ("#eef1ec", "#f3ede2", "#e8eef4", "#f1eaee")
FLOORS = ("#b9a184", "#8f9aa5", "#a8b09a", "#b3937c")
WOOD, SHADE, SKY, DARK, LIGHT = "#c79a63", "#9a7443", "#bfe0f2", "#3b4650", "#ffffff"
CARS = ("#f4f6f7", "#c9d3da", "#3f6ea5", "#e2e5e0")


def show(context: DemoContext, kind: GroupKind, facilities: Sequence[tuple[int, Sample]]) -> None:
    """Give the facilities a photo each, put there by the chief of general affairs."""
    place = context.find("総務課") or context.own_people[0].unit
    person = place.chief or context.own_people[0]
    who = Actor(person_id=person.id, unit_id=person.unit.id, zone=Zone.LGWAN.value, via="command")
    for number, (key, sample) in enumerate(facilities):
        photo = adding.add(who, f"{sample.name}.png", drawn(kind, number, sample.capacity))
        owning.attach(who, OWNER, key, [photo.uid], unit_id=who.unit_id)


def drawn(kind: GroupKind, number: int, capacity: int = 0) -> bytes:
    """A PNG; the same arguments give the same bytes."""
    image = Image.new("RGB", SIZE, WALLS[number % len(WALLS)])
    draw = ImageDraw.Draw(image)
    if kind is GroupKind.ROOM:
        _room(draw, number, capacity)
    elif kind is GroupKind.CAR:
        _car(draw, number, is_tall=capacity > 5 or capacity == 2)
    else:
        _equipment(draw, number)
    stream = io.BytesIO()
    image.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def _room(draw: ImageDraw.ImageDraw, number: int, capacity: int) -> None:
    draw.rectangle((0, 470, 960, 720), FLOORS[number % len(FLOORS)])
    for left in range(70, 960, 300):
        draw.rectangle((left, 90, left + 220, 310), SKY, LIGHT, 10)
        draw.line((left + 110, 90, left + 110, 310), LIGHT, 8)
    if number % 2:
        draw.rectangle((330, 110, 630, 300), LIGHT, DARK, 6)
    # Larger rooms have more rows, and their tables are further away.
    rows = 1 if capacity <= 12 else 2 if capacity <= 30 else 3
    for row in range(rows):
        top, inset = 430 + 190 * row // rows, 200 - 130 * row // rows
        seats = min(3 + capacity // 8, 9)
        step = (960 - 2 * inset) / seats
        for seat in range(seats):
            begins = inset + step * seat + step / 4
            draw.rounded_rectangle((begins, top - 60, begins + step / 2, top + 10), 12, DARK)
        draw.polygon(
            ((inset + 40, top), (920 - inset, top), (960 - inset, top + 50), (inset, top + 50)), WOOD
        )
        draw.rectangle((inset, top + 50, 960 - inset, top + 64), SHADE)


def _car(draw: ImageDraw.ImageDraw, number: int, *, is_tall: bool) -> None:
    draw.rectangle((0, 0, 960, 420), "#dfe9ef")
    draw.rectangle((0, 420, 960, 720), "#8d949a")
    for left in range(40, 960, 240):
        draw.line((left, 720, left + 60, 560), LIGHT, 8)
    body, roof = CARS[number % len(CARS)], 220 if is_tall else 290
    draw.polygon(((250, 400), (330, roof), (690, roof), (770, 400)), body, DARK, 4)
    draw.polygon(((290, 395), (350, roof + 20), (500, roof + 20), (500, 395)), SKY, DARK, 3)
    draw.polygon(((520, 395), (520, roof + 20), (672, roof + 20), (730, 395)), SKY, DARK, 3)
    draw.rounded_rectangle((150, 390, 820, 530), 40, body, DARK, 4)
    draw.ellipse((156, 420, 196, 460), "#fff2b0", DARK, 2)
    for centre in (290, 680):
        draw.ellipse((centre - 70, 460, centre + 70, 600), DARK)
        draw.ellipse((centre - 32, 498, centre + 32, 562), "#c3cad0")


def _equipment(draw: ImageDraw.ImageDraw, number: int) -> None:
    draw.rectangle((0, 500, 960, 720), WOOD)
    draw.rectangle((0, 500, 960, 514), SHADE)
    if number % 3 == 0:
        draw.rounded_rectangle((250, 330, 710, 520), 24, LIGHT, DARK, 5)
        draw.ellipse((300, 360, 430, 490), DARK)
        draw.ellipse((330, 390, 400, 460), SKY)
    elif number % 3 == 1:
        draw.rounded_rectangle((290, 200, 670, 470), 16, DARK)
        draw.rectangle((310, 220, 650, 450), SKY)
        draw.polygon(((240, 530), (290, 470), (670, 470), (720, 530)), "#c3cad0", DARK, 3)
    else:
        draw.rounded_rectangle((430, 170, 530, 330), 50, DARK)
        draw.rectangle((468, 330, 492, 500), "#6b7680")
        draw.ellipse((380, 480, 580, 530), DARK)
