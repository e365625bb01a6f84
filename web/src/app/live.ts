import { type QueryKey, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { changesKey } from '../changes/queries';
import { peopleKey } from '../people/queries';
import { tasksKey } from '../tasks/queries';
import { workKey } from '../work/queries';

/** What is out of date once something of a kind has happened. */
const TOUCHED: Record<string, readonly QueryKey[]> = {
  task: [tasksKey, workKey],
  comment: [tasksKey],
  user: [peopleKey],
  change: [changesKey, workKey],
  implementation_task: [changesKey, workKey],
};

const VERBS = ['created', 'updated', 'deleted', 'transitioned'];
const GATHER = 150; // milliseconds in which what happens at once is answered with one reading
const BETWEEN = 1000; // milliseconds between two readings at least, however much is going on
const AGAIN_AFTER = 30_000; // milliseconds, after a refusal: EventSource itself gives up then

/**
 * Reads anew what others have changed, as soon as the server tells of it. Only while the page is looked at:
 * browsers open few connections to a server, and every tab would hold one. Whoever comes back reads everything
 * that is shown anew, and has missed nothing.
 */
export function useLiveUpdates(): void {
  const client = useQueryClient();
  useEffect(() => {
    let stream: EventSource | undefined;
    let gathering: ReturnType<typeof setTimeout> | undefined;
    let again: ReturnType<typeof setTimeout> | undefined;
    let readAt = 0;
    const touched = new Set<QueryKey>();

    function heard(kind: string) {
      for (const key of TOUCHED[kind] ?? []) touched.add(key);
      gathering ??= setTimeout(
        () => {
          gathering = undefined;
          readAt = Date.now();
          for (const queryKey of touched) void client.invalidateQueries({ queryKey });
          touched.clear();
        },
        Math.max(GATHER, readAt + BETWEEN - Date.now()),
      );
    }

    function open() {
      close();
      if (document.hidden) return;
      const types = Object.keys(TOUCHED).flatMap((kind) =>
        kind === 'comment' ? ['comment.created'] : [`${kind}.*`],
      );
      stream = new EventSource(`/v1/events/stream?types=${types.join(',')}`);
      for (const kind of Object.keys(TOUCHED)) {
        for (const verb of VERBS) stream.addEventListener(`${kind}.${verb}`, () => heard(kind));
      }
      stream.onerror = () => {
        if (stream?.readyState === EventSource.CLOSED) again = setTimeout(open, AGAIN_AFTER);
      };
    }

    function close() {
      stream?.close();
      clearTimeout(again);
    }

    function look() {
      open();
      if (!document.hidden) for (const kind of Object.keys(TOUCHED)) heard(kind);
    }

    open();
    document.addEventListener('visibilitychange', look);
    return () => {
      close();
      clearTimeout(gathering);
      document.removeEventListener('visibilitychange', look);
    };
  }, [client]);
}
