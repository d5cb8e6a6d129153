"""The whole conversation at the terminal: `quickdump say`, on stores in folders."""

from pathlib import Path

import pytest

from tests.journey.terminal import Said, Terminal

NEW = "new Mark Soderblom 600 602-555-0142"
CUSTOMER = "602-555-0142"


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


def done(said: Said) -> Said:
    assert (said.ok, said.exit_code) == (True, 0), said.reply
    return said


def refused(said: Said) -> Said:
    assert (said.ok, said.exit_code) == (False, 1), said.reply
    return said


def test_a_new_job_stands_in_the_file_in_the_shape_that_is_fixed(terminal: Terminal) -> None:
    said = done(terminal.say(NEW))
    (job,) = terminal.jobs
    fixed = {
        "job_id": "mark_soderblom_20261124",
        "number": 1,
        "customer_name": "Mark",
        "location": "Soderblom",
        "amount_paid": 600,
        "status": "pending_confirmation",
        "status_flow": ["pending_confirmation", "ready_for_pickup", "in_transit", "dumped", "complete"],
        "created_at": "2026-11-24T17:00:00Z",
        "phone": "+16025550142",
        "note": None,
        "when": None,
    }
    assert {name: job[name] for name in fixed} == fixed
    assert len(job["tracking_token"]) == 22
    assert job["tracking_token"].isalnum()
    assert terminal.document["schema"] == 1
    assert {"revision", "write_id", "people", "messages", "opt_outs"} <= set(terminal.document)
    assert said.reply.split("\n") == [
        "#1 Mark · Soderblom · $600",
        "Phone: (602) 555-0142",
        "Mark will be texted in 10 s.",
        f"https://track.example.com/track/{job['tracking_token']}",
    ]
    assert said.job is not None
    assert said.job["job_id"] == "mark_soderblom_20261124"
    assert said.commands == ["ready 1", "assign 1 ?", "edit 1", "undo 1"]
    (message,) = said.messages
    assert (message["kind"], message["to"], message["status"]) == ("created", "+16025550142", "pending")
    assert message["body"].endswith(f"https://track.example.com/track/{job['tracking_token']}")


def test_the_conversation_from_new_to_complete(terminal: Terminal) -> None:
    done(terminal.say(NEW))
    done(terminal.say("invite driver Joe 602-555-0199", now="2026-11-24T10:00:30"))
    confirmed = done(terminal.say("OK", by=CUSTOMER, now="2026-11-24T10:01:00"))
    assert confirmed.reply.startswith("Mesa Hauling: you're on the schedule, Mark.")
    for minute, (line, status) in enumerate(
        [("next", "in_transit"), ("dumped", "dumped"), ("done", "complete")], 2
    ):
        said = done(terminal.say(line, by="Joe", now=f"2026-11-24T10:{minute:02}:00"))
        assert [message["kind"] for message in said.messages] == [status]
        assert terminal.jobs[0]["status"] == status
    done(terminal.say("jobs done", now="2026-11-24T10:06:00"))
    texts = [m for m in terminal.document["messages"] if m["channel"] == "sms"]
    assert [(m["kind"], m["status"]) for m in texts] == [
        ("created", "sent"),
        ("ready_for_pickup", "sent"),
        ("in_transit", "sent"),
        ("dumped", "sent"),
        ("complete", "sent"),
    ]
    assert terminal.jobs[0]["driver"] == "joe"


def test_undo_and_an_illegal_step(terminal: Terminal) -> None:
    done(terminal.say(NEW))
    done(terminal.say("ready 1"))
    undone = done(terminal.say("undo 1"))
    assert "stopped in time" in undone.reply
    assert terminal.jobs[0]["status"] == "pending_confirmation"
    before = terminal.document
    said = refused(terminal.say("complete 1"))
    assert "It can't be complete yet: #1 is waiting for the customer's OK" in said.reply
    assert "Next can come: ready for pickup ('ready 1')" in said.reply
    assert said.commands == ["ready 1", "cancel 1"]
    assert terminal.document["jobs"] == before["jobs"]


def test_every_verb_of_the_first_version_answers(terminal: Terminal) -> None:
    done(terminal.say(NEW))
    done(terminal.say("invite driver Joe"))
    token = terminal.jobs[0]["tracking_token"]
    assert "1 open" in done(terminal.say("jobs")).reply
    assert "Driver: nobody yet" in done(terminal.say("show 1")).reply
    assert "1 found" in done(terminal.say("find sode")).reply
    assert "$600 -> $650" in done(terminal.say("edit 1 price 650")).reply
    assert "#1 is Joe's now." in done(terminal.say("assign 1 joe")).reply
    assert "#1 has no driver now" in done(terminal.say("unassign 1")).reply
    assert "note added" in done(terminal.say("note 1 gate code 4411")).reply
    assert "#1 ETA" in done(terminal.say("eta 25 1")).reply
    assert token in done(terminal.say("link 1")).reply
    assert "link revoked" in done(terminal.say("revoke 1")).reply
    assert "Joe" in done(terminal.say("people")).reply
    assert "650" in done(terminal.say("history 1")).reply
    assert "#1 is cancelled: no access" in done(terminal.say("cancel 1 no access")).reply
    done(terminal.say("undo 1"))
    assert "removed" in done(terminal.say("remove joe")).reply
    assert "new Mark Soderblom" in done(terminal.say("?")).reply
    job = terminal.jobs[0]
    assert (job["amount_paid"], job["note"], job["driver"]) == (650, "gate code 4411", None)


def test_a_question_has_whole_lines_to_choose_from(terminal: Terminal) -> None:
    done(terminal.say(NEW))
    done(terminal.say("new Mark Twain 80"))
    question = refused(terminal.say("cancel mark he called"))
    assert question.commands == ["cancel 1 he called", "cancel 2 he called"]
    done(terminal.say(question.commands[1]))
    assert [job["status"] for job in terminal.jobs] == ["pending_confirmation", "cancelled"]


def test_what_is_missing_is_asked_for(terminal: Terminal) -> None:
    said = refused(terminal.say("new Mark Soderblom"))
    assert "the price is missing" in said.reply
    assert terminal.jobs == []


@pytest.mark.parametrize(
    ("line", "by"),
    [(NEW, "driver"), ("cancel 1", "driver"), ("people", "dispatcher"), ("invite driver Joe", "dispatcher")],
)
def test_a_role_may_do_what_it_may(terminal: Terminal, line: str, by: str) -> None:
    assert "That needs a" in refused(terminal.say(line, by=by)).reply


def test_staff_by_number_speak_as_by_text(terminal: Terminal) -> None:
    done(terminal.say(NEW))
    done(terminal.say("invite dispatcher Dora 602-555-0188"))
    assert "can't be done by SMS" in refused(terminal.say("cancel 1", by="+1 602 555 0188")).reply
    done(terminal.say("ready 1", by="6025550188"))


@pytest.mark.parametrize(
    "line",
    [
        "new <script>alert(1)</script> Oak 600",
        'new "Bob" O\'Neil 600',
        "new 🚛 Truck 600",
        "new محمد علي 600",
        "new Zoë\u202egnp.exe 600",
        "x" * 5000,
        "\x00\x07",
        "new \x1b[31mRed\x1b[0m Oak 600",
        "-- --",
        "new " + "9" * 400,
    ],
)
def test_no_line_is_a_fault(terminal: Terminal, line: str) -> None:
    said = terminal.say(f" {line}")
    assert said.exit_code in {0, 1}
    assert said.reply
    for job in terminal.jobs:
        done(terminal.say(f"show {job['number']}"))


def test_two_same_lines_are_two_jobs_with_ids_of_their_own(terminal: Terminal) -> None:
    done(terminal.say(NEW))
    done(terminal.say(NEW))
    assert [job["job_id"] for job in terminal.jobs] == [
        "mark_soderblom_20261124",
        "mark_soderblom_20261124_2",
    ]
