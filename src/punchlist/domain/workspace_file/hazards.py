"""What a plan must not do, because changes that are under way would be left without something they need.

Whether they would is a question about data. Each step is asked what it puts at risk; a question that the
database answers with any number but none refuses the whole plan, with a sentence and that number.
"""

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any

import msgspec

from punchlist.domain.workspace_file.entries import (
    SECTIONS,
    Assignability,
    Key,
    Present,
    shown,
    standing_by_key,
)
from punchlist.domain.workspace_file.fields import Mistake
from punchlist.domain.workspace_file.planning import Act, Step
from punchlist.domain.workspace_file.reading import Document


class Question(StrEnum):
    """What is counted. A change is under way until it is completed or canceled."""

    CHANGES = "changes under way"
    UNDECIDED_CHANGES_OF_ROUTING = "changes naming a routing that are not approved yet"
    CHANGES_WITH_TASKS = "changes under way in a category that have implementation tasks"
    CHANGES_WITH_OPEN_TASKS = "changes under way in a category that have open implementation tasks"
    CHANGES_OF_OTHER_EFFECTIVITY = "changes under way in a category whose effectivity is not the given one"
    CHANGES_OF_CATEGORY_WITH_VALUE = "changes under way in a category that have a value for an attribute"
    CHANGES_WITH_VALUE = "changes under way that have a value for an attribute"
    ALL_CHANGES_WITH_VALUE = "changes, whatever their status, that have a value for an attribute"
    CHANGES_WITH_OPTION = "changes under way that have one of some options for an attribute"
    OPEN_TASKS_OF_GROUP = "open implementation tasks assigned to a group"
    OPEN_TASKS_OF_SUPPLIER = "open implementation tasks assigned to a supplier"


class Doubt(msgspec.Struct, frozen=True):
    """A question that must be answered with none, about which step, and what is said if it is not."""

    question: Question
    arguments: tuple[Any, ...]
    step: Step
    field: str
    reason: str

    def refusal(self, document: Document, count: int) -> Mistake:
        """What is said when the answer is a number: at the entry's place, or by its name if it has none."""
        section, reason = self.step.section, f"{self.reason} ({count} at present)"
        entries = map(SECTIONS[section].key, getattr(document.file, section))
        index = next((index for index, key in enumerate(entries) if key == self.step.key), None)
        if index is None:
            return Mistake(None, f'{section} "{shown(self.step.key)}"', reason)
        return document.mistake((section, index, self.field), reason)


def find_doubts(steps: tuple[Step, ...], present: Present) -> list[Doubt]:
    """What has to be asked before a plan may be carried out."""
    attribute_ids = {key: entry.id for key, entry in standing_by_key(present, "attributes").items()}
    found: list[Doubt] = []
    for step in steps:
        if step.standing is not None and step.act in (Act.CHANGE, Act.DISABLE):
            find = _FINDERS.get(step.section)
            found += find(step, step.standing.id, attribute_ids) if find is not None else ()
    return [*found, *_of_administrators(steps)]


AttributeIds = dict[Key, str]


def _of_group(step: Step, group_id: str, _: AttributeIds) -> Iterator[Doubt]:
    changes = Assignability.CHANGES
    if changes not in step.before.assignability:
        return
    if step.act is Act.DISABLE or changes not in step.value.assignability:
        must = "cannot be disabled" if step.act is Act.DISABLE else "must keep CHANGES"
        yield Doubt(
            Question.OPEN_TASKS_OF_GROUP,
            (group_id,),
            step,
            "assignability",
            f"{must}, because open implementation tasks are assigned to this group",
        )


def _of_supplier(step: Step, supplier_id: str, _: AttributeIds) -> Iterator[Doubt]:
    if step.act is Act.DISABLE:
        yield Doubt(
            Question.OPEN_TASKS_OF_SUPPLIER,
            (supplier_id,),
            step,
            "name",
            "cannot be disabled, because open implementation tasks are assigned to this supplier",
        )


def _of_routing(step: Step, routing_id: str, _: AttributeIds) -> Iterator[Doubt]:
    if step.act is Act.DISABLE:
        yield Doubt(
            Question.UNDECIDED_CHANGES_OF_ROUTING,
            (routing_id,),
            step,
            "name",
            "cannot be disabled, because changes that are not approved yet have this routing",
        )


def _of_attribute(step: Step, attribute_id: str, _: AttributeIds) -> Iterator[Doubt]:
    if step.act is Act.DISABLE:
        yield Doubt(
            Question.CHANGES_WITH_VALUE,
            (attribute_id,),
            step,
            "name",
            "cannot be disabled, because changes under way have a value for it",
        )
        return
    if step.before.type != step.value.type:
        yield Doubt(
            Question.ALL_CHANGES_WITH_VALUE,
            (attribute_id,),
            step,
            "type",
            "cannot become another one, because changes have values of the present type",
        )
    dropped = [option for option in step.before.values if option not in step.value.values]
    if dropped:
        yield Doubt(
            Question.CHANGES_WITH_OPTION,
            (attribute_id, dropped),
            step,
            "values",
            f"must keep {_listed(dropped)}, because changes under way have such a value",
        )


def _of_category(step: Step, category_id: str, attribute_ids: AttributeIds) -> Iterator[Doubt]:
    """A disabled category keeps its switches, and the changes in it go on; so that is no hazard."""
    if step.act is Act.DISABLE:
        return
    old, new = step.before, step.value
    if old.implementation_task_management and not new.implementation_task_management:
        yield Doubt(
            Question.CHANGES_WITH_TASKS,
            (category_id,),
            step,
            "implementation_task_management",
            "must stay true, because changes under way have implementation tasks, which nobody would see",
        )
    if old.object_level_override and not new.object_level_override:
        yield Doubt(
            Question.CHANGES_WITH_OPEN_TASKS,
            (category_id,),
            step,
            "object_level_override",
            "must stay true, because changes under way have open implementation tasks that nobody could end",
        )
    if new.enforce_effectivity and (old.effectivity, old.enforce_effectivity) != (new.effectivity, True):
        yield Doubt(
            Question.CHANGES_OF_OTHER_EFFECTIVITY,
            (category_id, new.effectivity),
            step,
            "enforce_effectivity",
            f"cannot enforce {new.effectivity}, because changes under way have another effectivity",
        )
    for name in old.attributes:
        if name not in new.attributes:
            yield Doubt(
                Question.CHANGES_OF_CATEGORY_WITH_VALUE,
                (category_id, attribute_ids[name]),
                step,
                "attributes",
                f'must keep "{name}", because changes under way have a value for it',
            )


_FINDERS: dict[str, Callable[[Step, str, AttributeIds], Iterator[Doubt]]] = {
    "groups": _of_group,
    "suppliers": _of_supplier,
    "routings": _of_routing,
    "attributes": _of_attribute,
    "categories": _of_category,
}


def _of_administrators(steps: tuple[Step, ...]) -> Iterator[Doubt]:
    """Only a change administrator takes a change through most of its life."""
    users = [step for step in steps if step.section == "users"]
    were = [step for step in users if step.before is not None and _administers(step.before, step.standing)]
    if were and not any(step.act is not Act.DISABLE and step.value.change_administrator for step in users):
        yield Doubt(
            Question.CHANGES,
            (),
            were[0],
            "change_administrator",
            "must stay true for one user at least, because changes are under way",
        )


def _administers(value: Any, standing: Any) -> bool:
    return bool(standing.enabled and value.change_administrator)


def _listed(names: list[str]) -> str:
    quoted = [f'"{shown(name)}"' for name in names[:3]]
    return ", ".join(quoted) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
