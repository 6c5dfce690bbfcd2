import doctest
import importlib
import pkgutil

from odoo.tests import BaseCase, tagged

from odoo.addons.helpdesk_service_portal import tools


@tagged("post_install", "-at_install")
class TestTools(BaseCase):
    def test_examples_in_docstrings_hold(self):
        for module in pkgutil.iter_modules(tools.__path__):
            with self.subTest(module=module.name):
                result = doctest.testmod(
                    importlib.import_module(f"{tools.__name__}.{module.name}")
                )
                self.assertFalse(result.failed)
