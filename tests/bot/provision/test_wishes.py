"""Wishes: what can't be is said before AWS is asked, all of it together."""

import pytest

from bot.provision.wishes import Wishes, WishesError

CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"


def test_what_is_not_wished_for_keeps_its_value() -> None:
    assert Wishes().parameters("secret") == {"BotDomainName": "", "OriginSecret": "secret", "StateTable": ""}


@pytest.mark.parametrize(
    ("state", "table"),
    [
        ("dynamodb://jobs", "jobs"),
        ("dynamodb://jobs/", "jobs"),
        ("s3://jobs/state", ""),
        ("file://./var/state", ""),
    ],
)
def test_the_bot_gets_rights_on_the_table_that_the_state_lies_in_and_loses_them_with_it(
    state: str, table: str
) -> None:
    assert Wishes(state=state).parameters("secret")["StateTable"] == table


def test_wishes_become_the_templates_parameters() -> None:
    wishes = Wishes(
        domain="track.example.com",
        certificate=CERTIFICATE,
        budget_email="me@example.com",
        budget_usd=20,
        webhook_url="https://bot.example.com",
    )
    assert wishes.parameters("secret") == {
        "DomainName": "track.example.com",
        "CertificateArn": CERTIFICATE,
        "BudgetEmail": "me@example.com",
        "BudgetUsd": "20",
        "BotDomainName": "bot.example.com",
        "OriginSecret": "secret",
        "StateTable": "",
    }


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        (Wishes(stack="Quick dump"), "--stack"),
        (Wishes(domain="track.example.com"), "go together"),
        (Wishes(certificate=CERTIFICATE), "go together"),
        (Wishes(domain="https://track.example.com", certificate=CERTIFICATE), "is no domain"),
        (Wishes(domain="localhost", certificate=CERTIFICATE), "is no domain"),
        (
            Wishes(domain="t.example.com", certificate=CERTIFICATE.replace("us-east-1", "us-west-2")),
            "it is in us-west-2",
        ),
        (Wishes(domain="t.example.com", certificate="my certificate"), "write its ARN"),
        (Wishes(budget_email="me"), "--budget-email"),
        (Wishes(webhook_url="http://bot.example.com"), "it needs https"),
        (Wishes(webhook_url="https://bot.example.com:8443"), "no port"),
        (Wishes(webhook_url="https://127.0.0.1"), "a name"),
        (
            Wishes(domain="t.example.com", certificate=CERTIFICATE, webhook_url="https://t.example.com"),
            "one of their own",
        ),
    ],
)
def test_a_wish_that_cannot_be_is_named_with_what_to_do(wishes: Wishes, said: str) -> None:
    with pytest.raises(WishesError, match=said):
        wishes.parameters("secret")


def test_all_faults_are_said_together() -> None:
    with pytest.raises(WishesError) as caught:
        Wishes(stack="?", budget_email="me", domain="x").parameters("secret")
    assert len(str(caught.value).splitlines()) == 5
