"""Outputs become settings, and what the owner has is never taken from him."""

from bot.provision.outputs import State, settings_from

OUTPUTS = {
    "Region": "us-west-2",
    "State": "s3://b-state/state",
    "Site": "s3://b-site",
    "Staging": "s3://b-staging",
    "PublicUrl": "https://d1.cloudfront.net",
    "DistributionId": "E1",
    "FunctionName": "quickdump-track-rewrite",
    "KeyValueStoreArn": "arn:aws:cloudfront::1:key-value-store/x",
}
NO_JOBS = State(address="file://./var/state", jobs=0, untouched=True)


def test_a_fresh_file_gets_all_of_it() -> None:
    taken = settings_from(OUTPUTS, {}, NO_JOBS)
    assert taken.values == {
        "AWS_REGION": "us-west-2",
        "STATE": "s3://b-state/state",
        "SITE": "s3://b-site",
        "STAGING": "s3://b-staging",
        "PUBLIC_URL": "https://d1.cloudfront.net",
        "CLOUDFRONT_DISTRIBUTION_ID": "E1",
        "CLOUDFRONT_FUNCTION": "quickdump-track-rewrite",
        "CLOUDFRONT_KVS_ARN": "arn:aws:cloudfront::1:key-value-store/x",
    }
    assert taken.notes == ()


def test_jobs_stay_where_they_are_and_the_way_to_move_them_is_said() -> None:
    taken = settings_from(OUTPUTS, {}, State(address="file://./var/state", jobs=12, untouched=False))
    assert "STATE" not in taken.values
    assert "quickdump migrate file://./var/state s3://b-state/state" in taken.notes[0]


def test_people_alone_are_reason_enough_to_stay() -> None:
    taken = settings_from(OUTPUTS, {}, State(address="file://./var/state", jobs=0, untouched=False))
    assert "STATE" not in taken.values


def test_jobs_that_are_in_the_stack_already_are_no_reason_for_words() -> None:
    taken = settings_from(OUTPUTS, {}, State(address="s3://b-state/state", jobs=12, untouched=False))
    assert taken.values["STATE"] == "s3://b-state/state"
    assert taken.notes == ()


def test_an_address_that_customers_have_stays() -> None:
    taken = settings_from(OUTPUTS, {"PUBLIC_URL": "https://acme.example/"}, NO_JOBS)
    assert "PUBLIC_URL" not in taken.values
    assert "stays https://acme.example" in taken.notes[0]


def test_a_cloudfront_name_gives_way_to_the_owners_own() -> None:
    outputs = {**OUTPUTS, "PublicUrl": "https://track.example.com"}
    taken = settings_from(outputs, {"PUBLIC_URL": "https://d1.cloudfront.net"}, NO_JOBS)
    assert taken.values["PUBLIC_URL"] == "https://track.example.com"


def test_a_region_that_boto3_reads_itself_is_left_alone() -> None:
    assert "AWS_REGION" not in settings_from(OUTPUTS, {"AWS_DEFAULT_REGION": "us-west-2"}, NO_JOBS).values


def test_a_store_that_was_chosen_on_purpose_stays_though_it_is_empty() -> None:
    chosen = State(address="dynamodb://fleet", jobs=0, untouched=True)
    taken = settings_from(OUTPUTS, {"STATE": "dynamodb://fleet"}, chosen)
    assert "STATE" not in taken.values
    assert taken.notes == ("STATE stays dynamodb://fleet; the stack's is s3://b-state/state.",)
