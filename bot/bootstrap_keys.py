"""Bootstrap, of the dashboard's key: where the edge looks it up, and what it is derived from."""

from pathlib import Path

from bot.settings import Settings
from core.adapters.keys import FileKeys, kept_master
from core.ports import Keys

VAR = Path("var")
"""Where a trial keeps its key: in the folder that it is started from, beside its stores."""


def keys_of(settings: Settings) -> Keys:
    """Return where the edge looks up its key. Raises Unreachable."""
    if settings.cloudfront_kvs_arn is None:
        return FileKeys(VAR / "edge-key.json")
    # boto3 takes a third of a second to import, and a trial has no use for it.
    from core.adapters.key_value_store import open_keys  # noqa: PLC0415

    return open_keys(settings.cloudfront_kvs_arn)


def master_of(settings: Settings) -> str:
    """Return the secret that session keys are derived from. Raises StoreError."""
    key = settings.session_key
    return key.get_secret_value() if key else kept_master(VAR / "session-key")
