"""What all tests share: how hypothesis works here."""

import hypothesis

# The machine that runs the tests is shared: how long an example takes says nothing about the product.
hypothesis.settings.register_profile(
    "quickdump",
    deadline=None,
    max_examples=60,
    stateful_step_count=25,
    suppress_health_check=[hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.data_too_large],
)
hypothesis.settings.load_profile("quickdump")
