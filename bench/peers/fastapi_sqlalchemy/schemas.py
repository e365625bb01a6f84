"""What goes over the wire."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    model_validator,
)
from pydantic.alias_generators import to_camel

from .models import Priority, Status

Instant = Annotated[
    datetime,
    PlainSerializer(lambda at: at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), return_type=str),
]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)]
Tag = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=50)]

READ_ONLY = {"id", "createdBy", "createdAt", "updatedAt"}


class TaskOut(BaseModel):
    model_config = ConfigDict(
        from_attributes=True, alias_generator=to_camel, validate_by_name=True, serialize_by_alias=True
    )

    id: str
    title: str
    description: str | None
    status: Status
    priority: Priority
    created_by: str | None
    assignee_id: str | None
    due_date: Instant | None
    warning_offset: float | None
    tags: list[str]
    created_at: Instant
    updated_at: Instant


class TaskPatch(BaseModel):
    """Every field may be absent; which ones were sent is read with `exclude_unset`."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid")

    title: Title = ""
    description: Annotated[str, Field(max_length=65_535)] | None = None
    status: Status = Status.TODO
    priority: Priority = Priority.MEDIUM
    assignee_id: str | None = None
    due_date: AwareDatetime | None = None
    warning_offset: Annotated[float, Field(ge=0, le=8760)] | None = None
    tags: Annotated[list[Tag], Field(max_length=10)] | None = None

    @model_validator(mode="before")
    @classmethod
    def drop_read_only(cls, body: object) -> object:
        """A task that was read can be sent back."""
        if isinstance(body, dict):
            return {key: value for key, value in body.items() if key not in READ_ONLY}
        return body
