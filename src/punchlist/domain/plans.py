"""How many requests a user may make: the plans, and what a count means under one."""

from enum import StrEnum

import msgspec


class Plan(StrEnum):
    FREE = "free"
    STANDARD = "standard"
    PROFESSIONAL = "professional"
    UNLIMITED = "unlimited"


class Allowance(msgspec.Struct, frozen=True):
    """Requests in a clock minute and in a UTC day."""

    per_minute: int
    per_day: int


ALLOWANCES: dict[Plan, Allowance | None] = {
    Plan.FREE: Allowance(60, 10_000),
    Plan.STANDARD: Allowance(120, 50_000),
    Plan.PROFESSIONAL: Allowance(300, 150_000),
    Plan.UNLIMITED: None,
}
