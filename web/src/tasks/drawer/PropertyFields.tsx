import { Select, TagsInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { PRIORITIES, type Priority, type Task } from '../../api/types';
import { usePeopleChoice } from '../../people/queries';
import type { SaveField } from './TaskSheet';

interface PropertyFieldsProps {
  task: Task;
  save: SaveField;
}

/** What is chosen rather than typed: saved as soon as it is. */
export function PropertyFields({ task, save }: PropertyFieldsProps) {
  const { t } = useTranslation();
  const people = usePeopleChoice();
  const known = people.some(({ value }) => value === task.assigneeId);
  const stranger = task.assigneeId && !known ? [{ value: task.assigneeId, label: t('people.somebody') }] : [];
  return (
    <>
      <dt>{t('field.priority')}</dt>
      <dd>
        <Select
          size="xs"
          aria-label={t('field.priority')}
          data={PRIORITIES.map((value) => ({ value, label: t(`priority.${value}`) }))}
          value={task.priority}
          allowDeselect={false}
          onChange={(priority) => void save({ priority: priority as Priority })}
        />
      </dd>
      <dt>{t('field.assigneeId')}</dt>
      <dd>
        <Select
          size="xs"
          aria-label={t('field.assigneeId')}
          data={[...people, ...stranger]}
          value={task.assigneeId}
          placeholder={t('people.nobody')}
          searchable
          clearable
          clearButtonProps={{ 'aria-label': t('people.nobody') }}
          onChange={(assigneeId) => void save({ assigneeId })}
        />
      </dd>
      <dt>{t('field.tags')}</dt>
      <dd>
        <TagsInput
          size="xs"
          aria-label={t('field.tags')}
          value={task.tags}
          onChange={(tags) => void save({ tags })}
        />
      </dd>
    </>
  );
}
