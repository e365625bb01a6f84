import { Checkbox } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { TaskRows } from './rows';
import { SortHeader } from './SortHeader';
import { TaskRow } from './TaskRow';
import classes from './TaskTable.module.css';

const ROW = 44; // pixels, as in the style sheet
const CARD = 78;
const BEYOND = 10; // rows drawn above and below what is seen

const COLUMNS = ['title', 'status', 'priority', 'assigneeId', 'dueDate', 'updatedAt'] as const;

interface TaskTableProps {
  rows: TaskRows;
  sort: string;
  onSort: (sort: string) => void;
  selected: ReadonlySet<string>;
  onSelect: (selected: ReadonlySet<string>) => void;
}

/** A table of any length: only the rows that can be seen are in the page, and only their pages are loaded. */
export function TaskTable({ rows, sort, onSort, selected, onSelect }: TaskTableProps) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const narrow = useMediaQuery('(max-width: 760px)') ?? false;
  const height = narrow ? CARD : ROW;
  const total = rows.total ?? 0;
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: BEYOND,
  });
  const shown = virtual.getVirtualItems();
  const [first, last] = [shown[0]?.index ?? 0, shown.at(-1)?.index ?? 0];
  const { look } = rows;
  useEffect(() => look(first, last), [first, last, look]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was measured is of the other height
  useEffect(() => virtual.measure(), [height]);

  const all = rows.loaded.length > 0 && rows.loaded.every(({ id }) => selected.has(id));

  function toggle(id: string) {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    onSelect(next);
  }

  return (
    <div ref={scroller} className={classes.scroller} aria-busy={rows.stale} data-stale={rows.stale}>
      <div role="table" aria-label={t('tasks.title')} aria-rowcount={total + 1} className={classes.table}>
        <div role="row" aria-rowindex={1} className={`${classes.row} ${classes.header}`}>
          <div role="columnheader" className={classes.check}>
            <Checkbox
              size="xs"
              aria-label={t('tasks.selectAll')}
              checked={all}
              indeterminate={selected.size > 0 && !all}
              onChange={() => onSelect(new Set(all ? [] : rows.loaded.map(({ id }) => id)))}
            />
          </div>
          {COLUMNS.map((column) => (
            <SortHeader
              key={column}
              column={column}
              sort={sort}
              onSort={onSort}
              {...(column === 'assigneeId' ? { fixed: true } : {})}
            />
          ))}
        </div>
        <div role="rowgroup" className={classes.body} style={{ height: virtual.getTotalSize() }}>
          {shown.map(({ index, start }) => {
            const task = rows.at(index);
            return (
              <TaskRow
                key={task?.id ?? index}
                task={task}
                place={index + 2}
                top={start}
                selected={task !== undefined && selected.has(task.id)}
                onToggle={toggle}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}
