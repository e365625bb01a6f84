import { Button, Group } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '../api/problem';
import type { Task, TaskWish } from '../api/types';
import { dismiss, tell, useComplain } from '../parts/toasts';
import { useFieldWords } from './fields';
import { taskQuery, transitionsQuery, useChangeTask, type VersionedTask } from './queries';

const ROUNDS = 5; // times that a change is tried again because others changed other fields meanwhile
const UNDO_FOR = 10_000; // milliseconds

/** A change that somebody else's stands against: field by field to be decided. */
export interface Conflict {
  wish: TaskWish;
  current: VersionedTask;
  fields: readonly string[];
}

/** A task as it was when somebody began to change it; without a version, whatever has become of it. */
export interface Before {
  task: Task;
  etag?: string;
}

/**
 * Saves changes. What others changed at the same time is merged with, as long as it is about other fields; where
 * it is about the same, nothing is overwritten and the conflict is there to be decided.
 */
export function useSaving() {
  const { t } = useTranslation();
  const words = useFieldWords();
  const change = useChangeTask();
  const client = useQueryClient();
  const complain = useComplain();
  const [conflict, setConflict] = useState<Conflict | null>(null);

  async function send(before: Before, wish: TaskWish): Promise<VersionedTask | null> {
    let etag = before.etag;
    for (let round = 0; round < ROUNDS; round++) {
      try {
        return await change.mutateAsync({ taskId: before.task.id, wish, ...(etag ? { etag } : {}) });
      } catch (error) {
        const stale = staleness(error);
        if (!stale) throw error;
        if (stale.fields.length > 0) {
          setConflict({ ...stale, wish });
          return null;
        }
        etag = stale.current.etag;
      }
    }
    throw new Problem(409, 'resource_conflict', t('drawer.conflictTitle'));
  }

  /** Saves a wish; tells whether it is saved, so that what was typed is not thrown away before. */
  async function save(before: Before, wish: TaskWish): Promise<boolean> {
    try {
      const changed = await send(before, wish);
      if (!changed) return false;
      setConflict(null);
      await offerUndo(before.task, wish, changed);
      return true;
    } catch (error) {
      complain(error);
      return false;
    }
  }

  async function offerUndo(before: Task, wish: TaskWish, changed: VersionedTask) {
    const fields = (Object.keys(wish) as (keyof TaskWish)[]).filter(
      (field) =>
        JSON.stringify(before[field as keyof Task]) !== JSON.stringify(changed.task[field as keyof Task]),
    );
    if (fields.length === 0) return;
    const back = Object.fromEntries(fields.map((field) => [field, before[field as keyof Task]])) as TaskWish;
    const possible = back.status === undefined || (await mayReturn(changed.task, back.status));
    const said = t('drawer.saved', { fields: fields.map((field) => words.name(field)).join(', ') });
    const id: string = tell(
      <Group justify="space-between" wrap="nowrap">
        {said}
        {possible && (
          <Button
            size="compact-sm"
            variant="subtle"
            onClick={() => {
              dismiss(id);
              void undo(changed, back);
            }}
          >
            {t('drawer.undo')}
          </Button>
        )}
      </Group>,
      UNDO_FOR,
    );
  }

  async function undo(changed: VersionedTask, back: TaskWish) {
    try {
      if (await send(changed, back)) tell(t('drawer.undone'));
    } catch (error) {
      complain(error);
    }
  }

  /** The lifecycle has no way back from most places; the server knows from which it has. */
  async function mayReturn(task: Task, status: Task['status']): Promise<boolean> {
    return (await client.fetchQuery(transitionsQuery(task))).includes(status);
  }

  return {
    save,
    busy: change.isPending,
    /** What has been sent and not been answered yet. */
    pending: change.isPending ? change.variables.wish : {},
    conflict,
    /** Lets the others' values stand. */
    yieldToOthers: () => {
      if (conflict) client.setQueryData(taskQuery(conflict.current.task.id).queryKey, conflict.current);
      setConflict(null);
    },
  };
}

/** What the server says to a change that was meant for another version; null for any other failure. */
function staleness(error: unknown): Omit<Conflict, 'wish'> | null {
  if (!(error instanceof Problem) || error.code !== 'precondition_failed') return null;
  const { current, conflicts } = error.details as { current: Task; conflicts: string[] };
  return { current: { task: current, etag: error.headers.get('etag') ?? '' }, fields: conflicts };
}
