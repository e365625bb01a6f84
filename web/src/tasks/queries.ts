import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { answered, api, must } from '../api/client';
import type { operations } from '../api/schema';
import type { BatchOperation, BatchResult, NewTask, Pagination, Status, Task, TaskWish } from '../api/types';
import type { Filters } from '../app/addresses';

/** Entries of a page of a list: the most that the server gives at once. */
export const PAGE = 100;
/** Letters that a search needs; with fewer the server has nothing to look for. */
export const SEARCH_MIN = 3;
const BATCH_MAX = 100;

const OPEN: Status[] = ['TODO', 'IN_PROGRESS', 'REVIEW'];

type TaskQuery = NonNullable<operations['listTasks']['parameters']['query']>;

export interface TaskPage {
  data: Task[];
  pagination: Pagination;
}

export interface VersionedTask {
  task: Task;
  /** The version, for saying that a change is meant for what was read. */
  etag: string;
}

export const tasksKey = ['tasks'] as const;

export function tasksPageQuery(filters: Filters, sort: string, offset: number, limit = PAGE) {
  const asked = asQuery(filters);
  return queryOptions({
    queryKey: [...tasksKey, 'page', asked, sort, offset, limit],
    queryFn: async ({ signal }): Promise<TaskPage> => {
      const query = { ...asked, sort: sort.split(',') as NonNullable<TaskQuery['sort']>, offset, limit };
      // Whole tasks, since no `fields` are asked for.
      return (await must(api.GET('/v1/tasks', { params: { query }, signal }))) as TaskPage;
    },
  });
}

export function taskQuery(taskId: string) {
  return queryOptions({
    queryKey: [...tasksKey, 'one', taskId],
    queryFn: async ({ signal }): Promise<VersionedTask> =>
      versioned(await answered(api.GET('/v1/tasks/{taskId}', { params: { path: { taskId } }, signal }))),
  });
}

/** Where a task may go, for whoever asks. */
export function transitionsQuery(task: Pick<Task, 'id' | 'status'>) {
  const taskId = task.id;
  return queryOptions({
    queryKey: [...tasksKey, 'transitions', taskId, task.status],
    queryFn: async ({ signal }): Promise<readonly Status[]> => {
      const call = api.GET('/v1/tasks/{taskId}/transitions', { params: { path: { taskId } }, signal });
      return (await must(call)).allowedTransitions;
    },
  });
}

export interface TaskChange {
  taskId: string;
  wish: TaskWish;
  /** The version that the change is meant for; without one it is meant for any. */
  etag?: string;
}

export function useChangeTask() {
  const client = useQueryClient();
  return useMutation({
    mutationKey: ['change task'],
    mutationFn: async ({ taskId, wish, etag }: TaskChange): Promise<VersionedTask> => {
      const header = etag ? { 'If-Match': etag } : {};
      const params = { path: { taskId }, header };
      return versioned(await answered(api.PATCH('/v1/tasks/{taskId}', { params, body: wish })));
    },
    onSuccess: (changed) => client.setQueryData(taskQuery(changed.task.id).queryKey, changed),
    onSettled: () => client.invalidateQueries({ queryKey: tasksKey }),
  });
}

export function useCreateTask() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (task: NewTask) =>
      must(
        api.POST('/v1/tasks', {
          body: task,
          params: { header: { 'Idempotency-Key': crypto.randomUUID() } },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: tasksKey }),
  });
}

export function useDeleteTask() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (taskId: string) => must(api.DELETE('/v1/tasks/{taskId}', { params: { path: { taskId } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: tasksKey }),
  });
}

/** Does many operations, each by itself, and tells of each how it went. */
export function useBatch() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (wanted: BatchOperation[]): Promise<BatchResult[]> => {
      const results: BatchResult[] = [];
      for (let from = 0; from < wanted.length; from += BATCH_MAX) {
        const body = { operations: wanted.slice(from, from + BATCH_MAX), atomic: false };
        results.push(...(await must(api.POST('/v1/tasks/batch', { body }))).results);
      }
      return results;
    },
    onSettled: () => client.invalidateQueries({ queryKey: tasksKey }),
  });
}

function versioned({ data, headers }: { data: unknown; headers: Headers }): VersionedTask {
  return { task: data as Task, etag: headers.get('etag') ?? '' };
}

/** An address's filters as the API takes them. */
function asQuery(filters: Filters): TaskQuery {
  const { search, due, ...lists } = filters;
  const query: Record<string, unknown> = due ? dueFilter(due, filters.status === undefined) : {};
  for (const [name, value] of Object.entries(lists)) if (value) query[name] = value.split(',');
  if (search && search.length >= SEARCH_MIN) query.search = search;
  return query as TaskQuery;
}

const MINUTE = 60_000;

/** What `due` means now; to five minutes, so that the same list is not another one in every moment. */
function dueFilter(due: string, anyStatus: boolean): TaskQuery {
  const now = Math.floor(Date.now() / (5 * MINUTE)) * 5 * MINUTE;
  const instant = (milliseconds: number) => new Date(milliseconds).toISOString();
  const open = anyStatus ? { status: OPEN } : {};
  if (due === 'overdue') return { ...open, 'dueDate[lt]': instant(now) };
  if (due === 'none') return { 'dueDate[exists]': false };
  return { ...open, 'dueDate[gt]': instant(now), 'dueDate[lt]': instant(now + 7 * 24 * 60 * MINUTE) };
}
