"""Settings: read once, everything wrong said together, secrets hidden."""

import pytest

from bot.settings import Settings, SettingsError

SID = "AC" + "0" * 32


def test_without_any_variable_everything_has_a_default() -> None:
    settings = Settings.read()
    assert (settings.state, settings.site, settings.staging) == (
        "file://./var/state",
        "file://./var/site",
        "file://./var/staging",
    )
    assert settings.quiet_hours == (21, 8)
    assert not settings.has_channel


def test_everything_wrong_is_said_together_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {
        "STATE": "ftp://x",
        "TIMEZONE": "Mars/Olympus",
        "QUIET_HOURS": "25-99",
        "PUBLIC_URL": "https://example.com/path",
        "BUSINESS_PHONE": "call me",
        "ADMIN_TELEGRAM_IDS": "@alex",
        "TELEGRAM_WEBHOOK_SECRET": "no spaces please",
        "TWILIO_FROM": "602-555-0100",
        "SMS_HOLD_SECONDS": "-1",
    }
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as raised:
        Settings.read()
    lines = str(raised.value).splitlines()[1:]
    assert {line.strip().split(":")[0] for line in lines} == set(wrong)


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"TWILIO_ACCOUNT_SID": SID}, "go together"),
        ({"TWILIO_FROM": "+16025550100"}, "go together"),
        (
            {"TELEGRAM_BOT_TOKEN": "1:a", "WEBHOOK_URL": "https://bot.example.com"},
            "TELEGRAM_WEBHOOK_SECRET is needed",
        ),
    ],
)
def test_what_goes_together_is_asked_for_together(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], words: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=words):
        Settings.read()


def test_values_are_read_as_people_write_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUIET_HOURS", " 22 - 7 ")
    monkeypatch.setenv("ADMIN_TELEGRAM_IDS", "12, 34;56")
    monkeypatch.setenv("BUSINESS_PHONE", "(602) 555-0100")
    monkeypatch.setenv("PUBLIC_URL", "https://track.example.com/")
    settings = Settings.read()
    assert settings.quiet_hours == (22, 7)
    assert settings.admin_telegram_ids == (12, 34, 56)
    assert settings.business_phone == "+16025550100"
    assert settings.public_url == "https://track.example.com"


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "")
    monkeypatch.setenv("STATE", "")
    assert Settings.read().telegram_bot_token is None
    assert Settings.read().state == "file://./var/state"


def test_secrets_hide_in_what_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = {"TELEGRAM_BOT_TOKEN": "1:tell-nobody", "SESSION_KEY": "tell-nobody-either-not-even-in-a-log"}
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    printed = repr(Settings.read()) + str(Settings.read())
    assert "tell-nobody" not in printed


def test_an_error_does_not_repeat_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_WEBHOOK_SECRET", "hush hush")
    with pytest.raises(SettingsError) as raised:
        Settings.read()
    assert "hush" not in str(raised.value)


def test_only_the_state_can_live_in_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATE", "dynamodb://quickdump")
    assert Settings.read().state == "dynamodb://quickdump"
    monkeypatch.setenv("SITE", "dynamodb://quickdump")
    monkeypatch.setenv("STATE", "dynamodb://no/table")
    with pytest.raises(SettingsError) as raised:
        Settings.read()
    assert [line.strip().split(":")[0] for line in str(raised.value).splitlines()[1:]] == ["STATE", "SITE"]


@pytest.mark.parametrize("key", ["short", "é" * 40])
def test_a_weak_session_key_is_refused(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv("SESSION_KEY", key)
    with pytest.raises(SettingsError, match="SESSION_KEY: must be 32 or more characters"):
        Settings.read()
