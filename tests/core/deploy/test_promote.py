"""A store is brought to a release, whatever was there: assets first, the root page last, views left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.adapters.memory import MemoryObjects
from core.deploy.promote import promote
from core.deploy.shelf import Shelf, manifest_of
from core.deploy.steady import Steady
from core.ports import Unusable
from core.site import IMMUTABLE, SiteFile, in_order, plan_release
from tests.core.deploy.house import VIEW, sources
from tests.web.memory_site import MemorySite


def promoted(files: list[SiteFile], site: MemorySite) -> int:
    """Stage these files as a release and promote it; return how many objects were changed."""
    shelf = Shelf(MemoryObjects(), lambda _: None)
    manifest = manifest_of("r", "build", in_order(files), None)
    shelf.put(manifest, files, None)
    site.done.clear()
    return promote(manifest, shelf, Steady(site, lambda _: None))


def a_site(word: str) -> list[SiteFile]:
    return list(plan_release(sources(word)).files)


def test_a_new_store_gets_assets_first_and_the_root_page_last() -> None:
    site = MemorySite()
    assert promoted(a_site("old"), site) == len(site.done) == 9
    keys = [key for _, key in site.done]
    assert all(key.startswith("assets/") for key in keys[:3])
    assert keys[3:5] == ["favicon.svg", "robots.txt"]
    assert keys[5:] == ["book/not-found.html", "book/phoenix/index.html", "track/index.html", "index.html"]


def test_a_second_run_changes_nothing() -> None:
    site = MemorySite()
    promoted(a_site("old"), site)
    assert promoted(a_site("old"), site) == 0
    assert site.done == []


def test_only_what_changed_is_written_and_what_is_no_part_of_it_goes_last() -> None:
    site = MemorySite()
    promoted(a_site("old"), site)
    site.put("stray.html", b"")
    promoted(a_site("new"), site)
    assert ("put", "robots.txt") not in site.done
    assert site.done[-1] == ("delete", "stray.html")
    assert [kind for kind, _ in site.done].count("delete") == 1


def test_assets_of_an_earlier_release_stay_for_who_still_looks_at_its_pages() -> None:
    site = MemorySite()
    promoted(a_site("old"), site)
    before = {key for key in site.objects if key.startswith("assets/")}
    promoted(a_site("new"), site)
    assert before <= set(site.objects)


@pytest.mark.parametrize(("content_type", "cache_control"), [("text/plain", "no-store"), ("text/html", "")])
def test_a_wrong_header_is_written_anew(content_type: str, cache_control: str) -> None:
    site = MemorySite()
    promoted(a_site("old"), site)
    body = site.objects["robots.txt"].body
    site.put("robots.txt", body, content_type=content_type, cache_control=cache_control)
    assert promoted(a_site("old"), site) == 1
    assert site.done == [("put", "robots.txt")]


def test_views_are_never_touched_and_never_read() -> None:
    site = MemorySite()
    for key in (VIEW, "data/board.json"):
        site.put(key, b"{}")
    promoted(a_site("old"), site)
    assert not {key for _, key in site.done} & {VIEW, "data/board.json"}
    assert not set(site.asked) & {VIEW, "data/board.json"}


def test_a_staged_file_that_was_damaged_stops_before_it_is_live() -> None:
    staging, site = MemoryObjects(), MemorySite()
    shelf = Shelf(staging, lambda _: None)
    files = a_site("old")
    manifest = manifest_of("r", "build", files, None)
    shelf.put(manifest, files, None)
    staging.put("releases/r/files/index.html", b"damaged")
    with pytest.raises(Unusable, match=r"index.html of the release r is missing or damaged"):
        promote(manifest, shelf, Steady(site, lambda _: None))
    assert "index.html" not in site.objects


@given(
    before=st.dictionaries(st.sampled_from("abcdef"), st.binary(max_size=3)),
    after=st.dictionaries(st.sampled_from("abcdef"), st.binary(max_size=3)),
)
def test_whatever_was_there_the_store_holds_the_release_afterwards(
    before: dict[str, bytes], after: dict[str, bytes]
) -> None:
    def files(bodies: dict[str, bytes]) -> list[SiteFile]:
        return [
            SiteFile(key=f"{name}.txt", body=body, content_type="text/plain", cache_control=IMMUTABLE)
            for name, body in bodies.items()
        ]

    site = MemorySite()
    promoted(files(before), site)
    promoted(files(after), site)
    assert {key: stored.body for key, stored in site.objects.items()} == {
        f"{name}.txt": body for name, body in after.items()
    }
