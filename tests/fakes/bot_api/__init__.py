"""A strict fake of Telegram's Bot API, over real HTTP on loopback.

    with FakeBotApi() as telegram:
        bot = telegram.Bot(telegram.token, base_url=telegram.url + "/bot")    # or any other client
        dana = telegram.user(1001, "Dana")
        dana.say("jobs")                     # -> the webhook, or getUpdates
        telegram.settle()                    # every update was taken
        dana.tap(dana.last, "Next")          # taps a button that is there now
        assert not telegram.violations

It checks methods, parameters, types and limits against its own table of the documented API and answers with
the service's words. It is stricter than the service: an unknown parameter is refused, and everything that a
sound client could have known to be wrong is kept in `violations`, because a client may swallow the error.

It plays what a dispatching bot needs (methods.py). What it knows but does not play is refused as a violation.
It does not know: topics, channels, business accounts, inline mode, payments, Markdown, rate limits by itself
(script them with `too_many_requests`), and it finds no links or mentions in texts, only `/commands`.
"""

from tests.fakes.bot_api.people import FakeGroup, FakeUser
from tests.fakes.bot_api.refusals import Refusal
from tests.fakes.bot_api.server import TOKEN, Call, FakeBotApi
from tests.fakes.bot_api.world import Chat, Message, Tap

__all__ = ["TOKEN", "Call", "Chat", "FakeBotApi", "FakeGroup", "FakeUser", "Message", "Refusal", "Tap"]
