import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, must } from '../../api/client';
import type { Pagination } from '../../api/types';
import { tasksKey } from '../queries';

const PAGE = 50;

/** Where the next page of a list begins; undefined after the last. */
export function nextOffset({ pagination }: { pagination: Pagination }): number | undefined {
  return pagination.hasMore ? pagination.offset + pagination.limit : undefined;
}

export function useComments(taskId: string) {
  return useInfiniteQuery({
    queryKey: [...tasksKey, 'comments', taskId],
    initialPageParam: 0,
    getNextPageParam: nextOffset,
    queryFn: ({ pageParam: offset, signal }) => {
      const params = { path: { taskId }, query: { limit: PAGE, offset } };
      return must(api.GET('/v1/tasks/{taskId}/comments', { params, signal }));
    },
  });
}

/** What happened to a task, newest first. */
export function useHistory(taskId: string) {
  return useInfiniteQuery({
    queryKey: [...tasksKey, 'history', taskId],
    initialPageParam: 0,
    getNextPageParam: nextOffset,
    queryFn: ({ pageParam: offset, signal }) => {
      const params = { path: { taskId }, query: { limit: PAGE, offset } };
      return must(api.GET('/v1/tasks/{taskId}/history', { params, signal }));
    },
  });
}

export function useCommentChanges(taskId: string) {
  const client = useQueryClient();
  const onSuccess = () => client.invalidateQueries({ queryKey: tasksKey });
  const add = useMutation({
    mutationFn: (body: string) =>
      must(
        api.POST('/v1/tasks/{taskId}/comments', {
          params: { path: { taskId }, header: { 'Idempotency-Key': crypto.randomUUID() } },
          body: { body },
        }),
      ),
    onSuccess,
  });
  const edit = useMutation({
    mutationFn: ({ commentId, body }: { commentId: string; body: string }) =>
      must(
        api.PATCH('/v1/tasks/{taskId}/comments/{commentId}', {
          params: { path: { taskId, commentId } },
          body: { body },
        }),
      ),
    onSuccess,
  });
  const remove = useMutation({
    mutationFn: (commentId: string) =>
      must(
        api.DELETE('/v1/tasks/{taskId}/comments/{commentId}', { params: { path: { taskId, commentId } } }),
      ),
    onSuccess,
  });
  return { add, edit, remove };
}
