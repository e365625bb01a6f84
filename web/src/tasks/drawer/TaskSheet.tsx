import { Tabs } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Task, TaskWish } from '../../api/types';
import { Person } from '../../parts/Person';
import { absolute, relative } from '../../words/instants';
import type { VersionedTask } from '../queries';
import { useSaving } from '../saving';
import { Comments } from './Comments';
import { ConflictCard } from './ConflictCard';
import { DueFields } from './DueFields';
import classes from './drawer.module.css';
import { PropertyFields } from './PropertyFields';
import { StatusMoves } from './StatusMoves';
import { DescriptionField, TitleField } from './TextFields';
import { Timeline } from './Timeline';

/** Saves one field's change, meant for the version that was on the screen when it was begun. */
export type SaveField = (wish: TaskWish, etag?: string) => Promise<boolean>;

export function TaskSheet({ read }: { read: VersionedTask }) {
  const { t } = useTranslation();
  const { task, etag } = read;
  const saving = useSaving();
  const save: SaveField = (wish, begun = etag) => saving.save({ task, etag: begun }, wish);
  // What was typed ends with the decision, whichever it is: fields of another round begin anew.
  const [round, setRound] = useState(0);
  async function decide(how: () => unknown) {
    await how();
    setRound(round + 1);
  }

  return (
    <div className={classes.sheet}>
      {saving.conflict && (
        <ConflictCard
          conflict={saving.conflict}
          onDecide={(before, wish) => void decide(() => saving.save(before, wish))}
          onYield={() => void decide(saving.yieldToOthers)}
        />
      )}
      <TitleField key={`title ${round}`} read={read} save={save} />
      <StatusMoves task={task} busy={saving.busy} save={save} />
      <dl className={classes.fields}>
        <PropertyFields task={{ ...task, ...saving.pending } as Task} save={save} />
        <DueFields key={`due ${round}`} read={read} save={save} />
      </dl>
      <DescriptionField key={`description ${round}`} read={read} save={save} />
      <p className={classes.small}>
        {t('field.createdBy')} <Person id={task.createdBy} />
        <time dateTime={task.createdAt}>{absolute(task.createdAt)}</time> · {t('field.updatedAt')}{' '}
        <time dateTime={task.updatedAt} title={absolute(task.updatedAt)}>
          {relative(task.updatedAt)}
        </time>
      </p>
      <Tabs defaultValue="comments" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="comments">{t('comments.title')}</Tabs.Tab>
          <Tabs.Tab value="history">{t('history.title')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="comments" pt="md">
          <Comments taskId={task.id} />
        </Tabs.Panel>
        <Tabs.Panel value="history" pt="md">
          <Timeline taskId={task.id} />
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}
