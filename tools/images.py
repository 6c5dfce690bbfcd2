# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Pictures are drawn anew before they are kept: pure functions.

What is stored was written by us: no position or camera data, no second file hidden in
the first, upright, in a format every browser shows. What was said of the type by name
or header counts for nothing, the content decides.
"""

import io

import pillow_heif
from PIL import Image, ImageOps, WebPImagePlugin

from .attachment_policy import extension_of

pillow_heif.register_heif_opener()

EXTENSIONS = {"jpg", "jpeg", "png", "gif", "webp", "heic", "heif"}
# Odoo keeps Pillow from loading a format that nobody imports.
FORMATS = ("JPEG", "PNG", "GIF", WebPImagePlugin.WebPImageFile.format, "HEIF")
#: A photo of 48 megapixels is welcome, what unpacks to gigabytes is not.
MAX_PIXELS = 64_000_000
#: Longest side in pixels that a photo is kept with; screenshots keep their size.
MAX_SIDE = 4096
JPEG_QUALITY = 85
#: Side in pixels of a person's photo.
PORTRAIT_SIDE = 512


class PictureError(ValueError):
    """A picture that cannot be kept; its text is the reason: broken, pixels."""


def is_picture(name):
    """Tell whether a file of this name is treated as a picture.

    >>> is_picture("a.HEIC"), is_picture("a.pdf")
    (True, False)
    """
    return extension_of(name) in EXTENSIONS


def redraw(name, content):
    """Return the name and the bytes a picture is kept with.

    :param str name: clean name; its extension follows the content's format
    :param bytes content: untrusted
    :raise PictureError: when it is none, is damaged or unpacks to too much
    """
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            frames = getattr(image, "n_frames", 1) if image.format == "GIF" else 1
            if image.width * image.height * frames > MAX_PIXELS:
                raise PictureError("pixels")
            extension, drawn = _draw(image, frames)
    except PictureError:
        raise
    except Image.DecompressionBombError as error:
        raise PictureError("pixels") from error
    except Exception as error:  # whatever a decoder makes of hostile bytes
        raise PictureError("broken") from error
    if extension_of(name) not in ({"jpg", "jpeg"} if extension == "jpg" else extension):
        name = f"{name.rpartition('.')[0]}.{extension}"
    return name, drawn


def portrait(content):
    """Return a person's photo: the square of its middle, drawn anew as JPEG.

    :param bytes content: untrusted
    :raise PictureError: when it is none, is damaged or unpacks to too much
    """
    _name, drawn = redraw("photo.jpg", content)
    with Image.open(io.BytesIO(drawn), formats=FORMATS) as image:
        side = min(PORTRAIT_SIDE, image.width, image.height)
        square = _flatten(ImageOps.fit(image.convert("RGBA"), (side, side)))
        output = io.BytesIO()
        square.save(output, "JPEG", quality=JPEG_QUALITY)
    return output.getvalue()


def _draw(image, frames):
    output = io.BytesIO()
    if image.format == "GIF":
        image.info.pop("comment", None)
        animation = {"save_all": True} if frames > 1 else {}
        image.save(output, "GIF", **animation)
        return "gif", output.getvalue()
    if image.format == "PNG":
        upright = ImageOps.exif_transpose(image)
        upright.info = {}
        upright.save(output, "PNG", exif=b"", icc_profile=image.info.get("icc_profile"))
        return "png", output.getvalue()
    profile = image.info.get("icc_profile")
    image.draft("RGB", (MAX_SIDE, MAX_SIDE))
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((MAX_SIDE, MAX_SIDE))
    photo = _flatten(upright)
    photo.save(
        output,
        "JPEG",
        quality=JPEG_QUALITY,
        exif=b"",
        icc_profile=profile if photo.mode == "RGB" else None,
    )
    return "jpg", output.getvalue()


def _flatten(image):
    """Return a picture without transparency, on white, as JPEG needs it."""
    if image.mode in ("RGB", "L"):
        return image
    if "A" not in image.getbands() and "transparency" not in image.info:
        return image.convert("RGB")
    layer = image.convert("RGBA")
    ground = Image.new("RGBA", layer.size, "white")
    return Image.alpha_composite(ground, layer).convert("RGB")
