"""The doctor: each part by name, with what to do."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot import doctor
from bot.bootstrap import build
from bot.doctor import examine, of_the_edge, overlap
from bot.finding import Finding
from bot.settings import Settings
from core.adapters.cloudfront import CloudFrontEdge
from core.ports import StateStore, StoreError, Unreachable
from tests.builders import NOON
from tests.cf.template import properties
from tests.fakes.cloudfront import FakeCloudFront
from tests.fakes.fixtures import cloudfront_api, cloudfront_server

__all__ = ["cloudfront_api", "cloudfront_server"]
from tests.core.codec.builders import a_state

Window = tuple[datetime, datetime] | None


def a_trial(folder: Path, **changes: str) -> Settings:
    places = {name: f"file://{folder}/{name}" for name in ("state", "site", "staging")}
    return Settings.model_validate({**places, **changes})


def found(settings: Settings) -> dict[str, Finding]:
    return {finding.part: finding for finding in examine(settings)}


class Recovering:
    """A store that keeps earlier moments, as a table does, or can't say which."""

    def __init__(self, inner: StateStore, kept: Window | StoreError) -> None:
        self.load, self.save, self.create, self.probe = inner.load, inner.save, inner.create, inner.probe
        self._kept = kept

    def beside(self, at: datetime) -> tuple[StateStore, str]:
        raise AssertionError(f"the doctor looks, and makes no table of {at}")

    def window(self) -> Window:
        if isinstance(self._kept, StoreError):
            raise self._kept
        return self._kept


def test_a_trial_is_fine_and_says_what_is_not_configured(tmp_path: Path) -> None:
    findings = found(a_trial(tmp_path))
    assert {part for part, finding in findings.items() if finding.broken} == set()
    unset = {part for part, finding in findings.items() if finding.verdict == "not configured"}
    assert unset == {"telegram", "twilio", "cloudfront", "public url", "time zone"}


def test_the_state_is_counted(tmp_path: Path) -> None:
    settings = a_trial(tmp_path)
    build(settings).ensure_state()
    assert "0 jobs (0 open)" in found(settings)["state"].words


def test_what_can_be_gone_back_to_is_counted(tmp_path: Path) -> None:
    settings = a_trial(tmp_path)
    assert found(settings)["restore"].words == "nothing to go back to yet"
    build(settings).ensure_state()
    assert found(settings)["restore"].words.startswith("1 states to go back to, at least to 20")
    nowhere = found(a_trial(tmp_path, state="memory://"))["restore"]
    assert (nowhere.verdict, nowhere.words[:35]) == ("not configured", "this store keeps no earlier version")


@pytest.mark.parametrize(
    ("kept", "verdict", "words"),
    [
        ((NOON, NOON + timedelta(days=1)), "fine", f"to any second from {NOON:%Y-%m-%d}"),
        (None, "not configured", "point-in-time recovery is off"),
        (Unreachable("no right to ask"), "broken", "no right to ask"),
    ],
)
def test_what_a_table_can_go_back_to_is_told(
    tmp_path: Path, kept: Window | StoreError, verdict: str, words: str
) -> None:
    system = build(a_trial(tmp_path))
    finding = doctor._restore(replace(system, store=Recovering(system.store, kept)))
    assert (finding.verdict, finding.words[: len(words)]) == (verdict, words)


def test_a_damaged_state_is_broken_and_named(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "jobs.json").write_text('{"schema": 1,')
    finding = found(a_trial(tmp_path))["state"]
    assert finding.broken
    assert "jobs.json" in finding.words


def test_a_state_that_was_moved_is_broken_and_says_where_it_lives(tmp_path: Path) -> None:
    system = build(a_trial(tmp_path))
    system.ensure_state()
    base = system.store.load()
    system.store.save(replace(base.state.next_write("m"), moved_to="s3://new"), base)
    finding = found(a_trial(tmp_path))["state"]
    assert finding.broken
    assert "s3://new" in finding.words


def test_a_state_that_is_slow_to_change_is_fine_and_says_so(tmp_path: Path) -> None:
    system = build(a_trial(tmp_path))
    system.store.create(a_state(extra={"ballast": "x" * 1_000_000}))
    finding = found(a_trial(tmp_path))["state"]
    assert (finding.verdict, "make changes slow" in finding.words) == ("fine", True)


def test_stores_that_overlap_are_refused(tmp_path: Path) -> None:
    settings = a_trial(tmp_path, site=f"file://{tmp_path}/state/site")
    assert found(settings)["staging"].broken


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("file://./var/state", "file://./var/site", False),
        ("file://./var", "file://./var/site", True),
        ("file://./var/state", "file://./var/state/", True),
        ("file://./var/state", "file://./var/state2", False),
        ("s3://bucket", "s3://bucket/site", True),
        ("s3://bucket/a", "s3://bucket/b", False),
        ("s3://one", "s3://other", False),
        ("s3://var", "file://var", False),
    ],
)
def test_an_overlap_is_seen(first: str, second: str, *, expected: bool) -> None:
    assert overlap(first, second) is expected
    assert overlap(second, first) is expected


def test_half_a_configuration_is_broken(tmp_path: Path) -> None:
    findings = found(a_trial(tmp_path, cloudfront_function="qdn"))
    assert findings["cloudfront"].broken


def test_customers_must_not_get_links_to_this_machine(tmp_path: Path) -> None:
    sid = "AC" + "0" * 32
    settings = a_trial(tmp_path, twilio_account_sid=sid, twilio_auth_token="t", twilio_from="+16025550100")
    findings = found(settings)
    assert findings["public url"].broken
    assert findings["twilio"].words.startswith("WEBHOOK_URL is not set")


def test_an_edge_that_runs_the_function_is_fine(cloudfront_api: FakeCloudFront) -> None:
    edge = an_edge(cloudfront_api)
    assert of_the_edge(edge, "E1").broken
    edge.publish(edge.update("function handler(event) { return event.request; }", edge.draft()))
    assert of_the_edge(edge, "E1") == Finding("cloudfront", "fine", "E1")


def test_an_edge_that_waits_for_its_first_deploy_says_so(cloudfront_api: FakeCloudFront) -> None:
    edge = an_edge(cloudfront_api)
    edge.publish(edge.update(properties("EdgeFunction")["FunctionCode"], edge.draft()))
    assert "quickdump deploy" in of_the_edge(edge, "E1").words


def test_an_edge_that_no_distribution_runs_or_that_is_not_there_is_broken(
    cloudfront_api: FakeCloudFront,
) -> None:
    edge = an_edge(cloudfront_api)
    edge.publish(edge.update("function handler(event) { return event.request; }", edge.draft()))
    cloudfront_api.function.associated = False
    assert "quickdump provision" in of_the_edge(edge, "E1").words
    cloudfront_api.function.name = "another"
    assert "CLOUDFRONT_FUNCTION" in of_the_edge(edge, "E1").words


def an_edge(fake: FakeCloudFront) -> CloudFrontEdge:
    return CloudFrontEdge(
        fake.client, distribution_id=fake.distribution_id, function="quickdump-track-rewrite"
    )
