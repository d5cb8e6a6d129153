"""What is long over, at the command line: it moves, is found, comes back, and is forgotten."""

import csv
import io
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

from tests.journey.terminal import Terminal, quickdump

LONG_AGO = "2024-05-23T10:00:00"


def a_done_job(terminal: Terminal, line: str) -> None:
    job = terminal.say(line, now=LONG_AGO).job
    assert job is not None
    for _ in range(4):
        terminal.say(f"next {job['number']}", now=LONG_AGO)


def test_finished_jobs_move_and_all_words_still_reach_them(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    a_done_job(terminal, "new Mark Soderblom 600 602-555-0142")
    a_done_job(terminal, "new Lupe Baseline 300.50 602-555-0177")
    terminal.say("new Newton Yorke 40")
    assert terminal.run("archive").output == "archived 2\n"
    assert terminal.run("archive").output == "archived 0\n"
    assert [job["number"] for job in terminal.jobs] == [3]
    assert terminal.say("find 602-555-0142").reply.startswith("1 found\n#1 Mark")
    assert "created: Mark" in terminal.say("history 1").reply
    assert terminal.say("report 2024-05").reply.startswith("May 2024: 2 done, $900.50\n")
    assert terminal.say("edit 1 price 650").ok
    assert [job["number"] for job in terminal.jobs] == [3, 1]


def test_an_export_goes_into_a_file_and_what_is_said_about_it_does_not(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    a_done_job(terminal, "new Mark Soderblom 600 602-555-0142 -- =1+1")
    terminal.run("archive")
    ended = quickdump(tmp_path, "say", "export")
    assert ended.returncode == 0
    assert ended.stderr.startswith("1 job: jobs.csv\n")
    (row,) = csv.DictReader(io.StringIO(ended.stdout.removeprefix("\ufeff")))
    assert (row["customer_name"], row["amount_paid"], row["note"]) == ("Mark", "600.00", "'=1+1")


def test_a_slip_is_taken_back_after_a_look_at_what_would_change(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.say("new Mark Soderblom 600 602-555-0142")
    state = tmp_path / "state" / "jobs.json"
    an_hour_ago = state.stat().st_mtime_ns - 3_600 * 10**9
    os.utime(state, ns=(an_hour_ago, an_hour_ago))
    moment = datetime.fromtimestamp(an_hour_ago / 10**9 + 1, UTC).isoformat()
    terminal.say("cancel 1")
    terminal.say("new Lupe Baseline 300")
    before = state.read_bytes()
    looked = terminal.run("restore", "--at", moment)
    assert looked.exit_code == 1
    assert "- #2 Lupe · Baseline · $300" in looked.output
    assert "~ #1 Mark: status cancelled -> pending_confirmation" in looked.output
    assert state.read_bytes() == before
    done = terminal.run("restore", "--at", moment, "--yes")
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "done")
    assert [(job["number"], job["status"]) for job in terminal.jobs] == [(1, "pending_confirmation")]
    number = (terminal.say("new Ana Osborn 5").job or {})["number"]
    assert number == 3


def test_a_damaged_state_is_put_back(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.say("new Mark Soderblom 600")
    state = tmp_path / "state" / "jobs.json"
    moment = datetime.fromtimestamp(state.stat().st_mtime + 1, UTC).isoformat()
    terminal.say("note 1 gate")
    state.write_bytes(state.read_bytes()[:500])
    assert terminal.run("say", "jobs").exit_code == 1
    assert terminal.run("restore", "--at", moment, "--yes").exit_code == 0
    assert terminal.say("show 1").ok


def test_the_jobs_can_be_taken_from_a_copy_of_the_state(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.say("new Mark Soderblom 600")
    shutil.copytree(tmp_path / "state", tmp_path / "copy")
    terminal.say("cancel 1")
    done = terminal.run("restore", "--from", f"file://{tmp_path}/copy", "--yes")
    assert done.output.splitlines()[0] == f"The jobs as they lie in file://{tmp_path}/copy:"
    assert done.output.splitlines()[-1] == "done"
    assert [job["status"] for job in terminal.jobs] == ["pending_confirmation"]
    nowhere = terminal.run("restore", "--from", f"file://{tmp_path}/nowhere", "--yes")
    assert nowhere.exit_code == 1
    assert terminal.run("restore", "--from", "x", "--at", "2026-03-02").exit_code == 2


def test_restore_says_what_is_wrong_with_a_moment(tmp_path: Path) -> None:
    Terminal(tmp_path).say("new Mark Soderblom 600")
    assert Terminal(tmp_path).run("restore", "--at", "yesterday").exit_code == 2
    assert Terminal(tmp_path).run("restore").exit_code == 2
    early = quickdump(tmp_path, "restore", "--at", "2020-01-01")
    assert early.returncode == 1
    assert "the oldest is of" in early.stderr


def test_a_customer_is_forgotten_in_every_file(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    a_done_job(terminal, "new Zacharias Baseline 600 602-555-0142")
    terminal.run("archive")
    asked = terminal.say("forget 602-555-0142")
    assert not asked.ok
    assert asked.commands == ["forget +16025550142 yes"]
    assert terminal.say(asked.commands[0]).ok
    assert "(forgotten)" in terminal.say("show 1").reply
    assert terminal.say("report 2024-05").reply.startswith("May 2024: 1 done, $600\n")
    left = [
        path for path in (tmp_path / "site").rglob("*") if path.is_file() and b"Zach" in path.read_bytes()
    ]
    assert left == []
