"""Writes docs/edge-cache.md anew."""

from tests.edge.figures import page
from tests.edge.house import PAGE_FILE

PAGE_FILE.write_text(page(), "utf-8")
