"""The site as it is released, laid into a store for tests that look at pages."""

from collections.abc import Mapping

from core.pages import Brand
from core.ports import ObjectStore
from core.site import UNBRANDED, plan_release


def release(sources: Mapping[str, bytes], site: ObjectStore, brand: Brand = UNBRANDED) -> None:
    """Let `site` serve the release of these files."""
    for file in plan_release(sources, brand).files:
        site.put(file.key, file.body, content_type=file.content_type, cache_control=file.cache_control)
