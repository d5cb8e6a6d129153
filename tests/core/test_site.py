"""A release is planned from names and bytes, and a store is brought to it."""

import hashlib
import re
from pathlib import Path

import pytest

from core.site import (
    IMMUTABLE,
    REVALIDATE,
    SHORT,
    Release,
    SiteError,
    SiteFile,
    plan_release,
    read_sources,
)

BUILD = '<meta name="build" content="">'
SOURCES = {
    "index.html": f'{BUILD}<link rel="stylesheet" href="/assets/a.css"><a href="/favicon.svg">'.encode(),
    "track/index.html": f'{BUILD}<script type="module" src="/assets/b.js"></script>'.encode(),
    "assets/a.css": b"body{background:url(/assets/img/c.png)}",
    "assets/b.js": b'import { x } from "/assets/d.js"; x();',
    "assets/d.js": b"export function x() {}",
    "assets/img/c.png": b"\x89PNG \xff",
    "favicon.svg": b"<svg/>",
    "robots.txt": b"User-agent: *\n",
}


def by_key(release: Release) -> dict[str, SiteFile]:
    return {file.key: file for file in release.files}


def key_like(release: Release, pattern: str) -> str:
    (found,) = (key for key in by_key(release) if re.fullmatch(pattern, key))
    return found


def test_assets_are_named_by_their_hash_and_every_reference_follows() -> None:
    release = plan_release(SOURCES)
    files = by_key(release)
    png, css = key_like(release, r"assets/img/c\.\w{12}\.png"), key_like(release, r"assets/a\.\w{12}\.css")
    imported, script = key_like(release, r"assets/d\.\w{12}\.js"), key_like(release, r"assets/b\.\w{12}\.js")
    assert files[css].body == f"body{{background:url(/{png})}}\n".encode()
    assert files[script].body == f'import {{ x }} from "/{imported}"; x();'.encode()
    assert f'href="/{css}"'.encode() in files["index.html"].body
    assert f'src="/{script}"'.encode() in files["track/index.html"].body
    for key in (png, css, imported, script):
        assert hashlib.sha256(files[key].body).hexdigest()[:12] in key


def test_a_changed_asset_renames_all_that_lead_to_it() -> None:
    before = plan_release(SOURCES)
    after = plan_release(SOURCES | {"assets/d.js": b"export function x() { return 1; }"})
    assert key_like(before, r"assets/b\..*") != key_like(after, r"assets/b\..*")
    assert key_like(before, r"assets/a\..*") == key_like(after, r"assets/a\..*")
    assert by_key(before)["track/index.html"] != by_key(after)["track/index.html"]


@pytest.mark.parametrize(
    ("key", "content_type", "cache_control"),
    [
        (r"index\.html", "text/html; charset=utf-8", REVALIDATE),
        (r"track/index\.html", "text/html; charset=utf-8", REVALIDATE),
        (r"assets/a\..*\.css", "text/css; charset=utf-8", IMMUTABLE),
        (r"assets/b\..*\.js", "text/javascript; charset=utf-8", IMMUTABLE),
        (r"assets/img/c\..*\.png", "image/png", IMMUTABLE),
        (r"favicon\.svg", "image/svg+xml", SHORT),
        (r"robots\.txt", "text/plain; charset=utf-8", SHORT),
    ],
)
def test_types_and_caching_are_those_of_the_table(key: str, content_type: str, cache_control: str) -> None:
    release = plan_release(SOURCES)
    file = by_key(release)[key_like(release, key)]
    assert (file.content_type, file.cache_control) == (content_type, cache_control)
    assert IMMUTABLE == "public, max-age=31536000, immutable"
    assert REVALIDATE == "no-cache"


def test_every_page_carries_the_build_and_the_build_follows_every_byte() -> None:
    release = plan_release(SOURCES)
    for file in release.files:
        if file.key.endswith(".html"):
            assert f'<meta name="build" content="{release.build}">'.encode() in file.body
    for key, body in SOURCES.items():
        assert plan_release(SOURCES | {key: body + b"x"}).build != release.build
    assert plan_release(dict(reversed(SOURCES.items()))) == release


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"assets/b.js": b'import "/assets/none.js";'}, "assets/none.js, which is not there"),
        ({"index.html": f'{BUILD}<script src="/assets/none.js">'.encode()}, "none.js, which is not there"),
        ({"index.html": f'{BUILD}<link href="/icon.png">'.encode()}, "icon.png, which is not there"),
        ({"assets/a.css": b"a{background:url('/assets/none.png')}"}, "none.png, which is not there"),
        ({"assets/b.js": b'import { x } from "./d.js";'}, "starts with /"),
        ({"assets/b.js": b"import('d.js');"}, "starts with /"),
        ({"assets/a.css": b"a{background:url(img/c.png)}"}, "starts with /"),
        ({"assets/a.css": b'@import "d.css";'}, "starts with /"),
        ({"index.html": f'{BUILD}<img src="c.png">'.encode()}, "starts with /"),
        ({"assets/d.js": b'import "/assets/b.js";'}, "b.js -> assets/d.js -> assets/b.js"),
        ({"assets/d.js": b'import "/assets/d.js";'}, "d.js -> assets/d.js"),
        ({"index.html": b"<p>"}, "exactly one <meta"),
        ({"index.html": BUILD.encode() * 2}, "exactly one <meta"),
        ({"index.html": b"\xff"}, "not UTF-8"),
        ({"notes.docx": b""}, "unknown kind"),
        ({"t/x.json": b"{}"}, "where the views are"),
        ({"data/x.json": b"{}"}, "where the views are"),
        ({"assets/my file.css": b""}, "cannot be served"),
        ({"../x.css": b""}, "cannot be served"),
    ],
)
def test_what_could_not_be_served_is_refused_by_name(change: dict[str, bytes], complaint: str) -> None:
    with pytest.raises(SiteError, match=re.escape(complaint)):
        plan_release(SOURCES | change)


@pytest.mark.parametrize(
    "address", ["#top", "tel:+16025550100", "https://example.com/a.html", "/track/x", "/"]
)
def test_other_addresses_are_left_alone(address: str) -> None:
    page = f'{BUILD}<a href="{address}">'.encode()
    assert address.encode() in by_key(plan_release(SOURCES | {"index.html": page}))["index.html"].body


def test_the_folder_is_read_without_local_and_hidden_files(tmp_path: Path) -> None:
    for name in (
        "index.html",
        "sim/index.html",
        ".DS_Store",
        "assets/.x.swp",
        "assets/a.css",
        "track/sim/a.css",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    assert read_sources(tmp_path) == {
        "assets/a.css": b"assets/a.css",
        "index.html": b"index.html",
        "track/sim/a.css": b"track/sim/a.css",
    }


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match="nowhere"):
        read_sources(tmp_path / "nowhere")


def test_the_site_of_this_repository_makes_a_release() -> None:
    keys = {file.key for file in plan_release(read_sources()).files}
    assert {"index.html", "track/index.html", "favicon.svg", "robots.txt"} <= keys
    assert not any(key.startswith("sim/") for key in keys)
