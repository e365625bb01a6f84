"""Who is asking: the bearer key looked up by its hash, and its user."""

import hashlib
from typing import Annotated

from fastapi import Depends, HTTPException, status
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import select

from .database import Session
from .models import (
    ApiKey,
    ImplementationTask,
    Role,
    Task,
    User,
    category_administrators,
    group_members,
    now,
)

bearer = HTTPBearer(auto_error=False)


async def current_key(
    session: Session,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> ApiKey:
    if credentials is None:
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, "missing_authentication")
    secret_hash = hashlib.sha256(credentials.credentials.encode()).digest()
    key = await session.scalar(select(ApiKey).where(ApiKey.secret_hash == secret_hash))
    if key is None or key.revoked_at is not None or not key.user.enabled:
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, "invalid_authentication")
    if key.expires_at is not None and key.expires_at <= now():
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, "expired_token")
    return key


CurrentKey = Annotated[ApiKey, Depends(current_key)]


def require_scope(key: ApiKey, scope: str) -> None:
    if key.scopes and scope not in key.scopes:
        raise HTTPException(status.HTTP_403_FORBIDDEN, "insufficient_scope")


def require_access(user: User, task: Task) -> None:
    """Members see and change what they created or are assigned; others, everything."""
    if user.role in (Role.ADMIN, Role.MANAGER):
        return
    if user.id not in (task.created_by, task.assignee_id):
        raise HTTPException(status.HTTP_403_FORBIDDEN, "permission_denied")


def require_assignable(user: User, assignee_id: str | None) -> None:
    if user.role is Role.MEMBER and assignee_id not in (None, user.id):
        raise HTTPException(status.HTTP_403_FORBIDDEN, "permission_denied")


async def require_edit(session: Session, user: User, task: ImplementationTask) -> None:
    """Administrators, the change's creator and the task's assignee may; what is at hand is asked first."""
    change = task.change
    if user.change_administrator:
        return
    if user.id in (change.creator_id, task.assignee_user_id, *change.administrator_ids):
        return
    if task.assignee_group_id is not None and await session.scalar(
        select(group_members.c.user_id).where(
            group_members.c.group_id == task.assignee_group_id, group_members.c.user_id == user.id
        )
    ):
        return
    if await session.scalar(
        select(category_administrators.c.user_id).where(
            category_administrators.c.category_id == change.category_id,
            category_administrators.c.user_id == user.id,
        )
    ):
        return
    raise HTTPException(status.HTTP_403_FORBIDDEN, "3085")
