"""What goes over the wire."""

from datetime import UTC, datetime
from typing import Annotated, Any

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

from .models import ImplementationTask, ImplementationTaskStatus, Priority, Status

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


class Named(BaseModel):
    guid: str
    name: str


class Person(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, serialize_by_alias=True)

    guid: str
    email: str
    full_name: str


class ImplementationTaskOut(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, serialize_by_alias=True)

    guid: str
    name: str
    assignee: dict[str, Person | Named]
    due_date: Instant | None
    status: ImplementationTaskStatus
    warning_hours: float | None

    @classmethod
    def of(cls, task: ImplementationTask) -> "ImplementationTaskOut":
        assignee: dict[str, Person | Named] = {}
        if (user := task.assignee_user) is not None:
            assignee["user"] = Person(guid=user.id, email=user.email, full_name=user.name)
        elif (group := task.assignee_group) is not None:
            assignee["userGroup"] = Named(guid=group.id, name=group.name)
        elif (supplier := task.assignee_supplier) is not None:
            assignee["supplier"] = Named(guid=supplier.id, name=supplier.name)
        return cls(
            guid=task.id,
            name=task.name,
            assignee=assignee,
            due_date=task.due_date,
            status=task.status,
            warning_hours=task.warning_hours,
        )


class Reference(BaseModel):
    """What stands beside the guid is passed over."""

    guid: Annotated[str, StringConstraints(pattern="^[0-9A-Z]{20}$")]


class Assignee(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="forbid")

    user: Reference | None = None
    user_group: Reference | None = None
    supplier: Reference | None = None

    @model_validator(mode="after")
    def one_at_most(self) -> "Assignee":
        if len([who for who in (self.user, self.user_group, self.supplier) if who is not None]) > 1:
            raise ValueError("exactly one of user, userGroup and supplier")
        return self

    def columns(self) -> dict[str, str | None]:
        return {
            "assignee_user_id": self.user and self.user.guid,
            "assignee_group_id": self.user_group and self.user_group.guid,
            "assignee_supplier_id": self.supplier and self.supplier.guid,
        }


class ImplementationTaskPut(BaseModel):
    """Every field may be absent, and then stays as it is."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid")

    guid: str | None = None
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)] | None = None
    assignee: Assignee | None = None
    due_date: AwareDatetime | None = None
    status: ImplementationTaskStatus | None = None
    warning_hours: Annotated[float, Field(ge=0, le=8760)] | None = None

    def columns(self, *, set_null: bool) -> dict[str, Any]:
        """What is wished of the task's columns; null is heeded only where asked for, and clears."""
        clearable = {"assignee", "due_date", "warning_hours"} if set_null else set()
        wish = {
            name: value
            for name in self.model_fields_set - {"guid"}
            if (value := getattr(self, name)) is not None or name in clearable
        }
        if "assignee" in wish:
            wish |= (wish.pop("assignee") or Assignee()).columns()
        return wish
