import { Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Task } from '../../api/types';
import { StatusMark } from '../../parts/marks';
import { transitionsQuery } from '../queries';
import type { SaveField } from './TaskSheet';

interface StatusMovesProps {
  task: Task;
  busy: boolean;
  save: SaveField;
}

/** Where the task stands, and a button for each place where the server says that it may go. */
export function StatusMoves({ task, busy, save }: StatusMovesProps) {
  const { t } = useTranslation();
  const { data: allowed } = useQuery(transitionsQuery(task));
  return (
    <Group gap="sm">
      <Text fw={600} component="div">
        <StatusMark status={task.status} />
      </Text>
      {allowed?.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('drawer.noMoves')}
        </Text>
      )}
      {allowed?.map((status) => (
        <Button
          key={status}
          size="compact-sm"
          variant="default"
          disabled={busy}
          onClick={() => void save({ status })}
          aria-label={t('board.moveTo', { status: t(`status.${status}`) })}
        >
          → {t(`status.${status}`)}
        </Button>
      ))}
    </Group>
  );
}
