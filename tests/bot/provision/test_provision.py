"""The whole of provision, as its owner runs it: in a folder of his own, at a cloud in memory."""

import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from dotenv import dotenv_values
from rich.console import Console

from bot.bootstrap import build
from bot.doctor import examine
from bot.finding import Finding
from bot.provision.env_file import EnvFile
from bot.provision.run import Provision
from bot.provision.screen import Screen
from bot.provision.wishes import Wishes
from bot.settings import Settings
from core.adapters.keys import FileKeys
from core.domain.session import session_key
from core.ports import Keys
from core.stack import StackFailed
from tests.builders import a_job, a_state
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.stacks import FakeStacks
from tests.fakes.twilio import FakeTwilio

BOT = "https://bot.example.com"


class Owner:
    """Somebody in a folder with a `.env`, who runs provision and answers its questions."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stacks = FakeStacks(
            {
                "Region": "us-west-2",
                "State": f"file://{folder}/cloud/state",
                "Site": f"file://{folder}/cloud/site",
                "Staging": f"file://{folder}/cloud/staging",
                "PublicUrl": "https://d1.cloudfront.net",
                "DistributionDomainName": "d1.cloudfront.net",
                "DistributionId": "E1",
                "FunctionName": "quickdump-track-rewrite",
                "KeyValueStoreArn": "arn:aws:cloudfront::1:key-value-store/x",
                "BotPolicyArn": "arn:aws:iam::1:policy/p",
                "BotUserName": "quickdump-BotUser",
            }
        )
        self.says_yes = True
        self.asked: list[str] = []
        self.screen = io.StringIO()

    @property
    def settings(self) -> dict[str, str | None]:
        return dotenv_values(self.folder / ".env")

    @property
    def keys(self) -> Keys:
        return FileKeys(self.folder / "cloud" / "keys.json")

    @property
    def read(self) -> str:
        return self.screen.getvalue()

    def has(self, **settings: str) -> None:
        EnvFile(self.folder / ".env").keep({name.upper(): value for name, value in settings.items()})
        os.environ.update({name.upper(): value for name, value in settings.items()})

    def provision(self, *, plan_only: bool = False, yes: bool = False, domain: str | None = None) -> int:
        """Run it as a new process would: with the settings of the file."""
        os.environ.update({name: value for name, value in self.settings.items() if value})
        settings = Settings.read()
        self.screen.truncate(0)
        work = Provision(
            stacks=self.stacks,
            open_keys=lambda _arn: self.keys,
            env=EnvFile(self.folder / ".env"),
            screen=Screen(Console(file=self.screen, width=200), self._answer),
            examine=_without_the_edge,
        )
        wishes = Wishes(
            webhook_url=settings.webhook_url,
            domain=domain,
            certificate=f"arn:aws:acm:us-east-1:{1:012d}:certificate/c" if domain else None,
        )
        return work.run(settings, wishes, plan_only=plan_only, yes=yes)

    def _answer(self, question: str) -> bool:
        self.asked.append(question)
        return self.says_yes


def _without_the_edge(settings: Settings) -> list[Finding]:
    """Examine all but CloudFront, which is not there: the doctor's own tests look at that."""
    return examine(
        settings.model_copy(
            update={
                "cloudfront_function": None,
                "cloudfront_distribution_id": None,
                "cloudfront_kvs_arn": None,
            }
        )
    )


@pytest.fixture
def owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Owner]:
    monkeypatch.chdir(tmp_path)
    before = dict(os.environ)
    yield Owner(tmp_path)
    os.environ.clear()
    os.environ.update(before)


def test_an_empty_folder_becomes_a_service(owner: Owner) -> None:
    assert owner.provision() == 0
    assert owner.asked == ["Go ahead?"]
    assert owner.settings["STATE"] == f"file://{owner.folder}/cloud/state"
    assert owner.settings["PUBLIC_URL"] == "https://d1.cloudfront.net"
    assert (owner.folder / "cloud" / "state" / "jobs.json").exists()
    assert "ok     Distribution" in owner.read
    assert "Next: quickdump deploy" in owner.read


def test_the_stack_and_the_bot_share_a_secret(owner: Owner) -> None:
    owner.provision()
    assert owner.stacks.parameters is not None
    assert owner.stacks.parameters["OriginSecret"] == owner.settings["ORIGIN_SECRET"]
    assert len(owner.settings["ORIGIN_SECRET"] or "") >= 32


def test_the_edge_gets_the_key_that_the_bot_signs_with(owner: Owner) -> None:
    owner.provision()
    state = build(Settings.read()).store.load().state
    assert owner.keys.current() == session_key(owner.settings["SESSION_KEY"] or "", state)


def test_run_again_it_changes_nothing_and_says_so(owner: Owner) -> None:
    owner.provision()
    first = (owner.folder / ".env").read_bytes()
    assert owner.provision() == 0
    assert (owner.folder / ".env").read_bytes() == first
    assert owner.asked == ["Go ahead?"]
    for words in ("nothing to change", "there already", "in place already", "nothing new"):
        assert words in owner.read


def test_a_plan_is_shown_and_forgotten(owner: Owner) -> None:
    assert owner.provision(plan_only=True) == 0
    assert "+ make  StateBucket" in owner.read
    assert (owner.stacks.parameters, owner.settings, owner.asked) == (None, {}, [])
    assert len(owner.stacks.discarded) == 1


def test_a_no_does_nothing(owner: Owner) -> None:
    owner.says_yes = False
    assert owner.provision() == 0
    assert (owner.stacks.parameters, owner.settings) == (None, {})
    assert len(owner.stacks.discarded) == 1


def test_yes_asks_nothing(owner: Owner) -> None:
    assert owner.provision(yes=True) == 0
    assert owner.asked == []


def test_a_failure_names_its_reason_and_the_next_run_has_the_same_secret(owner: Owner) -> None:
    owner.stacks.breaks_at = "Distribution"
    with pytest.raises(StackFailed, match="Distribution: no such thing"):
        owner.provision()
    assert "failed Distribution: no such thing" in owner.read
    secret = owner.settings["ORIGIN_SECRET"]
    assert set(owner.settings) == {"ORIGIN_SECRET"}
    owner.stacks.breaks_at = None
    assert owner.provision() == 0
    assert owner.settings["ORIGIN_SECRET"] == secret


def test_what_a_failed_attempt_left_is_removed_after_a_yes(owner: Owner) -> None:
    owner.stacks.stuck = True
    assert owner.provision() == 0
    assert owner.asked == ["Remove what the failed attempt left?", "Go ahead?"]
    assert owner.stacks.removed


def test_what_a_failed_attempt_left_stays_after_a_no(owner: Owner) -> None:
    owner.stacks.stuck, owner.says_yes = True, False
    assert owner.provision() == 0
    assert not owner.stacks.removed


def test_jobs_of_a_trial_are_not_left_behind(owner: Owner) -> None:
    trial = build(Settings.read())
    trial.ensure_state()
    snapshot = trial.store.load()
    used = a_state(a_job(), revision=snapshot.state.revision + 1, write_id="a-write")
    trial.store.save(used, snapshot)
    assert owner.provision() == 0
    assert "STATE" not in owner.settings
    assert "STATE stays file://./var/state, which is in use (1 job)" in owner.read
    assert owner.settings["SITE"] == f"file://{owner.folder}/cloud/site"


def test_telegram_and_twilio_are_told_where_to_call(
    owner: Owner, bot_api: FakeBotApi, twilio_api: FakeTwilio
) -> None:
    owner.has(
        webhook_url=BOT,
        telegram_bot_token=bot_api.token,
        telegram_api_url=bot_api.url,
        telegram_webhook_secret="a-secret",
        twilio_account_sid=twilio_api.account_sid,
        twilio_auth_token=twilio_api.auth_token,
        twilio_from=twilio_api.numbers[0],
        twilio_api_url=twilio_api.url,
    )
    assert owner.provision() == 0, owner.read
    assert twilio_api.sms_url == f"{BOT}/twilio/sms#rc=3&rp=all"
    assert bot_api.mailbox.webhook.url == f"{BOT}/telegram"
    assert owner.stacks.parameters is not None
    assert owner.stacks.parameters["BotDomainName"] == "bot.example.com"


def test_a_part_that_fails_does_not_stop_the_others_and_shows_in_the_status(
    owner: Owner, bot_api: FakeBotApi, twilio_api: FakeTwilio
) -> None:
    owner.has(
        webhook_url=BOT,
        telegram_bot_token="1:wrong",
        telegram_api_url=bot_api.url,
        telegram_webhook_secret="a-secret",
        twilio_account_sid=twilio_api.account_sid,
        twilio_auth_token=twilio_api.auth_token,
        twilio_from=twilio_api.numbers[0],
        twilio_api_url=twilio_api.url,
    )
    assert owner.provision() == 1
    assert "check TELEGRAM_BOT_TOKEN" in owner.read
    assert twilio_api.sms_url is not None


def test_a_name_of_ones_own_needs_a_record_that_is_said(owner: Owner) -> None:
    owner.provision(domain="track.example.com")
    assert "let track.example.com lead to d1.cloudfront.net" in owner.read


def test_no_secret_is_on_the_screen(owner: Owner) -> None:
    owner.provision()
    for name in ("ORIGIN_SECRET", "SESSION_KEY"):
        assert (owner.settings[name] or "") not in owner.read
