import { Button } from '@mantine/core';
import { ChecklistIcon, FilterRemoveIcon } from '@primer/octicons-react';
import { useTranslation } from 'react-i18next';
import { useCommands } from '../app/commands';
import { Notice } from '../parts/Notice';

interface NoTasksProps {
  filtered: boolean;
  onClear: () => void;
}

export function NoTasks({ filtered, onClear }: NoTasksProps) {
  const { t } = useTranslation();
  const { newTask } = useCommands();
  if (filtered) {
    return (
      <Notice title={t('tasks.noMatch')} hint={t('tasks.noMatchHint')} picture={<FilterRemoveIcon />}>
        <Button variant="default" onClick={onClear}>
          {t('tasks.clear')}
        </Button>
      </Notice>
    );
  }
  return (
    <Notice title={t('tasks.none')} hint={t('tasks.noneHint')} picture={<ChecklistIcon />}>
      <Button onClick={newTask}>{t('tasks.new')}</Button>
    </Notice>
  );
}
