"""The command line as a program: exit statuses, settings, and faults that a person can mend."""

import json
import socket
from pathlib import Path

import pytest

from tests.fakes.twilio import NUMBER, FakeTwilio
from tests.journey.terminal import Terminal, quickdump

NEW = "new Mark Soderblom 600 602-555-0142"


def test_a_line_that_is_done_ends_with_0_and_one_object_on_stdout(tmp_path: Path) -> None:
    ended = quickdump(tmp_path, "say", "--json", *NEW.split())
    assert (ended.returncode, ended.stderr) == (0, "")
    assert json.loads(ended.stdout)["ok"] is True
    ended = quickdump(tmp_path, "say", "dumped 1")
    assert ended.returncode == 1
    assert ended.stdout.startswith("It can't be dumped yet")
    assert "[Ready: ready 1]" in ended.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["say"],
        ["say", "--as", "nobody", "jobs"],
        ["say", "--now", "tomorrow", "jobs"],
        ["say", "--loud", "jobs"],
        ["serve", "--port", "70000"],
        ["dance"],
    ],
)
def test_wrong_usage_ends_with_2(tmp_path: Path, arguments: list[str]) -> None:
    result = Terminal(tmp_path).run(*arguments)
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_as_is_a_role_a_name_or_a_number(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.say(NEW)
    terminal.say("invite driver Joe Baker")
    terminal.say("ready 1")
    for by, author in (("dispatcher", "dispatcher"), ("joe", "joe_baker"), ("Joe Baker", "joe_baker")):
        assert terminal.say("next 1", by=by).ok
        assert terminal.jobs[0]["history"][-1]["by"] == author
        assert terminal.say("undo 1", by=by).ok
    assert terminal.say("status", by="+16025550142").reply.startswith("Mesa Hauling: ")
    assert "dispatcher" in terminal.run("say", "--as", "eve", "jobs").output


def test_now_is_the_moment_of_what_happens(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.say(NEW, now="2024-05-23T23:30:00-07:00")
    assert terminal.jobs[0]["job_id"] == "mark_soderblom_20240523"
    assert terminal.jobs[0]["created_at"] == "2024-05-24T06:30:00Z"
    assert (
        "Quiet hours: Mark will be texted at Fri, May 24, 8:00 AM."
        in terminal.say(NEW, now="2024-05-23T23:30:00").reply
    )


def test_wrong_settings_are_said_together_by_name_without_a_traceback(tmp_path: Path) -> None:
    ended = quickdump(
        tmp_path,
        "say",
        "jobs",
        STATE="folder",
        TIMEZONE="Mars/Base",
        PUBLIC_URL="example.com",
        QUIET_HOURS="late",
        ADMIN_TELEGRAM_IDS="@ana",
        TELEGRAM_WEBHOOK_SECRET="a b",
        TWILIO_AUTH_TOKEN="s3cret-token",
        SMS_HOLD_SECONDS="soon",
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    for name in (
        "STATE",
        "TIMEZONE",
        "PUBLIC_URL",
        "QUIET_HOURS",
        "ADMIN_TELEGRAM_IDS",
        "TELEGRAM_WEBHOOK_SECRET",
        "SMS_HOLD_SECONDS",
    ):
        assert f"  {name}: " in ended.stderr
    assert ended.stderr.startswith("quickdump: These settings are wrong:\n")
    assert "Traceback" not in ended.stderr
    assert "s3cret" not in ended.stderr


def test_settings_that_go_together_are_said_together(tmp_path: Path) -> None:
    ended = quickdump(tmp_path, "say", "jobs", TWILIO_FROM="+16025550100")
    assert ended.returncode == 1
    assert "TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN" in ended.stderr
    assert ended.stderr.count("\n") == 2


def test_settings_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("BUSINESS_PHONE=nonsense\n")
    ended = quickdump(tmp_path, "say", "jobs")
    assert ended.returncode == 1
    assert "BUSINESS_PHONE: is no phone number" in ended.stderr


def test_a_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = quickdump(tmp_path, "serve", "--port", port)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == (
        f"quickdump: port {port} on 127.0.0.1 is taken: stop what uses it, or choose another with --port\n"
    )


@pytest.mark.parametrize("name", ["STATE", "SITE"])
@pytest.mark.parametrize("command", [["serve", "--port", "0"], ["say", NEW]])
def test_a_folder_that_cannot_be_written_is_one_clear_line(
    tmp_path: Path, name: str, command: list[str]
) -> None:
    (tmp_path / "file").write_text("a file stands where the folder has to be")
    ended = quickdump(tmp_path, *command, **{name: f"file://{tmp_path}/file/store"})
    if (name, command[0]) == ("SITE", "say"):
        # The job is taken down all the same; its page follows.
        assert ended.returncode == 0
        assert "The tracking link follows" in ended.stdout
    else:
        assert ended.returncode == 1
        lines = ended.stderr.splitlines()
        assert [line for line in lines if not line.startswith("WARNING")] == lines[-1:]
        assert f"{tmp_path}/file/store" in lines[-1]
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ('{"schema": 1, "jobs": [', "jobs.json"),
        ('{"schema": 99, "jobs": []}', "schema 99"),
        ('{"schema": 1, "revision": 1, "write_id": "x", "jobs": [{"number": 1}]}', "jobs"),
        ("", "jobs.json"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_exactly_and_never_written_over(
    tmp_path: Path, content: str, word: str
) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "jobs.json").write_text(content)
    for arguments in (["say", NEW], ["serve", "--port", "0"], ["init"], ["relay", "--once"]):
        ended = quickdump(tmp_path, *arguments)
        assert "Traceback" not in ended.stderr
        if arguments != ["init"]:
            assert ended.returncode == 1, ended.stdout
            assert word in ended.stderr
    assert (tmp_path / "state" / "jobs.json").read_text() == content


def test_a_state_that_is_gone_is_not_made_anew_beside_what_is_left(tmp_path: Path) -> None:
    Terminal(tmp_path).say(NEW)
    (tmp_path / "state" / "aside").mkdir()
    (tmp_path / "state" / "aside" / "x.json").write_text("{}")
    (tmp_path / "state" / "jobs.json").unlink()
    ended = quickdump(tmp_path, "say", "jobs")
    assert ended.returncode == 1
    assert "'quickdump init' makes an empty one" in ended.stderr
    assert quickdump(tmp_path, "init").returncode == 0
    assert quickdump(tmp_path, "say", "jobs").returncode == 0


def test_a_state_moves_to_another_folder_and_the_old_one_takes_nothing_more(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.say(NEW)
    old, new = f"file://{tmp_path}/state", f"file://{tmp_path}/new"

    moved = terminal.run("migrate", old, new)
    assert (moved.exit_code, f"Set STATE={new}" in moved.output) == (0, True)
    assert "nothing was changed now" in terminal.run("migrate", old, new).output

    refused = quickdump(tmp_path, "say", "ready 1")
    assert refused.returncode == 1
    assert refused.stderr == f"quickdump: the state was moved to {new}: set STATE to it and start again\n"


@pytest.mark.parametrize(
    ("target", "words"),
    [("./state/inside", "overlap"), ("memory://", "in memory"), ("dynamodb://x", "does not name a table")],
)
def test_a_state_moves_to_no_place_that_cannot_be(tmp_path: Path, target: str, words: str) -> None:
    Terminal(tmp_path).say(NEW)
    target = target if "://" in target else f"file://{tmp_path}/{target}"
    refused = Terminal(tmp_path).run("migrate", f"file://{tmp_path}/state", target).exception
    assert words in str(refused)


def test_what_a_command_line_sends_goes_through_the_provider_that_the_service_uses(
    tmp_path: Path, twilio_api: FakeTwilio
) -> None:
    settings = {
        "TWILIO_ACCOUNT_SID": twilio_api.account_sid,
        "TWILIO_AUTH_TOKEN": twilio_api.auth_token,
        "TWILIO_FROM": NUMBER,
        "TWILIO_API_URL": twilio_api.url,
        "WEBHOOK_URL": "https://hooks.example.com",
        "SMS_HOLD_SECONDS": "0",
        "QUIET_HOURS": "0-0",
    }
    result = Terminal(tmp_path, settings=settings).run("say", NEW)
    assert result.exit_code == 0, result.output
    (message,) = Terminal(tmp_path).document["messages"]
    assert (message["status"], message["provider_id"]) == ("sent", twilio_api.sent[0].sid)
