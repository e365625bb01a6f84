import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Task } from '../api/types';
import type { Filters } from '../app/addresses';
import { PAGE, tasksPageQuery } from './queries';

/** A list as long as the server says it is, of which those pages are there that somebody looks at. */
export interface TaskRows {
  /** How many there are; undefined until the server has said so. */
  total: number | undefined;
  /** The task at a place; undefined while its page is on the way. */
  at: (place: number) => Task | undefined;
  loaded: readonly Task[];
  /** Says which places are looked at. */
  look: (first: number, last: number) => void;
  /** Whether what is shown is what was asked for before. */
  stale: boolean;
  error: unknown;
  retry: () => void;
}

export function useTaskRows(filters: Filters, sort: string): TaskRows {
  const [seen, setSeen] = useState<readonly [number, number]>([0, 0]);
  const first = useQuery({ ...tasksPageQuery(filters, sort, 0), placeholderData: keepPreviousData });
  const total = first.data?.pagination.total;
  const lastPage = Math.max(0, Math.ceil((total ?? 0) / PAGE) - 1);
  const wanted = between(Math.min(seen[0], lastPage), Math.min(seen[1], lastPage)).filter((page) => page > 0);
  const others = useQueries({ queries: wanted.map((page) => tasksPageQuery(filters, sort, page * PAGE)) });

  const pages = new Map<number, Task[]>([[0, first.data?.data ?? []]]);
  for (const [place, page] of wanted.entries()) pages.set(page, others[place]?.data?.data ?? []);

  return {
    total,
    at: (place) => pages.get(Math.floor(place / PAGE))?.[place % PAGE],
    loaded: [...pages.values()].flat(),
    look: (from, to) => {
      const pair = [Math.floor(from / PAGE), Math.floor(to / PAGE)] as const;
      if (pair[0] !== seen[0] || pair[1] !== seen[1]) setSeen(pair);
    },
    stale: first.isPlaceholderData,
    error: first.data ? null : first.error,
    retry: () => void first.refetch(),
  };
}

function between(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, step) => first + step);
}
