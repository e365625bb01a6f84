import { Button, Text, Title } from '@mantine/core';
import { PlusIcon } from '@primer/octicons-react';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FILTERS, type Filters, filtersOf } from '../app/addresses';
import { useCommands } from '../app/commands';
import { Trouble } from '../parts/Trouble';
import { BulkBar } from './BulkBar';
import { FilterBar } from './FilterBar';
import { NoTasks } from './NoTasks';
import { useTaskRows } from './rows';
import { SavedViews } from './SavedViews';
import classes from './TaskListPage.module.css';
import { TaskTable } from './TaskTable';

const route = getRouteApi('/shell/tasks');

export const SORT_DEFAULT = '-createdAt';

export function TaskListPage() {
  const { t } = useTranslation();
  const address = route.useSearch();
  const navigate = useNavigate({ from: '/tasks' });
  const { newTask } = useCommands();
  const filters = filtersOf(address);
  const sort = address.sort ?? SORT_DEFAULT;
  const rows = useTaskRows(filters, sort);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());

  function filter(wanted: Filters) {
    setSelected(new Set());
    void navigate({
      search: ({ task, sort: by }) => ({ ...wanted, ...sortedBy(by), ...(task ? { task } : {}) }),
      replace: true,
    });
  }

  const filtered = FILTERS.some((name) => filters[name]);
  return (
    <div className={classes.page}>
      <div className={classes.head}>
        <Title order={1} size="h3">
          {t('tasks.title')}
        </Title>
        <Text size="sm" c="dimmed" aria-live="polite">
          {rows.total === undefined ? '' : t('tasks.count', { count: rows.total })}
        </Text>
        <div className={classes.actions}>
          <SavedViews />
          <Button leftSection={<PlusIcon size={16} />} onClick={newTask}>
            {t('tasks.new')}
          </Button>
        </div>
      </div>
      <FilterBar filters={filters} onChange={filter} />
      {rows.error ? (
        <Trouble error={rows.error} onRetry={rows.retry} />
      ) : rows.total === 0 ? (
        <NoTasks filtered={filtered} onClear={() => filter({})} />
      ) : (
        <TaskTable
          rows={rows}
          sort={sort}
          onSort={(wanted) => void navigate({ search: (now) => ({ ...now, sort: wanted }), replace: true })}
          selected={selected}
          onSelect={setSelected}
        />
      )}
      <BulkBar selected={selected} onSelect={setSelected} />
    </div>
  );
}

function sortedBy(sort: string | undefined): { sort?: string } {
  return sort ? { sort } : {};
}
