"""How far the searches go: the same examples on every run, few enough to wait for.

`HYPOTHESIS_PROFILE=thorough` looks twenty times as far, and elsewhere each time.
"""

import os

from hypothesis import HealthCheck, settings

THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
EFFORT = 20 if THOROUGH else 1

# No deadline: how long an example takes says nothing on a machine that others use too.
settings.register_profile(
    "punchlist",
    derandomize=not THOROUGH,
    database=None,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def examples(count: int, *, steps: int = 50) -> settings:
    """So many examples, of so many steps where an example has steps."""
    return settings(max_examples=count * EFFORT, stateful_step_count=steps)
