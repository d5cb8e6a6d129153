"""What happens to the site when the service starts."""

import logging

from bot.bootstrap import System
from bot.deploys.progress import NoticeProgress
from core.deploy.deployer import Deployer
from core.deploy.errors import DeployError, Unfit
from core.deploy.record import By
from core.domain.people import Role
from core.ports import NotFound, StoreError

log = logging.getLogger(__name__)

SERVICE = By(id="serve", name="Quickdump")
"""Who releases the site at the start of a trial."""


def release_at_start(system: System) -> None:
    """Release the site as long as nobody else ever did: in a trial, or into a place where there is none.

    Once an admin has deployed or rolled back, a restart changes nothing any more. Blocks.

    Raises:
        Unfit: the folder `web/` or the function may not be released.
        StoreError: a store can't be used.
    """
    if system.site_parts().has_cloudfront:
        return  # that is an admin's word: it takes minutes, and costs where it goes wrong
    deployer = system.site_parts().deployer()
    try:
        _release(system, deployer)
    except Unfit:
        raise
    except DeployError as error:
        if isinstance(error.__cause__, StoreError):
            # A store that can't be used is said as for any other one.
            raise error.__cause__ from error
        log.warning("the site was not released at the start: %s", error)


def _release(system: System, deployer: Deployer) -> None:
    interrupted = deployer.interrupted()
    if interrupted is not None:
        if interrupted.deploy.by == SERVICE:
            deployer.finish(SERVICE)
        return
    current = deployer.current()
    ours = current.by == SERVICE if current else not _is_served(system)
    if not ours:
        return
    planned = deployer.plan()
    if not planned.changes_nothing or current is None:
        deployer.deploy(SERVICE, planned.digest)


def _is_served(system: System) -> bool:
    """Tell whether something that was not released here is served from afar; a folder is ours anyway."""
    if not system.settings.site.startswith("s3://"):
        return False
    try:
        system.site.get("index.html")
    except NotFound:
        return False
    return True


async def offer_recovery(system: System) -> None:
    """Tell the admins of a deploy that was interrupted, and what they can do about it; never fails."""
    try:
        offer = await system.site_desk().recover()
        if offer is None:
            return
        log.warning("%s", offer.text)
        state = await system.dispatcher.read()
    except StoreError as error:
        log.warning("it could not be looked whether a deploy was interrupted: %s", error)
        return
    admins = [person.person_id for person in state.staff() if person.role is Role.ADMIN]
    for person_id in admins or [Role.ADMIN.value]:
        notice = NoticeProgress(system.dispatcher, person_id, f"deploy:{system.ids.unique()}")
        await notice.show(offer.text, offer.buttons, final=True)
