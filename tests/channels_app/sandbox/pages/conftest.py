"""The browser of the journeys, for the pages as people use them."""

from tests.journeys.conftest import browser, page, visitor

__all__ = ["browser", "page", "visitor"]
