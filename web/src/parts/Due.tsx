import { useTranslation } from 'react-i18next';
import type { Task } from '../api/types';
import { absolute, day } from '../words/instants';
import classes from './marks.module.css';

/** When a task is due, and whether that has passed while there is still something to do. */
export function Due({ task }: { task: Pick<Task, 'dueDate' | 'status'> }) {
  const { t } = useTranslation();
  if (task.dueDate === null) return null;
  const overdue = isOverdue(task);
  return (
    <time
      dateTime={task.dueDate}
      title={absolute(task.dueDate)}
      className={classes.due}
      data-overdue={overdue}
    >
      {day(task.dueDate)}
      {overdue && <span className="visually-hidden">, {t('tasks.overdue')}</span>}
    </time>
  );
}

export function isOverdue(task: Pick<Task, 'dueDate' | 'status'>): boolean {
  const over = task.status === 'DONE' || task.status === 'CANCELED';
  return task.dueDate !== null && !over && Date.parse(task.dueDate) < Date.now();
}
