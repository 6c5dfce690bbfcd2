"""Figures that tests tell at the end of the run."""

import logging

try:
    import pytest
except ImportError:  # Odoo's own runner; the figures are in its log
    pytest = None

_logger = logging.getLogger(__name__)


class Summary:
    """pytest's plugin that prints the figures."""

    def __init__(self):
        self.figures = []

    def pytest_terminal_summary(self, terminalreporter):
        terminalreporter.section("figures")
        for figure in self.figures:
            terminalreporter.line(figure)


SUMMARY = Summary()


class FiguresCase:
    """A test case that tells figures."""

    if pytest:

        @pytest.fixture(autouse=True)
        def _register_summary(self, request):
            plugins = request.config.pluginmanager
            if not plugins.is_registered(SUMMARY):
                plugins.register(SUMMARY, "helpdesk-figures")

    @classmethod
    def tell(cls, figure):
        """Have ``figure``, one line, printed at the end of the run."""
        _logger.info(figure)
        SUMMARY.figures.append(figure)
