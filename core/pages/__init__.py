"""Pages: what is made of the files in `web/` before a release: marked places, brand, booking forms."""

from core.pages.brand import Brand, Logo
from core.pages.errors import PageError
from core.pages.prepare import prepare

__all__ = ["Brand", "Logo", "PageError", "prepare"]
