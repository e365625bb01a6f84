import { Anchor, Loader, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Trouble } from '../parts/Trouble';
import { ChangeFacts } from './ChangeFacts';
import { ChangeTimeline } from './ChangeTimeline';
import classes from './changes.module.css';
import { LifecycleTrack } from './LifecycleTrack';
import { Moves } from './Moves';
import { PunchList } from './PunchList';
import { changeQuery } from './queries';
import { StageMark } from './StageMark';

const route = getRouteApi('/shell/changes/$changeId');

/** A change: where it stands, what can be asked for, and what has to be done before it is complete. */
export function ChangePage() {
  const { t } = useTranslation();
  const { changeId } = route.useParams();
  const { data: change, error, refetch } = useQuery(changeQuery(changeId));
  if (error && !change) return <Trouble error={error} onRetry={() => void refetch()} />;
  if (!change) return <Loader m="xl" aria-label={t('tasks.loadingRow')} />;
  return (
    <div className={classes.scroller}>
      <article className={classes.change}>
        <Anchor component={Link} to="/changes" size="sm">
          ← {t('changes.back')}
        </Anchor>
        <header className={classes.changeHead}>
          <Text c="dimmed" fw={600}>
            {change.number}
          </Text>
          <Title order={1} size="h2">
            {change.title ?? t('changes.untitled')}
          </Title>
          <StageMark stage={change.lifecycleStatus.type} />
        </header>
        <LifecycleTrack stage={change.lifecycleStatus.type} />
        <Moves change={change} />
        {change.description && <p className={classes.description}>{change.description}</p>}
        <PunchList change={change} />
        <ChangeFacts change={change} />
        <ChangeTimeline changeId={changeId} />
      </article>
    </div>
  );
}
