"""Assignees as three columns, of which at most one has a value, so that each can be a foreign key."""

from punchlist.domain.categories import Assignee, AssigneeKind


def assignee_of(user_id: str | None, group_id: str | None, supplier_id: str | None) -> Assignee | None:
    """The assignee that three columns hold, of which one at most has a value."""
    if user_id is not None:
        return Assignee(AssigneeKind.USER, user_id)
    if group_id is not None:
        return Assignee(AssigneeKind.GROUP, group_id)
    return None if supplier_id is None else Assignee(AssigneeKind.SUPPLIER, supplier_id)


def assignee_columns(assignee: Assignee | None) -> tuple[str | None, str | None, str | None]:
    """The three columns of an assignee: user, group, supplier."""
    kinds = (AssigneeKind.USER, AssigneeKind.GROUP, AssigneeKind.SUPPLIER)
    user, group, supplier = (assignee.id if assignee and assignee.kind is kind else None for kind in kinds)
    return user, group, supplier
