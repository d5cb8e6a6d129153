"""Migrate: a state, and the objects beside it, from one store to another, with the service stopped.

    1  the target is made ready and tried     nothing has happened yet
    2  all objects are copied                 what is there already is compared and left alone
    3  the source is marked as moved          from here on nobody writes there: a forgotten service is refused
    4  objects that came meanwhile are copied
    5  the state is written to the target     from here on it lives there

Whatever it is stopped by, the same again goes on from there. The source keeps all that it has.
"""

import dataclasses
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256

from core.codec import encode
from core.domain.state import State
from core.ports import (
    Conflict,
    Ids,
    NotFound,
    ObjectStore,
    Snapshot,
    StateStore,
    StoredObject,
    StoreError,
    Unusable,
)

MARK_TRIES = 5
"""Tries to mark the source against a service that somebody forgot to stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a state lives."""

    address: str
    """The one way to write it: two places are the same where these are."""
    store: StateStore
    objects: ObjectStore
    state_key: str | None = None
    """The object that is the state itself; None where it is none."""
    prepare: Callable[[], object] = lambda: None
    """Makes what has to be there before anything can be written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """What was done."""

    source: str
    target: str
    state: State
    """As it is in the target."""
    digest: str
    """SHA-256 of the state without its revision and its writes, in hex."""
    objects: int
    objects_bytes: int
    objects_digest: str
    written: int
    """How many of the objects were not there before."""
    already: bool = False
    """True: it was moved before; nothing was changed now."""


def migrate(source: Place, target: Place, ids: Ids) -> Migration:
    """Move the state to `target` and return what was done.

    Raises Unusable where the two can't be brought together, and what the stores raise: the same again goes
    on from there.
    """
    if source.address == target.address:
        raise Unusable(f"{source.address} is where the state is already: name another place to move it to")
    there = source.store.load()
    moved_to = there.state.moved_to
    if moved_to and moved_to != target.address:
        raise Unusable(
            f"{source.address} was moved to {moved_to}: move it from there, or finish that move by giving "
            "the same two addresses again"
        )
    held = _held(target)
    if held is not None and _is_done(there, held, source, target):
        return _report(source, target, held.state, None)
    target.prepare()
    target.store.probe()
    copied = _copy(source, target)
    marked, by_us = _marked(there, source, target, ids)
    try:
        again = _copy(source, target)
    except StoreError:
        # Nothing lives in the target yet, so the source may go on.
        if by_us:
            with suppress(StoreError):
                source.store.save(_next(marked.state, ids, moved_to=""), marked)
        raise
    arrived = _next(marked.state, ids, moved_to="")
    if held is None:
        target.store.create(arrived)
    else:
        target.store.save(arrived, held)
    _check_same(arrived, target.store.load().state, target)
    written = dataclasses.replace(again, written=copied.written + again.written)
    return _report(source, target, arrived, written)


def digest_of(state: State) -> str:
    """Return a digest of all that a state says, whatever store it is in."""
    plain = dataclasses.replace(state, revision=0, write_id="", recent_writes=(), moved_to="")
    return sha256(encode(plain)).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Copied:
    count: int
    size: int
    digest: str
    written: int


def _held(target: Place) -> Snapshot | None:
    try:
        return target.store.load()
    except NotFound:
        return None


def _is_done(there: Snapshot, held: Snapshot, source: Place, target: Place) -> bool:
    """Tell whether the state lives in the target already. Raises Unusable where it must not go there."""
    behind = there.state.revision < held.state.revision
    if there.state.moved_to == target.address and behind and not held.state.moved_to:
        if held.state.revision == there.state.revision + 1:
            _check_same(there.state, held.state, target)
        return True
    if held.state.moved_to == source.address and not behind:
        # On its way back: what is in the target is what was left there when it moved here.
        return False
    if held.state.moved_to:
        raise Unusable(f"{target.address} was moved to {held.state.moved_to}: name another place")
    raise Unusable(
        f"{target.address} holds a state of its own (revision {held.state.revision}, "
        f"{len(held.state.jobs)} jobs): nothing was written over it. Name an empty place"
    )


def _marked(there: Snapshot, source: Place, target: Place, ids: Ids) -> tuple[Snapshot, bool]:
    """Return the source as it says that it was moved, and whether that was our doing."""
    for _ in range(MARK_TRIES):
        if there.state.moved_to:
            return there, False
        try:
            return source.store.save(_next(there.state, ids, moved_to=target.address), there), True
        except Conflict:
            there = source.store.load(there)
    raise Conflict(f"{source.address} is being written all the time: stop the service, then try again")


def _next(state: State, ids: Ids, *, moved_to: str) -> State:
    return dataclasses.replace(state.next_write(ids.unique()), moved_to=moved_to)


def _copy(source: Place, target: Place) -> _Copied:
    """Bring all objects of the source to the target; each that was written is read back and compared."""
    digest = sha256()
    count = size = written = 0
    for key in source.objects.keys():  # noqa: SIM118 - a store is no dict
        if source.state_key is not None and key.startswith(source.state_key):
            continue
        found = source.objects.get(key)
        if found is None:
            raise Unusable(f"{source.address} called {key} unchanged, but it was never read")
        if not _same(found, _there(target, key)):
            _put(target, key, found)
            written += 1
        count += 1
        size += len(found.body)
        digest.update(f"{key}\n{sha256(found.body).hexdigest()}\n".encode())
    return _Copied(count=count, size=size, digest=digest.hexdigest(), written=written)


def _put(target: Place, key: str, found: StoredObject) -> None:
    target.objects.put(key, found.body, content_type=found.content_type, cache_control=found.cache_control)
    if not _same(found, _there(target, key)):
        raise Unusable(f"{key} was written to {target.address}, and reads back as something else: try again")


def _there(target: Place, key: str) -> StoredObject | None:
    try:
        return target.objects.get(key)
    except NotFound:
        return None


def _same(one: StoredObject, other: StoredObject | None) -> bool:
    return other is not None and (one.body, one.content_type, one.cache_control) == (
        other.body,
        other.content_type,
        other.cache_control,
    )


def _check_same(wanted: State, found: State, target: Place) -> None:
    if digest_of(found) != digest_of(wanted):
        raise Unusable(f"{target.address} reads back another state than was written: don't use it")


def _report(source: Place, target: Place, state: State, copied: _Copied | None) -> Migration:
    return Migration(
        source=source.address,
        target=target.address,
        state=state,
        digest=digest_of(state),
        objects=copied.count if copied else 0,
        objects_bytes=copied.size if copied else 0,
        objects_digest=copied.digest if copied else "",
        written=copied.written if copied else 0,
        already=copied is None,
    )
