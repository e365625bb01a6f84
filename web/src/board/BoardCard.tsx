import { draggable } from '@atlaskit/pragmatic-drag-and-drop/element/adapter';
import { ActionIcon, Menu } from '@mantine/core';
import { KebabHorizontalIcon } from '@primer/octicons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Status, Task } from '../api/types';
import { Due } from '../parts/Due';
import { PriorityMark, StatusMark } from '../parts/marks';
import { Person } from '../parts/Person';
import { transitionsQuery } from '../tasks/queries';
import classes from './board.module.css';

interface BoardCardProps {
  task: Task;
  onMove: (task: Task, to: Status) => void;
}

export function BoardCard({ task, onMove }: BoardCardProps) {
  const card = useRef<HTMLLIElement>(null);
  const [held, setHeld] = useState(false);
  const client = useQueryClient();

  useEffect(() => {
    if (!card.current) return;
    return draggable({
      element: card.current,
      getInitialData: () => ({ task }),
      onDragStart: () => setHeld(true),
      onDrop: () => setHeld(false),
    });
  }, [task]);

  return (
    <li
      ref={card}
      className={classes.card}
      data-held={held}
      // Where it may go is asked for before it is taken up, so that the columns know at once.
      onPointerEnter={() => void client.prefetchQuery(transitionsQuery(task))}
      onPointerDown={() => void client.prefetchQuery(transitionsQuery(task))}
    >
      <div className={classes.cardHead}>
        <Link
          to="."
          search={(now: Record<string, unknown>) => ({ ...now, task: task.id })}
          className={classes.cardTitle}
          draggable={false}
        >
          {task.title}
        </Link>
        <MoveMenu task={task} onMove={onMove} />
      </div>
      <div className={classes.cardFoot}>
        <PriorityMark priority={task.priority} />
        <Due task={task} />
        <span className={classes.cardPerson}>
          <Person id={task.assigneeId} compact />
        </span>
      </div>
    </li>
  );
}

/** Moves a card without dragging it: for the keyboard, for fingers, and for who cannot aim. */
function MoveMenu({ task, onMove }: BoardCardProps) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const { data: allowed } = useQuery({ ...transitionsQuery(task), enabled: opened });
  return (
    <Menu opened={opened} onChange={setOpened} position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-label={t('board.move', { title: task.title })}
        >
          <KebabHorizontalIcon size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {!allowed && <Menu.Label>{t('board.asking')}</Menu.Label>}
        {allowed?.length === 0 && (
          <Menu.Label>{t('board.forbiddenEnd', { from: t(`status.${task.status}`) })}</Menu.Label>
        )}
        {allowed?.map((status) => (
          <Menu.Item key={status} onClick={() => onMove(task, status)}>
            <StatusMark status={status} />
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
