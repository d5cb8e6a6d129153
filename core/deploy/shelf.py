"""The shelf: releases in the staging store, each whole in a folder of its own, and never changed."""

from collections.abc import Callable, Iterable
from hashlib import sha256

from core.deploy.errors import NoRelease
from core.deploy.journal import from_bytes, to_bytes
from core.deploy.record import Entry, Manifest
from core.deploy.steady import Steady
from core.ports import ObjectStore, Unusable
from core.site import SiteFile, source_of

RELEASES = "releases/"
FUNCTIONS = "functions/"
"""The function as it was before each deploy, by the deploy's id."""
_FUNCTION_TYPE = "text/javascript; charset=utf-8"


class Shelf:
    """Keeps `releases/<id>/`: `files/…`, `function.js`, and `manifest.json`, which is written last."""

    def __init__(self, staging: ObjectStore, pause: Callable[[float], None]) -> None:
        self._staging = Steady(staging, pause)

    def put(self, manifest: Manifest, files: Iterable[SiteFile], function: str | None) -> None:
        """Stage a release, read everything back, and write its manifest; may be repeated.

        Raises Conflict where other bytes lie there, StoreError.
        """
        for file in files:
            self._staging.stage(_moved(file, f"{_folder(manifest.release)}files/{file.key}"))
        if function is not None:
            self._staging.stage(
                _private(f"{_folder(manifest.release)}function.js", function.encode(), _FUNCTION_TYPE)
            )
        self._staging.stage(_private(_manifest_key(manifest.release), to_bytes(manifest), "application/json"))

    def manifest(self, release: str) -> Manifest:
        """Return what is in a release. Raises NoRelease, StoreError."""
        key = _manifest_key(release)
        body = self._staging.read(key)
        if body is None:
            there = ", ".join(self.releases()[:5]) or "none"
            raise NoRelease(f"there is no release {release!r}: nothing was done. The newest are: {there}")
        return from_bytes(body, Manifest, key)

    def file(self, release: str, entry: Entry) -> SiteFile:
        """Return a file of a release as it is to be served. Raises Unusable where it is not what it was."""
        body = self._staging.read(f"{_folder(release)}files/{entry.key}")
        if body is None or sha256(body).hexdigest() != entry.sha256:
            raise Unusable(f"{entry.key} of the release {release} is missing or damaged: deploy anew")
        return SiteFile(
            key=entry.key, body=body, content_type=entry.content_type, cache_control=entry.cache_control
        )

    def function(self, manifest: Manifest) -> str | None:
        """Return the edge function of a release; None where it has none. Raises Unusable, StoreError."""
        if manifest.function is None:
            return None
        body = self._staging.read(f"{_folder(manifest.release)}function.js")
        if body is None or sha256(body).hexdigest() != manifest.function:
            raise Unusable(
                f"the function of the release {manifest.release} is missing or damaged: deploy anew"
            )
        return body.decode()

    def keep_function(self, deploy_id: str, source: str) -> None:
        """Keep the function that viewers get before a deploy. Raises StoreError."""
        self._staging.write_new(_private(f"{FUNCTIONS}{deploy_id}.js", source.encode(), _FUNCTION_TYPE))

    def kept_function(self, deploy_id: str) -> str | None:
        """Return the function that viewers got before a deploy; None where there was none."""
        body = self._staging.read(f"{FUNCTIONS}{deploy_id}.js")
        return body.decode() if body is not None else None

    def releases(self) -> list[str]:
        """Return the releases that are whole, the newest first. Raises StoreError."""
        keys = self._staging.keys(RELEASES)
        whole = {
            key.removeprefix(RELEASES).removesuffix("/manifest.json") for key in keys if _is_manifest(key)
        }
        return sorted(whole, reverse=True)

    def remove(self, release: str) -> None:
        """Remove a release: its manifest first, so that no half of it counts as one. Raises StoreError."""
        self._staging.delete(_manifest_key(release))
        for key in self._staging.keys(_folder(release)):
            self._staging.delete(key)

    def remnants(self) -> list[str]:
        """Return the folders that hold no whole release: their deploys did not get far. Raises StoreError."""
        keys = self._staging.keys(RELEASES)
        folders = {key.removeprefix(RELEASES).partition("/")[0] for key in keys}
        return sorted(folders - set(self.releases()))


def manifest_of(release: str, build: str, files: Iterable[SiteFile], function: str | None) -> Manifest:
    """Return the manifest of a release of these files, in their order."""
    return Manifest(
        release=release,
        build=build,
        function=sha256(function.encode()).hexdigest() if function is not None else None,
        entries=tuple(
            Entry(
                key=file.key,
                source=source_of(file.key),
                sha256=sha256(file.body).hexdigest(),
                size=len(file.body),
                content_type=file.content_type,
                cache_control=file.cache_control,
            )
            for file in files
        ),
    )


def _folder(release: str) -> str:
    return f"{RELEASES}{release}/"


def _manifest_key(release: str) -> str:
    return f"{_folder(release)}manifest.json"


def _is_manifest(key: str) -> bool:
    return key.count("/") == RELEASES.count("/") + 1 and key.endswith("/manifest.json")


def _moved(file: SiteFile, key: str) -> SiteFile:
    return SiteFile(key=key, body=file.body, content_type=file.content_type, cache_control=file.cache_control)


def _private(key: str, body: bytes, content_type: str) -> SiteFile:
    return SiteFile(key=key, body=body, content_type=content_type, cache_control="")
