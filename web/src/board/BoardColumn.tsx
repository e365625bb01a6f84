import { dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter';
import { Button, Skeleton, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Status, Task } from '../api/types';
import type { Filters } from '../app/addresses';
import { StatusMark } from '../parts/marks';
import { Trouble } from '../parts/Trouble';
import { transitionsQuery } from '../tasks/queries';
import { BoardCard } from './BoardCard';
import classes from './board.module.css';
import { useColumn } from './column';
import type { BoardMoves, Dragged } from './moves';

interface BoardColumnProps {
  status: Status;
  filters: Filters;
  moves: BoardMoves;
}

export function BoardColumn({ status, filters, moves }: BoardColumnProps) {
  const { t } = useTranslation();
  const { data, error, refetch, isPending, hasNextPage, fetchNextPage, isFetchingNextPage } = useColumn(
    status,
    filters,
  );
  const { place, over } = useDropPlace(status);
  const count = data?.pages[0]?.pagination.total;
  const tasks = cards(data?.pages.flatMap((page) => page.data) ?? [], status, moves);
  const name = t(`status.${status}`);
  const label = count === undefined ? name : t('board.column', { status: name, count });

  return (
    <section
      ref={place}
      className={classes.column}
      aria-label={label}
      data-over={over}
      data-drop={dropState(status, moves.dragged)}
    >
      <h2 className={classes.columnHead}>
        <StatusMark status={status} />
        <span className={classes.count}>{count}</span>
      </h2>
      {moves.dragged && <DropNotice status={status} dragged={moves.dragged} />}
      {error ? (
        <Trouble error={error} onRetry={() => void refetch()} />
      ) : (
        <ul className={classes.cards}>
          {isPending && <Skeleton component="li" height={72} aria-label={t('tasks.loadingRow')} />}
          {tasks.map((task) => (
            <BoardCard key={task.id} task={task} onMove={moves.move} />
          ))}
          {!isPending && tasks.length === 0 && (
            <Text component="li" size="sm" c="dimmed" ta="center" py="md">
              {t('board.empty')}
            </Text>
          )}
          {hasNextPage && (
            <li>
              <Button
                fullWidth
                variant="subtle"
                size="xs"
                loading={isFetchingNextPage}
                onClick={() => void fetchNextPage()}
              >
                {t('board.more')}
              </Button>
            </li>
          )}
        </ul>
      )}
    </section>
  );
}

/** Says over a column, while a card is held, whether it can go there, and why not. */
function DropNotice({ status, dragged }: { status: Status; dragged: Dragged }) {
  const { t } = useTranslation();
  const { task, allowed } = dragged;
  if (task.status === status) return null;
  const from = t(`status.${task.status}`);
  if (!allowed) return <p className={classes.dropNotice}>{t('board.asking')}</p>;
  if (allowed.includes(status)) return <p className={classes.dropNotice}>{t('board.dropHere')}</p>;
  const reason =
    allowed.length === 0
      ? t('board.forbiddenEnd', { from })
      : t('board.forbidden', {
          from,
          to: t(`status.${status}`),
          allowed: allowed.map((each) => t(`status.${each}`)).join(', '),
        });
  return <p className={classes.dropNotice}>{reason}</p>;
}

function dropState(status: Status, dragged: Dragged | null): string | undefined {
  if (!dragged || dragged.task.status === status) return undefined;
  if (!dragged.allowed) return 'unknown';
  return dragged.allowed.includes(status) ? 'allowed' : 'forbidden';
}

/** Makes an element take the cards whose tasks may go there. */
function useDropPlace(status: Status) {
  const place = useRef<HTMLElement>(null);
  const [over, setOver] = useState(false);
  const client = useQueryClient();
  useEffect(() => {
    if (!place.current) return;
    return dropTargetForElements({
      element: place.current,
      getData: () => ({ status }),
      canDrop: ({ source }) => {
        const task = source.data.task as Task;
        return client.getQueryData(transitionsQuery(task).queryKey)?.includes(status) ?? false;
      },
      onDragEnter: () => setOver(true),
      onDragLeave: () => setOver(false),
      onDrop: () => setOver(false),
    });
  }, [status, client]);
  return { place, over };
}

/** The tasks of a column as they will be when the move that is on its way has arrived. */
function cards(tasks: Task[], status: Status, { moving }: BoardMoves): Task[] {
  if (!moving) return tasks;
  const others = tasks.filter(({ id }) => id !== moving.task.id);
  return moving.to === status ? [{ ...moving.task, status }, ...others] : others;
}
