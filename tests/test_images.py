import io
from unittest.mock import patch

from PIL import Image

from odoo.tests import BaseCase, tagged

from ..tools import images
from .pictures import PLACE, camera_data, picture


@tagged("post_install", "-at_install")
class TestImages(BaseCase):
    """S0-17 Images can be put inside the description: drawn anew, they tell nothing
    but what they show."""

    def _redraw(self, name, content):
        new_name, drawn = images.redraw(name, content)
        return new_name, Image.open(io.BytesIO(drawn)), drawn

    def _reason(self, content, name="a.png"):
        with self.assertRaises(images.PictureError) as caught:
            images.redraw(name, content)
        return str(caught.exception)

    def test_photos_lose_position_and_camera_and_stand_upright(self):
        for kind in ("JPEG", "WEBP", "PNG"):
            with self.subTest(kind=kind):
                content = picture(kind, (60, 20), exif=camera_data())
                self.assertIn(b"SecretPhone", content)
                _name, image, drawn = self._redraw(f"a.{kind.lower()}", content)
                self.assertFalse(dict(image.getexif()))
                self.assertNotIn(b"SecretPhone", drawn)
                self.assertEqual(image.size, (20, 60))
        self.assertTrue(PLACE)

    def test_phones_formats_become_jpg(self):
        for kind, name in (("HEIF", "IMG_1.HEIC"), ("WEBP", "IMG_1.webp")):
            with self.subTest(kind=kind):
                name, image, _drawn = self._redraw(name, picture(kind, (64, 64)))
                self.assertEqual((name, image.format), ("IMG_1.jpg", "JPEG"))

    def test_transparency_becomes_white(self):
        content = picture("WEBP", mode="RGBA", lossless=True)
        _name, image, _drawn = self._redraw("a.webp", content)
        self.assertEqual(image.mode, "RGB")
        red, green, blue = image.getpixel((5, 5))
        self.assertTrue(red > green > 120 and blue > 120)

    def test_screenshots_stay_as_sharp_as_they_were(self):
        content = picture("PNG", (300, 5000), mode="RGBA")
        name, image, _drawn = self._redraw("a.png", content)
        self.assertEqual((name, image.size, image.mode), ("a.png", (300, 5000), "RGBA"))

    def test_photos_are_kept_at_a_size_screens_can_show(self):
        _name, image, _drawn = self._redraw("a.jpg", picture("JPEG", (5000, 100)))
        self.assertEqual(image.size, (images.MAX_SIDE, 82))

    def test_animations_keep_moving(self):
        frames = [Image.new("L", (9, 9), shade) for shade in (0, 120, 250)]
        output = io.BytesIO()
        frames[0].save(
            output,
            "GIF",
            save_all=True,
            append_images=frames[1:],
            duration=100,
            comment=b"secret",
        )
        _name, image, drawn = self._redraw("a.gif", output.getvalue())
        self.assertEqual(image.n_frames, 3)
        self.assertNotIn(b"secret", drawn)

    def test_the_content_decides_on_the_format(self):
        for kind, named, renamed in (
            ("JPEG", "a.png", "a.jpg"),
            ("PNG", "a.jpg", "a.png"),
            ("JPEG", "a.jpeg", "a.jpeg"),
        ):
            with self.subTest(kind=kind, named=named):
                self.assertEqual(self._redraw(named, picture(kind))[0], renamed)

    def test_nothing_is_appended_to_a_picture(self):
        _name, _image, drawn = self._redraw("a.png", picture() + b"<script>x</script>")
        self.assertNotIn(b"script", drawn)

    def test_what_is_no_picture_is_refused(self):
        for content in (
            b"",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"%PDF-1.7",
            picture("JPEG", (200, 200))[:400],
            picture("BMP"),
            picture("TIFF"),
        ):
            with self.subTest(content=content[:9]):
                self.assertEqual(self._reason(content), "broken")

    def test_bombs_are_refused_before_they_unpack(self):
        bomb = picture("PNG", (20_000, 10_000), mode="L")
        self.assertLess(len(bomb), 300_000)
        with patch.object(images, "_draw") as draw:
            self.assertEqual(self._reason(bomb), "pixels")
        draw.assert_not_called()

    def test_bombs_of_many_frames_are_refused(self):
        with patch.object(images, "MAX_PIXELS", 200):
            frames = [Image.new("L", (9, 9), shade) for shade in (0, 120, 250)]
            output = io.BytesIO()
            frames[0].save(output, "GIF", save_all=True, append_images=frames[1:])
            self.assertEqual(self._reason(output.getvalue(), "a.gif"), "pixels")
