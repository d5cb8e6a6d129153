"""Between the real boto3 and a raw HTTP server: each answer means one thing, and no write is sent twice."""

from collections.abc import Iterator

import pytest

from core.adapters.dynamodb.clients import DynamoClients
from core.adapters.dynamodb.items import NEW, Delete, Key, Put, Where, Write
from core.adapters.dynamodb.table import Table
from core.ports import Conflict, NotFound, OutcomeUnknown, StoreError, Unreachable, Unusable
from tests.servers.aws import aws_at
from tests.servers.lossy_dynamo import Cut, LossyDynamo, Refused, Said, lossy_dynamo

HEAD, ROW = Key("state", "head"), Key("rows#1", "jobs#1")
WRITES: list[Write] = [
    Put({"pk": "state", "sk": "head", "revision": 2}, Where("revision = :r", {":r": 1})),
    Delete(ROW),
]


@pytest.fixture(scope="module")
def serving() -> Iterator[tuple[LossyDynamo, Table]]:
    """Serve once for all tests: making clients takes longer than any of them."""
    with lossy_dynamo() as server:
        clients = clients_at(server.url)
        yield server, Table("quick", clients=clients)
        clients.reads.close()
        clients.writes.close()


@pytest.fixture
def server(serving: tuple[LossyDynamo, Table]) -> LossyDynamo:
    """The server as at its beginning."""
    server, _ = serving
    for told in (server.asked, server.bodies, server.answers):
        told.clear()
    return server


@pytest.fixture
def table(serving: tuple[LossyDynamo, Table]) -> Table:
    return serving[1]


def clients_at(url: str) -> DynamoClients:
    clients = DynamoClients()
    with aws_at(url):
        assert clients.reads.meta.endpoint_url == url
    return clients


def cancelled(*reasons: str) -> Refused:
    return Refused(400, "TransactionCanceledException", reasons)


@pytest.mark.parametrize(
    ("answer", "meaning", "words"),
    [
        (cancelled("ConditionalCheckFailed", "None"), Conflict, "somebody else was first"),
        (cancelled("TransactionConflict", "None"), Conflict, "somebody else was first"),
        (cancelled("None", "TransactionConflict"), Conflict, "somebody else was first"),
        (cancelled("None", "ConditionalCheckFailed"), Unusable, "not Quickdump"),
        (cancelled("None", "ThrottlingError"), Unreachable, "fewer requests"),
        (cancelled("ProvisionedThroughputExceeded", "None"), Unreachable, "fewer requests"),
        (cancelled("None", "ItemCollectionSizeLimitExceeded"), Unreachable, "ItemCollectionSize"),
        (cancelled(), Unreachable, "nothing was written"),
        (Refused(400, "TransactionInProgressException"), OutcomeUnknown, "may have been written"),
        (Refused(400, "ProvisionedThroughputExceededException"), Unreachable, "fewer requests"),
        (Refused(400, "ThrottlingException"), Unreachable, "fewer requests"),
        (Refused(400, "RequestLimitExceeded"), Unreachable, "fewer requests"),
        (Refused(503, "ThrottlingException"), Unreachable, "fewer requests"),
        (Refused(400, "AccessDeniedException"), Unreachable, "dynamodb:GetItem"),
        (Refused(400, "UnrecognizedClientException"), Unreachable, "AWS_ACCESS_KEY_ID"),
        (Refused(400, "ResourceNotFoundException"), Unreachable, "Check the credentials and the table"),
        (Refused(400, "ValidationException"), Unreachable, "ValidationException"),
        (Refused(400, "UnknownOperationException"), Unusable, "knows no transactions"),
        (Refused(500, "InternalServerError"), OutcomeUnknown, "may have been written"),
        (Refused(503, "ServiceUnavailable"), OutcomeUnknown, "may have been written"),
        (None, OutcomeUnknown, "may have been written"),
    ],
)
def test_each_answer_to_a_transaction_means_one_thing_and_it_is_sent_once(
    server: LossyDynamo, table: Table, answer: Refused | None, meaning: type[StoreError], words: str
) -> None:
    server.answers.append(answer)

    with pytest.raises(StoreError, match=words) as caught:
        table.transact(WRITES, "token", "write revision 2")

    assert caught.type is meaning
    assert "write revision 2 of dynamodb://quick" in str(caught.value)
    assert server.asked == ["TransactWriteItems"]
    assert server.bodies[0]["ClientRequestToken"] == "token"


def test_a_single_write_whose_condition_fails_is_a_conflict_and_one_without_an_answer_is_not_known(
    server: LossyDynamo, table: Table
) -> None:
    server.answers += [Refused(400, "ConditionalCheckFailedException"), None, None, None]
    item = {"pk": "objects", "sk": "a"}

    with pytest.raises(Conflict):
        table.put(item, NEW)
    for write in (
        lambda: table.put(item),
        lambda: table.delete(ROW),
        lambda: table.remove_attribute(HEAD, "journal", Where("journal = :j", {":j": "x"})),
    ):
        with pytest.raises(OutcomeUnknown):
            write()

    assert server.asked == ["PutItem", "PutItem", "DeleteItem", "UpdateItem"]


def test_rows_that_dynamodb_keeps_putting_off_are_not_asked_for_without_end(
    server: LossyDynamo, table: Table
) -> None:
    keys = [{"pk": {"S": HEAD.pk}, "sk": {"S": HEAD.sk}}, {"pk": {"S": ROW.pk}, "sk": {"S": ROW.sk}}]
    row = {"pk": {"S": ROW.pk}, "sk": {"S": ROW.sk}}

    def left(*rest: object, found: tuple[object, ...] = ()) -> Said:
        return Said({"Responses": {"quick": list(found)}, "UnprocessedKeys": {"quick": {"Keys": list(rest)}}})

    whole = Said({"Responses": {"quick": [row]}, "UnprocessedKeys": {}})
    server.answers += [left(*keys), left(keys[1], found=(row,)), left(keys[1]), whole]
    assert len(table.get_all([HEAD, ROW])) == 2, "each time a little"

    server.answers += [left(*keys)] * 9
    with pytest.raises(Unreachable, match="fewer requests"):
        table.get_all([HEAD, ROW])
    assert len(server.asked) == 4 + 3
    server.answers.clear()


@pytest.mark.parametrize("cut", [Cut(), Cut(headers=False)])
def test_an_answer_of_which_nothing_came_is_not_an_empty_one(
    server: LossyDynamo, table: Table, cut: Cut
) -> None:
    for read in (
        lambda: table.get(HEAD),
        lambda: table.get_all([HEAD, ROW]),
        lambda: list(table.query("rows#1")),
        lambda: list(table.query_index("open_by_date", "open_on = :on", {":on": "2026-03-02"})),
    ):
        server.answers += [cut, cut]
        with pytest.raises(Unreachable, match="Try again"):
            read()
        server.answers.clear()

    server.answers.append(cut)
    with pytest.raises(OutcomeUnknown, match="may have been written"):
        table.transact(WRITES, "token", "write revision 2")


def test_a_read_is_tried_again_once_and_is_strong(server: LossyDynamo, table: Table) -> None:
    server.answers.append(Refused(500, "InternalServerError"))
    assert table.get(HEAD) is None
    assert server.asked == ["GetItem", "GetItem"]
    assert all(body["ConsistentRead"] for body in server.bodies)

    server.answers += [Refused(400, "ResourceNotFoundException")]
    with pytest.raises(NotFound, match="no such table"):
        table.get(HEAD)
    server.answers += [Refused(400, "AccessDeniedException")]
    with pytest.raises(Unreachable, match="list rows#1"):
        list(table.query("rows#1"))


def test_what_did_not_fit_into_one_answer_is_asked_for_again(server: LossyDynamo, table: Table) -> None:
    one, two = ({"pk": {"S": "p"}, "sk": {"S": sk}} for sk in ("1", "2"))
    server.answers += [
        Said({"Responses": {"quick": [one]}, "UnprocessedKeys": {"quick": {"Keys": [two]}}}),
        Said({"Responses": {"quick": [two]}, "UnprocessedKeys": {}}),
    ]

    found = table.get_all([Key("p", "1"), Key("p", "2")])

    assert found == [{"pk": "p", "sk": "1"}, {"pk": "p", "sk": "2"}]
    assert server.bodies[1]["RequestItems"]["quick"]["Keys"] == [two]


def test_a_server_that_is_not_there_is_unreachable() -> None:
    with lossy_dynamo() as gone:
        url = gone.url
    nowhere = Table("quick", clients=clients_at(url))
    with pytest.raises(Unreachable, match=r"dynamodb://quick.*Check the network"):
        nowhere.get(HEAD)
    with pytest.raises(Unreachable, match=r"dynamodb://quick.*Check the network"):
        nowhere.transact(WRITES, "token", "write")
