import { useInfiniteQuery } from '@tanstack/react-query';
import type { Status } from '../api/types';
import type { Filters } from '../app/addresses';
import { queryClient } from '../app/queries';
import { nextOffset } from '../tasks/drawer/comments';
import { tasksKey, tasksPageQuery } from '../tasks/queries';

const PAGE = 50; // cards that a column shows at first, and more at a time

/** A column's tasks, the last changed first. */
export function useColumn(status: Status, filters: Filters) {
  const wanted: Filters = { ...filters, status };
  return useInfiniteQuery({
    queryKey: [...tasksKey, 'column', wanted],
    initialPageParam: 0,
    getNextPageParam: nextOffset,
    queryFn: ({ pageParam }) =>
      queryClient.fetchQuery({ ...tasksPageQuery(wanted, '-updatedAt', pageParam, PAGE), staleTime: 0 }),
  });
}
