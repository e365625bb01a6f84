import { Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ChangeEvent } from '../api/types';
import { absolute, relative } from '../words/instants';
import classes from './changes.module.css';
import { useHappening } from './happening';
import { changeHistoryQuery } from './queries';

/** What happened to a change and its tasks, newest first. */
export function ChangeTimeline({ changeId }: { changeId: string }) {
  const { t } = useTranslation();
  const { data: events } = useQuery(changeHistoryQuery(changeId));
  return (
    <section>
      <Title order={2} size="h4" mb="sm">
        {t('changes.history')}
      </Title>
      <ol className={classes.events} aria-label={t('changes.history')}>
        {events?.map((event) => (
          <Happened key={event.id} event={event} />
        ))}
      </ol>
    </section>
  );
}

function Happened({ event }: { event: ChangeEvent }) {
  const { t } = useTranslation();
  const { sentence, lines } = useHappening()(event);
  const actor = event.actor ? (event.actor.fullName ?? t('history.formerUser')) : t('history.system');
  return (
    <li>
      <span>{t('changes.happened', { actor, what: sentence })}</span>
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
      <time className={classes.aside} dateTime={event.dateTime} title={absolute(event.dateTime)}>
        {relative(event.dateTime)}
      </time>
    </li>
  );
}
