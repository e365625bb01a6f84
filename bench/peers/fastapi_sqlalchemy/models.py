"""The tables, in a schema of their own beside Punchlist's."""

import enum
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Enum,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    false,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, WriteOnlyMapped, mapped_column, relationship


class Role(enum.StrEnum):
    ADMIN = "admin"
    MANAGER = "manager"
    MEMBER = "member"


class Status(enum.StrEnum):
    TODO = "TODO"
    IN_PROGRESS = "IN_PROGRESS"
    REVIEW = "REVIEW"
    DONE = "DONE"
    CANCELED = "CANCELED"


class Priority(enum.StrEnum):
    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    URGENT = "URGENT"


class ChangeStatus(enum.StrEnum):
    OPEN_AND_UNLOCKED = "OPEN_AND_UNLOCKED"
    OPEN_AND_LOCKED = "OPEN_AND_LOCKED"
    SUBMITTED_FOR_ROUTING = "SUBMITTED_FOR_ROUTING"
    SUBMITTED_FOR_APPROVAL = "SUBMITTED_FOR_APPROVAL"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    CANCELED = "CANCELED"
    EFFECTIVE = "EFFECTIVE"
    EXPIRED = "EXPIRED"
    COMPLETED = "COMPLETED"


class ImplementationTaskStatus(enum.StrEnum):
    NOT_STARTED = "NOT_STARTED"
    IN_PROGRESS = "IN_PROGRESS"
    BEHIND = "BEHIND"
    DONE = "DONE"
    CANCELED = "CANCELED"
    NOT_APPLICABLE = "NOT_APPLICABLE"


def now() -> datetime:
    return datetime.now(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(schema="peer")
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: DateTime(timezone=True),
        Role: Enum(Role, native_enum=False, length=20),
        Status: Enum(Status, native_enum=False, length=20),
        Priority: Enum(Priority, native_enum=False, length=20),
        ChangeStatus: Enum(ChangeStatus, native_enum=False, length=30),
        ImplementationTaskStatus: Enum(ImplementationTaskStatus, native_enum=False, length=20),
    }


class User(Base):
    __tablename__ = "users"

    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    role: Mapped[Role]
    change_administrator: Mapped[bool] = mapped_column(server_default=false())
    enabled: Mapped[bool] = mapped_column(server_default=true())
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)

    api_keys: WriteOnlyMapped["ApiKey"] = relationship(back_populates="user")


class ApiKey(Base):
    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("peer.users.id", ondelete="CASCADE"))
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    scopes: Mapped[list[str] | None] = mapped_column(ARRAY(String))
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(back_populates="api_keys", lazy="joined", innerjoin=True)


class Task(Base):
    __tablename__ = "tasks"

    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
    title: Mapped[str] = mapped_column(String(255))
    description: Mapped[str | None] = mapped_column(Text)
    status: Mapped[Status]
    priority: Mapped[Priority]
    created_by: Mapped[str | None] = mapped_column(ForeignKey("peer.users.id", ondelete="SET NULL"))
    assignee_id: Mapped[str | None] = mapped_column(ForeignKey("peer.users.id", ondelete="SET NULL"))
    due_date: Mapped[datetime | None]
    warning_offset: Mapped[float | None]
    tags: Mapped[list[str]] = mapped_column(ARRAY(String(50)))
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    creator: Mapped[User | None] = relationship(foreign_keys=[created_by])
    assignee: Mapped[User | None] = relationship(foreign_keys=[assignee_id])
    history: WriteOnlyMapped["TaskChange"] = relationship(back_populates="task")

    # SQLAlchemy's own answer to lost updates: UPDATE … WHERE version = the one that was read.
    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}
    __table_args__ = (
        Index("tasks_by_creation", "created_at", "id"),
        Index("tasks_by_assignee", "assignee_id", "created_at"),
        Index("tasks_by_creator", "created_by", "created_at"),
    )


class TaskChange(Base):
    __tablename__ = "task_changes"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    task_id: Mapped[str] = mapped_column(ForeignKey("peer.tasks.id", ondelete="CASCADE"))
    actor_id: Mapped[str | None] = mapped_column(ForeignKey("peer.users.id", ondelete="SET NULL"))
    verb: Mapped[str] = mapped_column(String(50))
    before: Mapped[dict[str, Any]] = mapped_column(JSONB)
    after: Mapped[dict[str, Any]] = mapped_column(JSONB)
    at: Mapped[datetime] = mapped_column(default=now)

    task: Mapped[Task] = relationship(back_populates="history")

    __table_args__ = (Index("task_changes_by_task", "task_id", "id"),)


group_members = Table(
    "user_group_members",
    Base.metadata,
    Column("group_id", ForeignKey("peer.user_groups.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", ForeignKey("peer.users.id", ondelete="CASCADE"), primary_key=True),
)

category_administrators = Table(
    "category_administrators",
    Base.metadata,
    Column("category_id", ForeignKey("peer.categories.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", ForeignKey("peer.users.id", ondelete="CASCADE"), primary_key=True),
)


class UserGroup(Base):
    __tablename__ = "user_groups"

    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    assignability: Mapped[list[str]] = mapped_column(ARRAY(String(20)))
    enabled: Mapped[bool] = mapped_column(server_default=true())

    members: WriteOnlyMapped[User] = relationship(secondary=group_members)


class Supplier(Base):
    __tablename__ = "suppliers"

    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    enabled: Mapped[bool] = mapped_column(server_default=true())


class Category(Base):
    __tablename__ = "categories"

    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    implementation_task_management: Mapped[bool]
    object_level_override: Mapped[bool]

    administrators: WriteOnlyMapped[User] = relationship(secondary=category_administrators)


class Change(Base):
    __tablename__ = "changes"

    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
    number: Mapped[str] = mapped_column(String(30), unique=True)
    title: Mapped[str | None] = mapped_column(String(255))
    category_id: Mapped[str] = mapped_column(ForeignKey("peer.categories.id"))
    status: Mapped[ChangeStatus]
    creator_id: Mapped[str | None] = mapped_column(ForeignKey("peer.users.id", ondelete="SET NULL"))
    submitter_id: Mapped[str | None] = mapped_column(ForeignKey("peer.users.id", ondelete="SET NULL"))
    administrator_ids: Mapped[list[str]] = mapped_column(ARRAY(String(20)))
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    category: Mapped[Category] = relationship(lazy="joined", innerjoin=True)
    tasks: WriteOnlyMapped["ImplementationTask"] = relationship(back_populates="change")

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}
    __table_args__ = (
        Index("changes_by_creation", "created_at", "id"),
        Index("changes_by_category", "category_id", "created_at"),
    )


class ImplementationTask(Base):
    __tablename__ = "implementation_tasks"

    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    change_id: Mapped[str] = mapped_column(ForeignKey("peer.changes.id", ondelete="CASCADE"))
    version: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(100))
    status: Mapped[ImplementationTaskStatus]
    assignee_user_id: Mapped[str | None] = mapped_column(ForeignKey("peer.users.id", ondelete="SET NULL"))
    assignee_group_id: Mapped[str | None] = mapped_column(ForeignKey("peer.user_groups.id"))
    assignee_supplier_id: Mapped[str | None] = mapped_column(ForeignKey("peer.suppliers.id"))
    due_date: Mapped[datetime | None]
    warning_hours: Mapped[float | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    change: Mapped[Change] = relationship(back_populates="tasks", lazy="joined", innerjoin=True)
    assignee_user: Mapped[User | None] = relationship(lazy="joined")
    assignee_group: Mapped[UserGroup | None] = relationship(lazy="joined")
    assignee_supplier: Mapped[Supplier | None] = relationship(lazy="joined")
    history: WriteOnlyMapped["ImplementationTaskChange"] = relationship(back_populates="task")

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}
    __table_args__ = (
        Index("implementation_tasks_by_change", "change_id", "created_at", "id"),
        Index(
            "implementation_tasks_by_user",
            "assignee_user_id",
            postgresql_where=assignee_user_id.column.is_not(None),
        ),
        Index(
            "implementation_tasks_by_group",
            "assignee_group_id",
            postgresql_where=assignee_group_id.column.is_not(None),
        ),
    )


class ImplementationTaskChange(Base):
    __tablename__ = "implementation_task_changes"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    task_id: Mapped[str] = mapped_column(ForeignKey("peer.implementation_tasks.id", ondelete="CASCADE"))
    actor_id: Mapped[str | None] = mapped_column(ForeignKey("peer.users.id", ondelete="SET NULL"))
    verb: Mapped[str] = mapped_column(String(50))
    before: Mapped[dict[str, Any]] = mapped_column(JSONB)
    after: Mapped[dict[str, Any]] = mapped_column(JSONB)
    at: Mapped[datetime] = mapped_column(default=now)

    task: Mapped[ImplementationTask] = relationship(back_populates="history")

    __table_args__ = (Index("implementation_task_changes_by_task", "task_id", "id"),)
