import { Button, Select, Skeleton, TextInput, Title } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { GitPullRequestIcon, SearchIcon } from '@primer/octicons-react';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CHANGE_STAGES, type CompactChange } from '../api/types';
import type { ChangesAddress } from '../app/addresses';
import { Notice } from '../parts/Notice';
import { Trouble } from '../parts/Trouble';
import { absolute, relative } from '../words/instants';
import classes from './changes.module.css';
import { useChanges } from './queries';
import { StageMark } from './StageMark';

const route = getRouteApi('/shell/changes');
const TYPING_PAUSE = 250; // milliseconds

export function ChangeListPage() {
  const { t } = useTranslation();
  const address = route.useSearch();
  const navigate = useNavigate({ from: '/changes' });
  const changes = useChanges(address);
  const [typed, setTyped] = useState(address.title ?? '');
  const filter = (wanted: ChangesAddress) => void navigate({ search: wanted, replace: true });
  const search = useDebouncedCallback((title: string) => filter({ ...address, title }), TYPING_PAUSE);
  const found = changes.data?.pages.flatMap((page) => page.results) ?? [];

  return (
    <div className={classes.page}>
      <div className={classes.head}>
        <Title order={1} size="h3">
          {t('changes.title')}
        </Title>
      </div>
      <div className={classes.filters}>
        <TextInput
          type="search"
          aria-label={t('changes.search')}
          placeholder={t('changes.search')}
          leftSection={<SearchIcon size={16} />}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            search(event.currentTarget.value);
          }}
        />
        <Select
          aria-label={t('changes.stage')}
          placeholder={t('changes.anyStage')}
          data={CHANGE_STAGES.map((value) => ({ value, label: t(`stage.${value}`) }))}
          value={address.stage ?? null}
          onChange={(stage) => filter({ ...address, stage: stage ?? '' })}
          clearable
          clearButtonProps={{ 'aria-label': t('changes.anyStage') }}
        />
      </div>
      <div className={classes.scroller}>
        {changes.error ? (
          <Trouble error={changes.error} onRetry={() => void changes.refetch()} />
        ) : changes.isPending ? (
          <Skeleton height={160} m="lg" />
        ) : found.length === 0 ? (
          <NoChanges filtered={Boolean(address.title || address.stage)} />
        ) : (
          <ul className={classes.list} aria-label={t('changes.list')}>
            {found.map((change) => (
              <ChangeRow key={change.guid} change={change} />
            ))}
          </ul>
        )}
        {changes.hasNextPage && (
          <Button variant="subtle" loading={changes.isFetching} onClick={() => void changes.fetchNextPage()}>
            {t('changes.more')}
          </Button>
        )}
      </div>
    </div>
  );
}

function NoChanges({ filtered }: { filtered: boolean }) {
  const { t } = useTranslation();
  if (filtered) return <Notice title={t('changes.noMatch')} hint={t('tasks.noMatchHint')} />;
  return (
    <Notice
      title={t('changes.none')}
      hint={t('changes.noneHint')}
      picture={<GitPullRequestIcon size={24} />}
    />
  );
}

function ChangeRow({ change }: { change: CompactChange }) {
  const { t } = useTranslation();
  return (
    <li className={classes.row}>
      <span className={classes.number}>{change.number}</span>
      <Link to="/changes/$changeId" params={{ changeId: change.guid }} className={classes.link}>
        {change.title ?? t('changes.untitled')}
      </Link>
      <StageMark stage={change.lifecycleStatus.type} />
      <span className={classes.aside}>{change.category.name}</span>
      <time
        className={classes.aside}
        dateTime={change.lifecycleDateTime}
        title={absolute(change.lifecycleDateTime)}
      >
        {relative(change.lifecycleDateTime)}
      </time>
    </li>
  );
}
