import { queryOptions, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, must } from '../api/client';
import type { AskedStatus, ChangeStage, CompactChangePage, ImplementationTaskStatus } from '../api/types';
import type { ChangesAddress } from '../app/addresses';

const PAGE = 50;

export const changesKey = ['changes'] as const;

/** The changes, a page after the other. This dialect says no total: a full page means that there may be more. */
export function useChanges({ title, stage }: ChangesAddress) {
  return useInfiniteQuery({
    queryKey: [...changesKey, 'list', title, stage],
    initialPageParam: 0,
    getNextPageParam: (page: CompactChangePage, pages: CompactChangePage[]) =>
      page.count === PAGE ? pages.length * PAGE : undefined,
    queryFn: ({ pageParam: offset, signal }) => {
      const query = {
        limit: PAGE,
        offset,
        ...(title ? { title: `*${title}*` } : {}),
        ...(stage ? { 'lifecycleStatus.type': stage as ChangeStage } : {}),
      };
      return must(api.GET('/v1/changes', { params: { query }, signal }));
    },
  });
}

export function changeQuery(changeId: string) {
  return queryOptions({
    queryKey: [...changesKey, 'one', changeId],
    queryFn: ({ signal }) =>
      must(api.GET('/v1/changes/{changeId}', { params: { path: { changeId } }, signal })),
  });
}

/** The moves that stand before whoever asks, and why some of them are not possible. */
export function movesQuery(changeId: string) {
  return queryOptions({
    queryKey: [...changesKey, 'moves', changeId],
    queryFn: ({ signal }) =>
      must(api.GET('/v1/changes/{changeId}/statuschanges', { params: { path: { changeId } }, signal })),
  });
}

export function implementationTasksQuery(changeId: string) {
  return queryOptions({
    queryKey: [...changesKey, 'tasks', changeId],
    queryFn: async ({ signal }) => {
      const params = { path: { changeId }, query: { limit: 400 } };
      const call = api.GET('/v1/changes/{changeId}/implementationtasks', { params, signal });
      return (await must(call)).results;
    },
  });
}

export function changeHistoryQuery(changeId: string) {
  return queryOptions({
    queryKey: [...changesKey, 'history', changeId],
    queryFn: async ({ signal }) => {
      const params = { path: { changeId }, query: { limit: 100 } };
      return (await must(api.GET('/v1/changes/{changeId}/history', { params, signal }))).results;
    },
  });
}

export function useMoveChange(changeId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ status, comment }: { status: AskedStatus; comment: string }) => {
      const body = { change: { guid: changeId }, status, ...(comment ? { comment } : {}) };
      return must(api.POST('/v1/changes/statuschanges', { body }));
    },
    onSettled: () => client.invalidateQueries({ queryKey: changesKey }),
  });
}

export interface ImplementationTaskMove {
  changeId: string;
  taskId: string;
  status: ImplementationTaskStatus;
}

export function useMoveImplementationTask() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ changeId, taskId, status }: ImplementationTaskMove) =>
      must(
        api.PUT('/v1/changes/{changeId}/implementationtasks/{taskId}', {
          params: { path: { changeId, taskId } },
          body: { status },
        }),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: changesKey }),
  });
}

export function useAddImplementationTask(changeId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) =>
      must(
        api.POST('/v1/changes/{changeId}/implementationtasks', {
          params: { path: { changeId }, header: { 'Idempotency-Key': crypto.randomUUID() } },
          body: { name },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: changesKey }),
  });
}
