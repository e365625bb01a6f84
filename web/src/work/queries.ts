import { useInfiniteQuery } from '@tanstack/react-query';
import { api, must } from '../api/client';
import { nextOffset } from '../tasks/drawer/comments';

const PAGE = 100;

export const workKey = ['work'] as const;

/** What the signed-in one has to do, of both kinds, the most urgent first. */
export function useWork() {
  return useInfiniteQuery({
    queryKey: workKey,
    initialPageParam: 0,
    getNextPageParam: nextOffset,
    queryFn: ({ pageParam: offset, signal }) =>
      must(api.GET('/v1/work', { params: { query: { limit: PAGE, offset } }, signal })),
  });
}
