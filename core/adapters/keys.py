"""The session key in a file of this machine, for the local edge; and the secret that it is derived from."""

import json
import secrets
from pathlib import Path

from core.adapters import files
from core.domain.session import SessionKey
from core.ports import Unreachable, Unusable

_MASTER_BYTES = 32


class FileKeys:
    """Keeps the key that the local edge believes in the file at `path`, for this user alone.

    Threads and processes may share it: a session that one of them ended has ended for all.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def current(self) -> SessionKey | None:
        """See Keys."""
        try:
            raw = self._path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise Unreachable(f"cannot read the session key in {self._path}: {error.strerror}") from error
        try:
            kept = json.loads(raw)
            return SessionKey(kid=kept["kid"], secret=kept["secret"])
        except (ValueError, KeyError, TypeError) as error:
            # `from None` would hide which file it is; the error itself could show a part of the key.
            raise Unusable(
                f"the session key in {self._path} is damaged ({type(error).__name__}): delete that file"
            ) from None

    def replace(self, key: SessionKey) -> None:
        """See Keys; both entries change in one step here."""
        body = json.dumps({"kid": key.kid, "secret": key.secret}).encode()
        _write(self._path, body)


def kept_master(path: Path) -> str:
    """Return the secret that session keys are derived from, kept at `path`; made there at first.

    Raises Unreachable, and Unusable where the file holds none.
    """
    try:
        master = path.read_text("ascii").strip()
    except FileNotFoundError:
        _write(path, secrets.token_urlsafe(_MASTER_BYTES).encode(), unless_there=True)
        return kept_master(path)
    except (OSError, UnicodeDecodeError) as error:
        raise Unreachable(
            f"cannot read {path}: {error}. Let this user read it, or set SESSION_KEY."
        ) from error
    if len(master) < _MASTER_BYTES:
        raise Unusable(f"{path} does not hold a session key of {_MASTER_BYTES} characters: delete that file")
    return master


def _write(path: Path, body: bytes, *, unless_there: bool = False) -> None:
    """Let the file hold `body`, whole and for this user alone. Raises Unreachable."""
    try:
        files.make_folder(path.parent)
        with files.locked(path.with_name(f".{path.name}.lock")):
            if not (unless_there and path.exists()):
                files.write_whole(path, body, scratch=path.with_name(f".{path.name}.new"))
    except OSError as error:
        raise Unreachable(
            f"cannot write {path}: {error.strerror or error}. Let this user write there."
        ) from error
