"""Pictures of files: a small one for lists and pages to look at, drawn anew in a child process with little room.

What a library for pictures or PDF does with a hostile file it does to the child, which has no database, no session, little memory
and a minute. Only what it drew comes back, as PNG and WebP of our own making: no metadata, nothing that a browser could run.

    python -m groupware.attachments.rendering MEDIA_TYPE FILE FOLDER     # the child; prints what it drew as JSON
"""

import contextlib
import json
import resource
import subprocess
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

MEMORY = 1024 * 1024 * 1024
SECONDS = 60
FILE_SIZE = 32 * 1024 * 1024
PIXELS = 80_000_000
"""A picture with more would need more memory than there is."""
PAGES = 20
"""Pages of a document that can be looked at; the rest is for the download."""
THUMBNAIL = (240, 240)
PAGE = (1400, 2000)
FORMATS = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/gif": "GIF",
    "image/webp": "WEBP",
    "image/bmp": "BMP",
    "image/tiff": "TIFF",
}
PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was drawn: the small picture and the pages, as files in the folder."""

    thumbnail: Path | None
    pages: tuple[Path, ...]


def draw(media_type: str, file: Path, folder: Path) -> Drawn:
    """Have a child draw a file; nothing was drawn if it failed, ran out of time, or the type is none that can be drawn."""
    command = [sys.executable, "-m", "groupware.attachments.rendering", media_type, str(file), str(folder)]
    with contextlib.suppress(subprocess.SubprocessError):
        done = subprocess.run(  # noqa: S603  our own programme
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=2 * SECONDS,
            check=False,
            cwd="/",
            env=_surroundings(),
        )
        if done.returncode == 0:
            told = json.loads(done.stdout)
            pages = tuple(folder / f"page-{number}.webp" for number in range(1, told["pages"] + 1))
            return Drawn(folder / "thumbnail.webp" if told["thumbnail"] else None, pages)
    return Drawn(None, ())


def _surroundings() -> dict[str, str]:
    """What the child knows of the installation: where its libraries are."""
    return {"PYTHONPATH": ":".join(path for path in sys.path if path), "LANG": "C.UTF-8"}


# ---- The child ----


def main(media_type: str, file: Path, folder: Path) -> dict[str, Any]:
    """Draw, within limits."""
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, FILE_SIZE),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    thumbnail, count = False, 0
    pages = _pages_of_pdf(file) if media_type == PDF else _pictures(file, FORMATS[media_type])
    for count, page in enumerate(pages, 1):
        if count == 1:
            small = page.copy()
            small.thumbnail(THUMBNAIL)
            small.save(folder / "thumbnail.webp", "WEBP", quality=80)
            thumbnail = True
        page.thumbnail(PAGE)
        # Letters on a page stay sharp, a photograph stays small.
        page.save(folder / f"page-{count}.webp", "WEBP", lossless=media_type == PDF, quality=80)
        if count == PAGES:
            break
    return {"thumbnail": thumbnail, "pages": count}


def _pictures(file: Path, form: str) -> Iterator["Image"]:
    from PIL import Image, ImageOps, ImageSequence  # noqa: PLC0415  only the child loads what reads hostile files

    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = PIXELS
    with Image.open(file, formats=[form]) as picture:
        picture.draft("RGB", PAGE)
        frames = ImageSequence.Iterator(picture) if form == "TIFF" else [picture]
        for frame in frames:
            turned = ImageOps.exif_transpose(frame)
            mode = "RGBA" if "A" in turned.getbands() or "transparency" in turned.info else "RGB"
            made = Image.new(mode, turned.size)
            # Pixels only: what else a file carries about place and camera stays behind.
            made.paste(turned.convert(mode))
            yield made


def _pages_of_pdf(file: Path) -> Iterator["Image"]:
    import pypdfium2  # noqa: PLC0415  only the child loads what reads hostile files

    document = pypdfium2.PdfDocument(file)
    for page in document:
        width, height = page.get_size()
        scale = min(PAGE[0] / max(width, 1), PAGE[1] / max(height, 1), 3)
        yield page.render(scale=scale).to_pil().convert("RGB")


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))))
