"""The service behind `deploy` and `dashboard`: answers, and lets a deploy go on apart from the answer."""

import asyncio
import logging
from collections.abc import Callable

from bot.deploys.confirmation import Confirmations
from bot.deploys.progress import Progress
from bot.desk.line import Line
from bot.sessions import Sessions
from bot.settings import SettingsError
from bot.texts import deploys as words
from bot.texts.reply import Reply
from core.deploy import parts
from core.deploy.deployer import Deployer, half_done
from core.deploy.errors import DeployError
from core.deploy.record import By, Deploy
from core.dispatch import Dispatcher
from core.domain.commands import ReleaseSite, ShowDashboard
from core.ports import StoreError

log = logging.getLogger(__name__)

Work = Callable[[parts.Report], Deploy]


class SiteDesk:
    """Answers `deploy ...` and `dashboard`.

    Args:
        dispatcher: knows the newest state and the time.
        deployer: returns the deployer; asked when it is needed.
        confirmations: which plans people were shown.
        sessions: gives links to the dashboard.
        progress_for: returns the message that shows the progress to the giver of a line.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        deployer: Callable[[], Deployer],
        confirmations: Confirmations,
        sessions: Sessions,
        progress_for: Callable[[Line], Progress],
    ) -> None:
        self._dispatcher = dispatcher
        self._deployer = deployer
        self._confirmations = confirmations
        self._sessions = sessions
        self._progress_for = progress_for
        self._running: set[asyncio.Task[Reply]] = set()

    async def answer(self, asked: ReleaseSite | ShowDashboard, line: Line) -> Reply:
        """See bot.desk.aside.SiteDesk."""
        if isinstance(asked, ShowDashboard):
            state, now = await self._dispatcher.read(), self._dispatcher.clock.now()
            link = await asyncio.to_thread(self._sessions.link, line.actor.person_id, state, now)
            return words.dashboard(link)
        try:
            return await self._release(asked, line)
        except (DeployError, SettingsError) as error:
            return words.failed(error)

    async def _release(self, asked: ReleaseSite, line: Line) -> Reply:
        deployer, person_id = await asyncio.to_thread(self._deployer), line.actor.person_id
        match asked.action:
            case "ask":
                planned = await asyncio.to_thread(deployer.plan)
                await asyncio.to_thread(self._confirmations.show, person_id, planned.digest)
                return words.plan(planned, ask=True)
            case "plan":
                return words.plan(await asyncio.to_thread(deployer.plan), ask=False)
            case "status":
                deploys, live = await asyncio.to_thread(lambda: (deployer.history(), deployer.live()))
                return words.status(deploys, live, self._dispatcher.business.zone)
            case "cancel":
                await asyncio.to_thread(self._confirmations.forget, person_id)
                return words.cancelled()
            case "confirm":
                if not await asyncio.to_thread(self._confirmations.take, person_id, asked.argument or ""):
                    return words.unconfirmed()
                return await self._start(line, _work(asked, deployer, By.of(line.actor)))
            case "rollback" | "finish":
                return await self._start(line, _work(asked, deployer, By.of(line.actor)))

    async def _start(self, line: Line, work: Work) -> Reply:
        """Do `work` apart from the answer, unless the giver waits for its end."""
        task = asyncio.create_task(self._followed(line, work))
        if line.waits:
            return await task
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return words.started()

    async def _followed(self, line: Line, work: Work) -> Reply:
        """Do `work` in a thread and show how far it has come; return what became of it."""
        message = self._progress_for(line)
        latest: list[parts.Progress] = []
        doing = asyncio.create_task(asyncio.to_thread(_ended, work, latest.append))
        shown = ""
        while True:
            done, _ = await asyncio.wait({doing}, timeout=message.wait_s() if shown else FIRST_S)
            if done:
                break
            text = words.progress(latest[-1]) if latest else shown
            if text and text != shown:
                shown = text
                await message.show(text)
        reply = doing.result()
        await message.show(reply.text, reply.buttons, final=True)
        return reply

    async def recover(self) -> Reply | None:
        """Look for a deploy that was interrupted; return the offer, or None. Raises StoreError."""
        deployer = await asyncio.to_thread(self._deployer)
        try:
            interrupted = await asyncio.to_thread(deployer.interrupted)
        except DeployError:
            return None  # another process was faster to settle it
        return words.interrupted(half_done(interrupted.deploy)) if interrupted else None


FIRST_S = 0.3
"""Until the first look: a deploy on this machine is over by then, and needs one message only."""


def _work(asked: ReleaseSite, deployer: Deployer, by: By) -> Work:
    """Return what an answer starts and does not wait for."""
    if asked.action == "rollback":
        return lambda report: deployer.rollback(by, asked.argument, report)
    if asked.action == "finish":
        return lambda report: deployer.finish(by, report)
    return lambda report: deployer.deploy(by, asked.argument or "", report)


def _ended(work: Work, report: parts.Report) -> Reply:
    """Return what became of `work`, whatever it was. Blocks."""
    try:
        return words.ended(work(report))
    except DeployError as error:
        return words.failed(error)
    except StoreError as error:
        return words.failed(DeployError(f"Nothing was changed: {error}"))
    except Exception as error:  # whoever asked must hear of it; nobody else waits for this thread
        log.exception("a deploy failed by a fault of our own")
        return words.failed(DeployError(f"It failed by a fault of our own: {type(error).__name__}"))
