"""What `quickdump migrate` says of what it did."""

from core.migrate import Migration

_SHOWN = 16
"""Digits of a digest that people compare."""


def told(done: Migration) -> str:
    """Return what was done, a line each, and what to do next."""
    jobs = len(done.state.jobs)
    if done.already:
        return (
            f"{done.source} was moved to {done.target} before: nothing was changed now. "
            f"It is at revision {done.state.revision}, with jobs {jobs}."
        )
    state, same = done.state, "read back and the same"
    return f"""\
Moved {done.source} to {done.target}.
state    jobs {jobs}, people {len(state.people)}, messages {len(state.messages)}, opt-outs \
{len(state.opt_outs)}; {same} (sha256 {done.digest[:_SHOWN]})
objects  {done.objects} with {done.objects_bytes:,} bytes, {done.written} of them new; {same} \
(sha256 {done.objects_digest[:_SHOWN]})
{done.source} keeps all that it has, and takes no more writes.
Set STATE={done.target} and start the service."""
