"""Real pictures with real notes in them."""

import io

from PIL import ExifTags, Image, PngImagePlugin

SECRET = b"37.8012 N 120.7588 E Li's phone"


def picture(kind: str, *, size: tuple[int, int] = (40, 30), turned: int = 1) -> bytes:
    """A JPEG, PNG or WebP that says where it was taken."""
    image = Image.radial_gradient("L").resize(size).convert("RGB")
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = SECRET.decode()
    exif[ExifTags.Base.Orientation] = turned
    sink = io.BytesIO()
    if kind == "PNG":
        notes = PngImagePlugin.PngInfo()
        notes.add_text("Comment", SECRET.decode())
        image.save(sink, kind, pnginfo=notes, exif=exif)
    elif kind == "JPEG":
        image.save(sink, kind, exif=exif, comment=SECRET, progressive=True)
    else:
        image.save(sink, kind, exif=exif, xmp=SECRET, lossless=True)
    return sink.getvalue()


def pixels(body: bytes) -> bytes:
    """What the picture shows."""
    return Image.open(io.BytesIO(body)).convert("RGB").tobytes()


def orientation(body: bytes) -> int:
    """Which way up the picture says it is."""
    return int(Image.open(io.BytesIO(body)).getexif().get(ExifTags.Base.Orientation, 1))
