import { Button, Checkbox, Group, Select, Skeleton, Text, TextInput, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '../api/problem';
import {
  type Change,
  IMPLEMENTATION_TASK_STATUSES,
  type ImplementationTask,
  type ImplementationTaskStatus,
} from '../api/types';
import { Trouble } from '../parts/Trouble';
import { useComplain } from '../parts/toasts';
import { absolute, day } from '../words/instants';
import classes from './changes.module.css';
import { implementationTasksQuery, useAddImplementationTask, useMoveImplementationTask } from './queries';

const OPEN: readonly ImplementationTaskStatus[] = ['NOT_STARTED', 'IN_PROGRESS', 'BEHIND'];

/** The implementation tasks of a change, to be ticked off one by one. */
export function PunchList({ change }: { change: Change }) {
  const { t } = useTranslation();
  const { data: tasks, error, refetch } = useQuery(implementationTasksQuery(change.guid));
  const { done, total, overdue } = change.progress;
  // A category may manage no tasks: a rule, which the server says in its own words, and no trouble.
  const ruledOut = error instanceof Problem && error.status === 400;
  if (ruledOut) {
    return (
      <section className={classes.punchList}>
        <Title order={2} size="h4">
          {t('changes.tasks')}
        </Title>
        <Text c="dimmed">{error.message}</Text>
      </section>
    );
  }
  return (
    <section className={classes.punchList}>
      <Group justify="space-between">
        <Title order={2} size="h4">
          {t('changes.tasks')}
        </Title>
        <Text size="sm" c="dimmed">
          {t('changes.progress', { done, total })}
          {overdue > 0 && ` · ${t('changes.late', { count: overdue })}`}
        </Text>
      </Group>
      <progress
        className={classes.progress}
        value={done}
        max={Math.max(total, 1)}
        aria-label={t('changes.tasks')}
      />
      {error ? (
        <Trouble error={error} onRetry={() => void refetch()} />
      ) : !tasks ? (
        <Skeleton height={80} />
      ) : tasks.length === 0 ? (
        <Text c="dimmed">{t('changes.noTasks')}</Text>
      ) : (
        <ul className={classes.punches}>
          {tasks.map((task) => (
            <Punch key={task.guid} changeId={change.guid} task={task} />
          ))}
        </ul>
      )}
      {!error && <NewImplementationTask changeId={change.guid} />}
    </section>
  );
}

interface PunchProps {
  changeId: string;
  task: ImplementationTask;
}

function Punch({ changeId, task }: PunchProps) {
  const { t } = useTranslation();
  const move = useMoveImplementationTask();
  const complain = useComplain();
  // What was asked for stands there until the server has answered, and after that what it says.
  const [wanted, setWanted] = useState<ImplementationTaskStatus | null>(null);
  const status = wanted ?? task.status;

  function set(next: ImplementationTaskStatus) {
    setWanted(next);
    const wish = { changeId, taskId: task.guid, status: next };
    move.mutate(wish, { onError: complain, onSettled: () => setWanted(null) });
  }

  const late = task.dueDate !== null && OPEN.includes(status) && Date.parse(task.dueDate) < Date.now();

  return (
    <li className={classes.punch} data-over={!OPEN.includes(status)}>
      <Checkbox
        aria-label={t('changes.markDone', { name: task.name })}
        checked={status === 'DONE'}
        onChange={(event) => set(event.currentTarget.checked ? 'DONE' : 'IN_PROGRESS')}
      />
      <span className={classes.punchName}>{task.name}</span>
      <span className={classes.aside}>{assigneeName(task) ?? t('people.nobody')}</span>
      <span className={classes.due} data-late={late}>
        {task.dueDate && (
          <time dateTime={task.dueDate} title={absolute(task.dueDate)}>
            {day(task.dueDate)}
          </time>
        )}
        {late && <span className="visually-hidden">, {t('tasks.overdue')}</span>}
      </span>
      <Select
        size="xs"
        w={150}
        aria-label={t('changes.statusOf', { name: task.name })}
        data={IMPLEMENTATION_TASK_STATUSES.map((value) => ({ value, label: t(`taskStatus.${value}`) }))}
        value={status}
        allowDeselect={false}
        onChange={(value) => set(value as ImplementationTaskStatus)}
      />
    </li>
  );
}

function assigneeName({ assignee }: ImplementationTask): string | undefined {
  return assignee.user?.fullName ?? assignee.userGroup?.name ?? assignee.supplier?.name;
}

function NewImplementationTask({ changeId }: { changeId: string }) {
  const { t } = useTranslation();
  const add = useAddImplementationTask(changeId);
  const complain = useComplain();
  const [name, setName] = useState('');

  function submit(event: FormEvent) {
    event.preventDefault();
    if (name.trim() === '') return;
    add.mutate(name, { onSuccess: () => setName(''), onError: complain });
  }

  return (
    <form onSubmit={submit} className={classes.newPunch}>
      <TextInput
        size="xs"
        flex={1}
        aria-label={t('changes.addTask')}
        placeholder={t('changes.addTask')}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Button type="submit" size="xs" variant="default" loading={add.isPending} disabled={name.trim() === ''}>
        {t('changes.add')}
      </Button>
    </form>
  );
}
