import { Checkbox } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Task } from '../api/types';
import { Due } from '../parts/Due';
import { PriorityMark, StatusMark, TagMark } from '../parts/marks';
import { Person } from '../parts/Person';
import { absolute, relative } from '../words/instants';
import classes from './TaskTable.module.css';

interface TaskRowProps {
  /** Undefined while it is on its way. */
  task: Task | undefined;
  place: number;
  top: number;
  selected: boolean;
  onToggle: (id: string) => void;
}

export function TaskRow({ task, place, top, selected, onToggle }: TaskRowProps) {
  const { t } = useTranslation();
  const style = { transform: `translateY(${top}px)` };
  if (!task) {
    return (
      <div role="row" aria-rowindex={place} className={classes.row} style={style}>
        <div role="cell" data-cell="check" />
        <div role="cell" data-cell="title">
          <div className={classes.waiting} role="img" aria-label={t('tasks.loadingRow')} />
        </div>
      </div>
    );
  }
  const over = task.status === 'DONE' || task.status === 'CANCELED';
  return (
    <div role="row" aria-rowindex={place} className={classes.row} style={style} data-selected={selected}>
      <div role="cell" data-cell="check" className={classes.check}>
        <Checkbox
          size="xs"
          aria-label={t('tasks.select', { title: task.title })}
          checked={selected}
          onChange={() => onToggle(task.id)}
        />
      </div>
      <div role="cell" data-cell="title" className={classes.title} data-over={over}>
        <Link
          to="."
          search={(now: Record<string, unknown>) => ({ ...now, task: task.id })}
          className={classes.link}
        >
          {task.title}
        </Link>
        <span className={classes.tags}>
          {task.tags.map((tag) => (
            <TagMark key={tag} tag={tag} />
          ))}
        </span>
      </div>
      <div role="cell" data-cell="status">
        <StatusMark status={task.status} />
      </div>
      <div role="cell" data-cell="priority">
        <PriorityMark priority={task.priority} />
      </div>
      <div role="cell" data-cell="assigneeId">
        <Person id={task.assigneeId} />
      </div>
      <div role="cell" data-cell="dueDate">
        <Due task={task} />
      </div>
      <div role="cell" data-cell="updatedAt">
        <time dateTime={task.updatedAt} title={absolute(task.updatedAt)}>
          {relative(task.updatedAt)}
        </time>
      </div>
    </div>
  );
}
