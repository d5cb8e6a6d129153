"""The site: turns the `web/` folder into a release.

Planning is pure: `plan_release` takes names and bytes and gives the files as they will be served.
`read_sources` is the thin part that touches a folder.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from core.pages import Brand, PageError, prepare

WEB_FOLDER = Path(__file__).parents[1] / "web"
"""Found from the code's place, never from the working directory."""
LOCAL_ONLY = ("sim",)
"""Folders of `web/` that are served on loopback alone and are never a part of a release."""
VIEWS = ("t/", "data/")
"""What the relay writes into the same store: no release has it, and publishing never touches it."""

NOT_FOUND_PAGE = "book/not-found.html"
"""What the edge shows, with status 404, for what is not there; before it was released, the bucket's 403.

It lies where the edge function lets it pass as it is: it does not matter whether that runs for it.
"""

IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"
SHORT = "public, max-age=300"

_CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
UNBRANDED = Brand()
_HASH_CHARACTERS = 12
"""48 bits: enough to tell a name's versions apart; nobody chooses their content against us."""
_HASHED = re.compile(rf"\.[0-9a-f]{{{_HASH_CHARACTERS}}}(\.[A-Za-z0-9]+)$")
_REWRITTEN = {".css", ".html", ".js", ".svg"}
_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(?:/[A-Za-z0-9_][A-Za-z0-9._-]*)*")
_ASSET_ADDRESS = re.compile(r"/(assets/[A-Za-z0-9_./-]*[A-Za-z0-9])")
_RELATIVE = {
    ".js": re.compile(r"""\b(?:from|import)\s*\(?\s*["'](?!/assets/)([^"']*)["']"""),
    ".css": re.compile(r"""(?:\burl\(\s*|@import\s+)(?!["']?(?:/assets/|data:|\#))["']?([^"')]*)"""),
    ".html": re.compile(r"""\b(?:href|src|action)="(?!/|#|tel:|sms:|mailto:|https:|data:)([^"]*)\""""),
}
_PAGE_FILE_ADDRESS = re.compile(r'\b(?:href|src)="/((?!assets/)[^"#?]*\.[a-z0-9]+)"')
_BUILD = re.compile(r'(<meta name="build" content=")[^"]*(")')


class SiteError(Exception):
    """The folder cannot be made into a release; the message names the file and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFile:
    """One object of a release as it is served."""

    key: str
    body: bytes
    content_type: str
    cache_control: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One set of site files."""

    build: str
    """A hash of all that is in it; every page carries it in `<meta name="build">`."""
    files: tuple[SiteFile, ...]
    """In the order in which they may be published: what a page needs comes before the page."""


def read_sources(folder: Path = WEB_FOLDER) -> dict[str, bytes]:
    """Return the files of the site's folder by key, without the local ones and without hidden ones.

    Raises:
        SiteError: there is no such folder, or nothing in it.
    """
    sources = {}
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith(".") for part in parts)
        if parts[0] not in LOCAL_ONLY and not hidden and path.is_file():
            sources["/".join(parts)] = path.read_bytes()
    if not sources:
        raise SiteError(f"there is no site in {folder}: the folder web/ belongs beside core/ and bot/")
    return sources


def plan_release(sources: Mapping[str, bytes], brand: Brand = UNBRANDED) -> Release:
    """Return the release that these files make for a business of this brand.

    Pages are filled in and booking pages spelt out first (see `core.pages`). Then assets get their hash into
    their name; every mention of `/assets/…` in pages, styles and scripts follows.

    Raises:
        SiteError: a name that could not be served, an unknown kind of file, a reference to what is not there
            or that is not absolute, assets that refer to each other in a circle, or a page without its build
            tag.
    """
    try:
        sources = prepare(sources, brand)
    except PageError as error:
        raise SiteError(str(error)) from error
    for key in sources:
        _refuse_key(key)
    names = _Naming(sources)
    build = _digest(b"".join(f"{key}\0{_digest(sources[key])}\n".encode() for key in sorted(sources)))
    files = []
    for key in sources:
        suffix = PurePosixPath(key).suffix
        if key.startswith("assets/"):
            files.append(_file(names.served(key), names.body(key), suffix, IMMUTABLE))
        elif suffix == ".html":
            files.append(_file(key, _page(key, names.body(key), build, sources), suffix, REVALIDATE))
        else:
            files.append(_file(key, names.body(key), suffix, SHORT))
    return Release(build=build, files=tuple(in_order(files)))


def in_order(files: Iterable[SiteFile]) -> list[SiteFile]:
    """Return files in the order in which they may be published."""
    return sorted(files, key=_order)


def source_of(key: str) -> str:
    """Return the name in `web/` of a served file: an asset's, without its hash."""
    return _HASHED.sub(r"\1", key) if is_asset(key) else key


def is_asset(key: str) -> bool:
    """Tell whether a key is an asset's, which has its hash in its name and never changes."""
    return key.startswith("assets/")


class _Naming:
    """Finds each asset's served name, which depends on its bytes and so on the names of what it refers to."""

    def __init__(self, sources: Mapping[str, bytes]) -> None:
        self._sources = sources
        self._bodies: dict[str, bytes] = {}
        self._open: list[str] = []

    def served(self, key: str) -> str:
        """Return `assets/name.<hash>.ext`."""
        path = PurePosixPath(key)
        return str(path.with_name(f"{path.stem}.{_digest(self.body(key))}{path.suffix}"))

    def body(self, key: str) -> bytes:
        """Return a file's bytes with all its references in their served form."""
        if key not in self._bodies:
            if key in self._open:
                circle = " -> ".join([*self._open[self._open.index(key) :], key])
                raise SiteError(
                    f"these assets refer to each other, so none can have its hash first: {circle}"
                )
            self._open.append(key)
            self._bodies[key] = self._rewritten(key)
            self._open.pop()
        return self._bodies[key]

    def _rewritten(self, key: str) -> bytes:
        suffix = PurePosixPath(key).suffix
        if suffix not in _REWRITTEN:
            return self._sources[key]
        try:
            text = self._sources[key].decode("utf-8")
        except UnicodeDecodeError as error:
            raise SiteError(f"{key} is not UTF-8: {error}") from error
        relative = _RELATIVE.get(suffix)
        if relative and (found := relative.search(text)):
            raise SiteError(f"{key} refers to {found[1]!r}: write an address that starts with /")
        return _ASSET_ADDRESS.sub(lambda match: self._address(key, match[1]), text).encode("utf-8")

    def _address(self, key: str, asset: str) -> str:
        if asset not in self._sources:
            raise SiteError(f"{key} refers to /{asset}, which is not there: add the file or correct the name")
        return f"/{self.served(asset)}"


def _page(key: str, body: bytes, build: str, sources: Mapping[str, bytes]) -> bytes:
    """Return a page with its build tag; its references to files outside assets are checked."""
    text = body.decode("utf-8")
    for match in _PAGE_FILE_ADDRESS.finditer(text):
        if match[1] not in sources:
            raise SiteError(
                f"{key} refers to /{match[1]}, which is not there: add the file or correct the name"
            )
    tagged, count = _BUILD.subn(rf"\g<1>{build}\g<2>", text)
    if count != 1:
        raise SiteError(f'{key} needs exactly one <meta name="build" content="">')
    return tagged.encode("utf-8")


def _file(key: str, body: bytes, suffix: str, cache_control: str) -> SiteFile:
    content_type = _CONTENT_TYPES.get(suffix)
    if content_type is None:
        raise SiteError(f"{key} is of an unknown kind: name its content type in core/site.py")
    return SiteFile(key=key, body=body, content_type=content_type, cache_control=cache_control)


def _order(file: SiteFile) -> tuple[int, str]:
    """Sort what a page needs before the page, and the root page last."""
    if file.key == "index.html":
        return (3, file.key)
    if file.key.endswith(".html"):
        return (2, file.key)
    return (0 if file.key.startswith("assets/") else 1, file.key)


def _refuse_key(key: str) -> None:
    if not _KEY.fullmatch(key):
        raise SiteError(f"{key!r} cannot be served: use letters, digits, and . _ - inside a name")
    if key.startswith(VIEWS):
        raise SiteError(f"{key} lies where the views are ({', '.join(VIEWS)}): move it")


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:_HASH_CHARACTERS]
