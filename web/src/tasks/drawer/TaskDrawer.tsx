import { ActionIcon, CopyButton, Drawer, Group, Loader, Tooltip } from '@mantine/core';
import { CheckIcon, LinkIcon, TrashIcon } from '@primer/octicons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '../../api/problem';
import { Confirm } from '../../parts/Confirm';
import { Notice } from '../../parts/Notice';
import { Trouble } from '../../parts/Trouble';
import { useComplain } from '../../parts/toasts';
import { taskQuery, useDeleteTask } from '../queries';
import classes from './drawer.module.css';
import { TaskSheet } from './TaskSheet';

interface TaskDrawerProps {
  taskId: string | undefined;
  onClose: () => void;
}

/** A task beside the page it was opened from. */
export function TaskDrawer({ taskId, onClose }: TaskDrawerProps) {
  const { t } = useTranslation();
  return (
    <Drawer.Root
      opened={taskId !== undefined}
      onClose={onClose}
      position="right"
      size="min(640px, 100vw)"
      lockScroll={false}
    >
      <Drawer.Overlay backgroundOpacity={0.25} />
      <Drawer.Content aria-label={t('drawer.label')} classNames={{ content: classes.content ?? '' }}>
        <Drawer.Header role="presentation" className={classes.header ?? ''}>
          {taskId && <TaskActions taskId={taskId} onGone={onClose} />}
          <Drawer.CloseButton aria-label={t('actions.close')} />
        </Drawer.Header>
        <Drawer.Body className={classes.body ?? ''}>
          {taskId && <OpenedTask key={taskId} taskId={taskId} />}
        </Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}

function OpenedTask({ taskId }: { taskId: string }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(taskQuery(taskId));
  if (error instanceof Problem && error.status === 404) {
    return <Notice title={t('drawer.gone')} hint={t('drawer.goneHint')} />;
  }
  if (data) return <TaskSheet read={data} />;
  if (error) return <Trouble error={error} onRetry={() => void refetch()} />;
  return <Loader m="xl" aria-label={t('tasks.loadingRow')} />;
}

interface TaskActionsProps {
  taskId: string;
  onGone: () => void;
}

function TaskActions({ taskId, onGone }: TaskActionsProps) {
  const { t } = useTranslation();
  const remove = useDeleteTask();
  const complain = useComplain();
  const [asking, setAsking] = useState(false);
  return (
    <Group gap={4}>
      <CopyButton value={window.location.href}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? t('drawer.copied') : t('drawer.copyLink')}>
            <ActionIcon variant="subtle" color="gray" aria-label={t('drawer.copyLink')} onClick={copy}>
              {copied ? <CheckIcon size={18} /> : <LinkIcon size={18} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
      <Tooltip label={t('drawer.delete')}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('drawer.delete')}
          onClick={() => setAsking(true)}
        >
          <TrashIcon size={18} />
        </ActionIcon>
      </Tooltip>
      <Confirm
        opened={asking}
        title={t('drawer.delete')}
        hint={t('drawer.deleteHint')}
        onClose={() => setAsking(false)}
        onConfirm={() => remove.mutate(taskId, { onSuccess: onGone, onError: complain })}
      />
    </Group>
  );
}
