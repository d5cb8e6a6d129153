"""The file of settings, `.env`: values are put into it, and all else in it stays as it is."""

from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values, set_key

PRIVATE = 0o600
"""It holds tokens: nobody but its owner may read it."""


class EnvFile:
    """The settings in `path`; a missing file is an empty one."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def values(self) -> dict[str, str]:
        """Return what is set there to something. Raises OSError."""
        return {name: value for name, value in dotenv_values(self._path).items() if value}

    def keep(self, values: Mapping[str, str]) -> tuple[str, ...]:
        """Let the file hold these values and return the names of those that changed.

        Comments, order and all other lines stay; each write replaces the file whole. Raises OSError.
        """
        there = self.values()
        changed = [name for name, value in values.items() if there.get(name) != value]
        if changed:
            self._path.touch(mode=PRIVATE)
            # Before a secret is in it; what replaces the file gets the mode of the old one.
            self._path.chmod(PRIVATE)
        for name in changed:
            # A link to a file kept elsewhere stays a link.
            set_key(self._path, name, values[name], quote_mode="auto", follow_symlinks=True)
        return tuple(changed)
