import { UnstyledButton } from '@mantine/core';
import { ArrowDownIcon, ArrowUpIcon } from '@primer/octicons-react';
import { useTranslation } from 'react-i18next';
import classes from './TaskTable.module.css';

interface SortHeaderProps {
  column: 'title' | 'status' | 'priority' | 'assigneeId' | 'dueDate' | 'updatedAt';
  sort: string;
  onSort: (sort: string) => void;
  /** Whether the server does not sort by it. */
  fixed?: boolean;
}

/** A column's head: pressed once it sorts, pressed again it sorts the other way round. */
export function SortHeader({ column, sort, onSort, fixed = false }: SortHeaderProps) {
  const { t } = useTranslation();
  const name = t(`field.${column}`);
  if (fixed) return <div role="columnheader">{name}</div>;
  const direction = sort === column ? 'ascending' : sort === `-${column}` ? 'descending' : 'none';
  const Arrow = direction === 'descending' ? ArrowDownIcon : ArrowUpIcon;
  return (
    <div role="columnheader" aria-sort={direction}>
      <UnstyledButton
        className={classes.sort}
        title={t('tasks.sort')}
        onClick={() => onSort(direction === 'ascending' ? `-${column}` : column)}
      >
        {name}
        {direction !== 'none' && <Arrow size={13} aria-hidden />}
      </UnstyledButton>
    </div>
  );
}
