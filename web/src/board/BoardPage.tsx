import { Select, Text, Title } from '@mantine/core';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { STATUSES } from '../api/types';
import type { BoardAddress } from '../app/addresses';
import { usePeopleChoice } from '../people/queries';
import { BoardColumn } from './BoardColumn';
import classes from './board.module.css';
import { useBoardMoves } from './moves';

const route = getRouteApi('/shell/board');

/** A column for each status. A card goes where the server says that its task may go, and nowhere else. */
export function BoardPage() {
  const { t } = useTranslation();
  const address = route.useSearch();
  const navigate = useNavigate({ from: '/board' });
  const people = usePeopleChoice();
  const { task: _, ...filters } = address;
  const moves = useBoardMoves();

  function filter(assigneeId: string | null) {
    const change = ({ assigneeId: __, ...rest }: BoardAddress) =>
      assigneeId ? { ...rest, assigneeId } : rest;
    void navigate({ search: change, replace: true });
  }

  return (
    <div className={classes.page}>
      <div className={classes.head}>
        <Title order={1} size="h3">
          {t('board.title')}
        </Title>
        <Select
          size="xs"
          aria-label={t('board.people')}
          placeholder={t('board.everybody')}
          data={people}
          value={address.assigneeId ?? null}
          onChange={filter}
          clearable
          clearButtonProps={{ 'aria-label': t('board.everybody') }}
          searchable
        />
        <Text className="visually-hidden" aria-live="polite">
          {moves.announcement}
        </Text>
      </div>
      <section className={classes.columns} aria-label={t('board.title')}>
        {STATUSES.map((status) => (
          <BoardColumn key={status} status={status} filters={filters} moves={moves} />
        ))}
      </section>
    </div>
  );
}
