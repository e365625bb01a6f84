"""The plans, as they are promised."""

import pytest

from punchlist.domain.plans import ALLOWANCES, Allowance, Plan


@pytest.mark.parametrize(
    ("plan", "per_minute", "per_day"),
    [("free", 60, 10_000), ("standard", 120, 50_000), ("professional", 300, 150_000)],
)
def test_a_limited_plan_allows_so_many_requests(plan, per_minute, per_day):
    assert ALLOWANCES[Plan(plan)] == Allowance(per_minute, per_day)


def test_the_unlimited_plan_has_no_allowance_and_no_plan_is_without_an_entry():
    assert ALLOWANCES[Plan.UNLIMITED] is None
    assert set(ALLOWANCES) == set(Plan)
