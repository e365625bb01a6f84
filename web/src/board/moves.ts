import { monitorForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Status, Task } from '../api/types';
import { transitionsQuery } from '../tasks/queries';
import { useSaving } from '../tasks/saving';

/** What is being dragged, and where it may be dropped: undefined until the server has said so. */
export interface Dragged {
  task: Task;
  allowed: readonly Status[] | undefined;
}

/** A card on its way from one column to another, before the server has answered. */
export interface Moving {
  task: Task;
  to: Status;
}

export interface BoardMoves {
  dragged: Dragged | null;
  moving: Moving | null;
  move: (task: Task, to: Status) => void;
  /** What a screen reader is to say about the last move. */
  announcement: string;
}

/** Watches what is dragged, and moves what is dropped. */
export function useBoardMoves(): BoardMoves {
  const { t } = useTranslation();
  const saving = useSaving();
  const [held, setHeld] = useState<Task | null>(null);
  const [moving, setMoving] = useState<Moving | null>(null);
  const [announcement, setAnnouncement] = useState('');
  const { data: allowed } = useQuery({
    ...transitionsQuery(held ?? { id: '', status: 'TODO' }),
    enabled: held !== null,
  });

  async function move(task: Task, to: Status) {
    if (task.status === to) return;
    setMoving({ task, to });
    const done = await saving.save({ task }, { status: to });
    setMoving(null);
    if (done) setAnnouncement(t('board.moved', { title: task.title, status: t(`status.${to}`) }));
  }

  const current = useRef(move);
  useEffect(() => {
    current.current = move;
  });
  useEffect(
    () =>
      monitorForElements({
        onDragStart: ({ source }) => setHeld(taskOf(source.data)),
        onDrop: ({ source, location }) => {
          setHeld(null);
          const task = taskOf(source.data);
          const to = location.current.dropTargets[0]?.data.status as Status | undefined;
          if (task && to) void current.current(task, to);
        },
      }),
    [],
  );

  return {
    dragged: held && { task: held, allowed },
    moving,
    move: (task, to) => void move(task, to),
    announcement,
  };
}

function taskOf(data: Record<string | symbol, unknown>): Task | null {
  return (data.task as Task | undefined) ?? null;
}
