"""What the stack hands out, as settings; what the owner set himself is never taken from him."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.texts import provisioning as words

FROM_OUTPUTS = {
    "SITE": "Site",
    "STAGING": "Staging",
    "CLOUDFRONT_DISTRIBUTION_ID": "DistributionId",
    "CLOUDFRONT_FUNCTION": "FunctionName",
    "CLOUDFRONT_KVS_ARN": "KeyValueStoreArn",
}
"""Settings that are the stack's alone, and the outputs that they come from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Where the state is now."""

    address: str
    jobs: int
    """How many jobs are in it."""
    untouched: bool
    """Whether nobody ever used it, or there is none: then nothing is lost where it stays behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Settings to write, and what has to be said of those that stay."""

    values: Mapping[str, str]
    notes: tuple[str, ...]


def settings_from(outputs: Mapping[str, str], there: Mapping[str, str], state: State) -> Taken:
    """Return what the outputs mean for the settings that are `there`.

    A state that was used stays where it is, and so does one that was put elsewhere than in a folder; an
    address of the owner's own stays, too: links that customers have lead there.
    """
    values = {name: outputs[output] for name, output in FROM_OUTPUTS.items()}
    if not there.get("AWS_DEFAULT_REGION"):
        values["AWS_REGION"] = outputs["Region"]
    notes = []
    if state.address == outputs["State"] or (state.untouched and state.address.startswith("file://")):
        values["STATE"] = outputs["State"]
    elif state.untouched:
        notes.append(words.stays("STATE", state.address, outputs["State"]))
    else:
        notes.append(words.state_stays(state.address, outputs["State"], state.jobs))
    public_url = there.get("PUBLIC_URL", "").rstrip("/")
    if public_url in {"", outputs["PublicUrl"]} or public_url.endswith(".cloudfront.net"):
        values["PUBLIC_URL"] = outputs["PublicUrl"]
    else:
        notes.append(words.stays("PUBLIC_URL", public_url, outputs["PublicUrl"]))
    return Taken(values=values, notes=tuple(notes))
