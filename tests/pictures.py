"""Pictures for the tests, made anew each time."""

import io

from PIL import ExifTags, Image

#: Where a photo says it was taken: a position, and that it lies on its side.
PLACE = 20.65


def picture(kind="PNG", size=(40, 30), mode="RGB", **options):
    """Return the bytes of a picture.

    :param str kind: format of Pillow
    :param options: of ``Image.save``
    """
    output = io.BytesIO()
    Image.new(mode, size, (200, 40, 40, 128)[: len(mode)]).save(output, kind, **options)
    return output.getvalue()


def camera_data():
    """Return the EXIF data of a phone held upright: position, rotation."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = "SecretPhone"
    exif[ExifTags.IFD.GPSInfo] = {1: "N", 2: (PLACE, 0.0, 0.0)}
    return exif
