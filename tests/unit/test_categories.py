"""Values of additional attributes: what each type takes, and as what it keeps it."""

from typing import Any

import pytest

from punchlist.domain import limits
from punchlist.domain.categories import FieldType, check_value
from tests.unit.change_builders import ATTRIBUTES, a_category

TAKEN = {
    FieldType.FIXED_DROP_DOWN: [("High", "High"), ("Low", "Low")],
    FieldType.SINGLE_LINE_TEXT: [("", ""), (" Lot 7 ", " Lot 7 "), ("é" * limits.TITLE_MAX,) * 2],
    FieldType.MULTI_LINE_TEXT: [("a\nb", "a\nb"), ("é" * limits.ATTRIBUTE_TEXT_MAX,) * 2],
    FieldType.NUMBER: [
        (12, 12), (-1.5, -1.5), (0, 0), ("12", 12), (" -1.5 ", -1.5), ("1e3", 1000.0), (2**63, 2**63),
    ],
    FieldType.DATE: [
        ("2022-03-07T08:00:00Z", "2022-03-07T08:00:00Z"),
        ("2022-03-07T08:00:00.75Z", "2022-03-07T08:00:00Z"),
        ("2022-03-07T08:00:00+02:00", "2022-03-07T06:00:00Z"),
        ("0999-03-07T08:00:00Z", "0999-03-07T08:00:00Z"),
    ],
}  # fmt: skip
REFUSED: dict[FieldType, list[tuple[Any, str]]] = {
    FieldType.FIXED_DROP_DOWN: [
        ("high", "not_an_option"), ("", "not_an_option"), (1, "not_an_option"), ([], "not_an_option"),
        (["High"], "not_an_option"), ({"value": "High"}, "not_an_option"), (True, "not_an_option"),
    ],
    FieldType.SINGLE_LINE_TEXT: [
        (1, "wrong_value"), (True, "wrong_value"), ([], "wrong_value"), ({}, "wrong_value"),
        ("a\0b", "wrong_value"), ("é" * (limits.TITLE_MAX + 1), "value_too_long"),
    ],
    FieldType.MULTI_LINE_TEXT: [
        (1, "wrong_value"), ("a\0b", "wrong_value"),
        ("é" * (limits.ATTRIBUTE_TEXT_MAX + 1), "value_too_long"),
    ],
    FieldType.NUMBER: [("", "wrong_value"), ("twelve", "wrong_value"), (True, "wrong_value")],
    FieldType.DATE: [("", "not_a_date"), ("tomorrow", "not_a_date"), (True, "not_a_date")],
}  # fmt: skip
NO_NUMBERS = [
    "1 2", "true", "null", '"12"', "[1]", "NaN", "1e999", "0x10", "1_0", "[" * 100_000, [], {},
]  # fmt: skip
NO_INSTANTS = [
    "2022-03-07", "2022-13-07T08:00:00Z", "2022-03-07T08:00:00", "0001-01-01T00:00:00+14:00", 1646640000, [],
]  # fmt: skip
REFUSED[FieldType.NUMBER] += [(value, "wrong_value") for value in NO_NUMBERS]
REFUSED[FieldType.DATE] += [(value, "not_a_date") for value in NO_INSTANTS]


def flat(table):
    return [
        pytest.param(field_type, value, expected, id=f"{field_type}-{str(value)[:20]}-{type(value).__name__}")
        for field_type, pairs in table.items()
        for value, expected in pairs
    ]


@pytest.mark.parametrize(("field_type", "value", "kept"), flat(TAKEN))
def test_a_value_of_its_type_is_taken_and_kept_in_one_form(field_type, value, kept):
    found, problem = check_value(ATTRIBUTES[field_type], value)
    assert problem is None
    assert (found, type(found)) == (kept, type(kept))
    assert check_value(ATTRIBUTES[field_type], found) == (kept, None)


@pytest.mark.parametrize(("field_type", "value", "reason"), flat(REFUSED))
def test_any_other_value_is_refused_with_the_attributes_name(field_type, value, reason):
    found, problem = check_value(ATTRIBUTES[field_type], value)
    assert found is None
    assert problem is not None
    assert (problem.field, problem.reason) == (ATTRIBUTES[field_type].name, reason)
    assert problem.facts["attribute"] == ATTRIBUTES[field_type].name


@pytest.mark.parametrize("field_type", FieldType)
def test_null_clears_whatever_the_type(field_type):
    assert check_value(ATTRIBUTES[field_type], None) == (None, None)


def test_a_category_goes_by_the_last_of_its_path_and_one_is_that_of_no_category():
    assert a_category().name == "ECO"
    assert not a_category().is_uncategorized
    assert a_category(path=("-uncategorized-",)).is_uncategorized
    assert not a_category(path=("-uncategorized-", "ECO")).is_uncategorized
