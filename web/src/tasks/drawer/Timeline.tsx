import { Button, Loader } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { HistoryEntry } from '../../api/types';
import { Trouble } from '../../parts/Trouble';
import { absolute, relative } from '../../words/instants';
import { useFieldWords } from '../fields';
import { useHistory } from './comments';
import classes from './drawer.module.css';

/** What happened to a task, in sentences, newest first. */
export function Timeline({ taskId }: { taskId: string }) {
  const { t } = useTranslation();
  const { data, error, refetch, hasNextPage, fetchNextPage, isPending } = useHistory(taskId);
  if (error) return <Trouble error={error} onRetry={() => void refetch()} />;
  if (isPending) return <Loader size="sm" aria-label={t('tasks.loadingRow')} />;
  const entries = data.pages.flatMap((page) => page.data);
  return (
    <>
      <ol className={`${classes.entries} ${classes.timeline}`} aria-label={t('history.title')}>
        {entries.map((entry) => (
          <Happening key={entry.id} entry={entry} />
        ))}
      </ol>
      {hasNextPage && (
        <Button variant="subtle" size="xs" mt="md" onClick={() => void fetchNextPage()}>
          {t('history.more')}
        </Button>
      )}
    </>
  );
}

function Happening({ entry }: { entry: HistoryEntry }) {
  const { t } = useTranslation();
  const words = useFieldWords();
  const actor = entry.actor ? (entry.actor.name ?? t('history.formerUser')) : t('history.system');
  const fields = entry.changes.map(({ field }) => words.name(field)).join(', ');
  const sentence = t(sentenceFor(entry), { actor, fields });
  const told = entry.entity === 'task' && entry.verb === 'updated' ? entry.changes : [];
  const body = entry.changes.find(({ field }) => field === 'body')?.to;
  return (
    <li className={classes.entry}>
      <span>{sentence}</span>
      {told.map(({ field, from, to }) => (
        <p key={field}>
          {t('history.fromTo', {
            field: words.name(field),
            from: words.text(field, from),
            to: words.text(field, to),
          })}
        </p>
      ))}
      {typeof body === 'string' && <p>{body}</p>}
      <time className={classes.small} dateTime={entry.at} title={absolute(entry.at)}>
        {relative(entry.at)}
      </time>
    </li>
  );
}

const SENTENCES = {
  'task created': 'history.created',
  'task deleted': 'history.deleted',
  'comment created': 'history.commented',
  'comment updated': 'history.commentEdited',
  'comment deleted': 'history.commentDeleted',
} as const;

function sentenceFor({ entity, verb }: HistoryEntry) {
  return SENTENCES[`${entity} ${verb}` as keyof typeof SENTENCES] ?? 'history.changed';
}
