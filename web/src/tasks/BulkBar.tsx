import { Button, CloseButton, Menu, Paper, Text } from '@mantine/core';
import { ArrowSwitchIcon, FlameIcon, PersonIcon, TrashIcon } from '@primer/octicons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type BatchOperation, type BatchResult, PRIORITIES, STATUSES, type TaskWish } from '../api/types';
import { Confirm } from '../parts/Confirm';
import { PriorityMark, StatusMark } from '../parts/marks';
import { refuse, tell, useComplain } from '../parts/toasts';
import { usePeopleChoice } from '../people/queries';
import classes from './BulkBar.module.css';
import { useBatch } from './queries';

const SAID = 3; // different reasons that are told of at most

interface BulkBarProps {
  selected: ReadonlySet<string>;
  onSelect: (selected: ReadonlySet<string>) => void;
}

/** What can be done to all selected tasks at once. Those that the server refuses stay selected. */
export function BulkBar({ selected, onSelect }: BulkBarProps) {
  const { t } = useTranslation();
  const people = usePeopleChoice();
  const batch = useBatch();
  const complain = useComplain();
  const [deleting, setDeleting] = useState(false);
  if (selected.size === 0) return null;

  async function run(operation: (id: string) => BatchOperation) {
    const ids = [...selected];
    try {
      const results = await batch.mutateAsync(ids.map(operation));
      const refused = ids.filter((_, place) => (results[place]?.status ?? 0) >= 400);
      onSelect(new Set(refused));
      const done = ids.length - refused.length;
      if (done > 0) tell(t('bulk.done', { count: done }));
      if (refused.length > 0) sayWhy(refused.length, results);
    } catch (error) {
      complain(error);
    }
  }

  function sayWhy(count: number, results: BatchResult[]) {
    const reasons = [...new Set(results.map(sentenceOf).filter((said) => said !== null))].slice(0, SAID);
    refuse(t('bulk.failed', { count }), [...reasons, t('bulk.failedHint')].join(' · '));
  }

  const set = (task: TaskWish) => () => void run((id) => ({ op: 'patch', id, task }));

  return (
    <Paper className={classes.bar} shadow="lg" withBorder role="toolbar" aria-label={t('bulk.bar')}>
      <CloseButton aria-label={t('bulk.clear')} onClick={() => onSelect(new Set())} />
      <Text size="sm" fw={600} aria-live="polite">
        {t('bulk.selected', { count: selected.size })}
      </Text>
      <Choice label={t('field.status')} picture={<ArrowSwitchIcon size={16} />} busy={batch.isPending}>
        {STATUSES.map((status) => (
          <Menu.Item key={status} onClick={set({ status })}>
            <StatusMark status={status} />
          </Menu.Item>
        ))}
      </Choice>
      <Choice label={t('field.priority')} picture={<FlameIcon size={16} />} busy={batch.isPending}>
        {PRIORITIES.map((priority) => (
          <Menu.Item key={priority} onClick={set({ priority })}>
            <PriorityMark priority={priority} />
          </Menu.Item>
        ))}
      </Choice>
      <Choice label={t('field.assigneeId')} picture={<PersonIcon size={16} />} busy={batch.isPending}>
        <Menu.Item onClick={set({ assigneeId: null })}>{t('people.nobody')}</Menu.Item>
        {people.map(({ value, label }) => (
          <Menu.Item key={value} onClick={set({ assigneeId: value })}>
            {label}
          </Menu.Item>
        ))}
      </Choice>
      <Button
        size="compact-sm"
        variant="subtle"
        color="red"
        leftSection={<TrashIcon size={16} />}
        disabled={batch.isPending}
        onClick={() => setDeleting(true)}
      >
        {t('bulk.delete')}
      </Button>
      <Confirm
        opened={deleting}
        title={t('bulk.deleteTitle', { count: selected.size })}
        hint={t('bulk.deleteHint')}
        onClose={() => setDeleting(false)}
        onConfirm={() => void run((id) => ({ op: 'delete', id }))}
      />
    </Paper>
  );
}

interface ChoiceProps {
  label: string;
  picture: ReactNode;
  busy: boolean;
  children: ReactNode;
}

function Choice({ label, picture, busy, children }: ChoiceProps) {
  return (
    <Menu position="top" withinPortal>
      <Menu.Target>
        <Button size="compact-sm" variant="subtle" leftSection={picture} disabled={busy}>
          {label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown className={classes.choices}>{children}</Menu.Dropdown>
    </Menu>
  );
}

/** Why an operation was refused, in the server's words; null where it was not. */
function sentenceOf({ status, body }: BatchResult): string | null {
  return status >= 400 && body && 'error' in body ? body.error.message : null;
}
