import { ActionIcon, Button, Menu, Skeleton, Title } from '@mantine/core';
import { InboxIcon, KebabHorizontalIcon } from '@primer/octicons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type ImplementationTaskStatus, type Status, URGENCIES, type Work } from '../api/types';
import classes from '../changes/changes.module.css';
import { useMoveImplementationTask } from '../changes/queries';
import { Notice } from '../parts/Notice';
import { Trouble } from '../parts/Trouble';
import { useComplain } from '../parts/toasts';
import { useChangeTask } from '../tasks/queries';
import { absolute, day } from '../words/instants';
import { useWork, workKey } from './queries';

/** Everything that is one's own to do, tasks and implementation tasks on one list, by urgency. */
export function WorkPage() {
  const { t } = useTranslation();
  const { data, error, refetch, isPending, hasNextPage, fetchNextPage, isFetching } = useWork();
  const entries = data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <div className={classes.page}>
      <div className={classes.head}>
        <Title order={1} size="h3">
          {t('work.title')}
        </Title>
      </div>
      <div className={classes.scroller}>
        {error ? (
          <Trouble error={error} onRetry={() => void refetch()} />
        ) : isPending ? (
          <Skeleton height={160} m="lg" />
        ) : entries.length === 0 ? (
          <Notice title={t('work.none')} hint={t('work.noneHint')} picture={<InboxIcon size={24} />} />
        ) : (
          URGENCIES.map((urgency) => (
            <WorkGroup
              key={urgency}
              urgency={urgency}
              entries={entries.filter((each) => each.urgency === urgency)}
            />
          ))
        )}
        {hasNextPage && (
          <Button variant="subtle" loading={isFetching} onClick={() => void fetchNextPage()}>
            {t('work.more')}
          </Button>
        )}
      </div>
    </div>
  );
}

interface WorkGroupProps {
  urgency: Work['urgency'];
  entries: Work[];
}

function WorkGroup({ urgency, entries }: WorkGroupProps) {
  const { t } = useTranslation();
  if (entries.length === 0) return null;
  const name = t(`urgency.${urgency}`);
  return (
    <section aria-label={name}>
      <h2 className={classes.group} data-urgency={urgency}>
        {name} · {entries.length}
      </h2>
      <ul className={classes.list}>
        {entries.map((entry) => (
          <WorkEntry key={entry.id} entry={entry} />
        ))}
      </ul>
    </section>
  );
}

function WorkEntry({ entry }: { entry: Work }) {
  const { t } = useTranslation();
  const { changeId, changeNumber, group, dueDate, priority } = entry;
  const where = [changeNumber, group && t('work.viaGroup', { group: group.name })]
    .filter(Boolean)
    .join(' · ');
  return (
    <li className={`${classes.row} ${classes.work}`}>
      {changeId ? (
        <Link to="/changes/$changeId" params={{ changeId }} className={classes.link}>
          {entry.title}
          {where && <span className={classes.place}>{where}</span>}
        </Link>
      ) : (
        <Link to="/work" search={{ task: entry.id }} className={classes.link}>
          {entry.title}
        </Link>
      )}
      <span>{useStatusName()(entry.kind, entry.status)}</span>
      <span className={classes.aside}>{priority && t(`priority.${priority}`)}</span>
      <span className={classes.due} data-late={entry.urgency === 'overdue'}>
        {dueDate && (
          <time dateTime={dueDate} title={absolute(dueDate)}>
            {day(dueDate)}
          </time>
        )}
      </span>
      <MoveWork entry={entry} />
    </li>
  );
}

/** Moves an entry to where the server says that it may go. */
function MoveWork({ entry }: { entry: Work }) {
  const { t } = useTranslation();
  const nameOf = useStatusName();
  const changeTask = useChangeTask();
  const moveTask = useMoveImplementationTask();
  const complain = useComplain();
  const client = useQueryClient();

  async function move(status: Work['status']) {
    const { id, changeId } = entry;
    try {
      if (changeId) {
        await moveTask.mutateAsync({ changeId, taskId: id, status: status as ImplementationTaskStatus });
      } else {
        await changeTask.mutateAsync({ taskId: id, wish: { status: status as Status } });
      }
    } catch (error) {
      complain(error);
    }
    await client.invalidateQueries({ queryKey: workKey });
  }

  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t('work.setStatus', { title: entry.title })}>
          <KebabHorizontalIcon size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {entry.allowedStatuses.length === 0 && <Menu.Label>{t('work.noMoves')}</Menu.Label>}
        {entry.allowedStatuses.map((status) => (
          <Menu.Item key={status} onClick={() => void move(status)}>
            {nameOf(entry.kind, status)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function useStatusName(): (kind: Work['kind'], status: Work['status']) => string {
  const { t } = useTranslation();
  return (kind, status) =>
    kind === 'task' ? t(`status.${status as Status}`) : t(`taskStatus.${status as ImplementationTaskStatus}`);
}
