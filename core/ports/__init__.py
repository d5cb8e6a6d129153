"""Ports: what the core asks of the world, each with the errors it may raise (`errors.py` has the tree).

Stores and the texter block; the use cases call them in threads. There is no async twin of any of them.
"""

from core.ports.edge import (
    FUNCTION_BYTES_MAX,
    Edge,
    FunctionCode,
    Keys,
    Trial,
)
from core.ports.errors import (
    Conflict,
    Moved,
    NotFound,
    OutcomeUnknown,
    StoreError,
    Unreachable,
    Unusable,
)
from core.ports.objects import (
    Absent,
    Condition,
    Matches,
    ObjectStore,
    ObjectVersion,
    StoredObject,
    Versions,
)
from core.ports.people import (
    Chat,
    ProviderText,
    Texter,
    TextNotSent,
    TextOutcomeUnknown,
    TextsNotListed,
)
from core.ports.state import (
    Recovery,
    Snapshot,
    StateStore,
)
from core.ports.system import (
    Clock,
    Ids,
)

__all__ = [
    "FUNCTION_BYTES_MAX",
    "Absent",
    "Chat",
    "Clock",
    "Condition",
    "Conflict",
    "Edge",
    "FunctionCode",
    "Ids",
    "Keys",
    "Matches",
    "Moved",
    "NotFound",
    "ObjectStore",
    "ObjectVersion",
    "OutcomeUnknown",
    "ProviderText",
    "Recovery",
    "Snapshot",
    "StateStore",
    "StoreError",
    "StoredObject",
    "TextNotSent",
    "TextOutcomeUnknown",
    "Texter",
    "TextsNotListed",
    "Trial",
    "Unreachable",
    "Unusable",
    "Versions",
]
