import { useTranslation } from 'react-i18next';
import type { Task } from '../api/types';
import { usePersonName } from '../people/queries';
import { absolute } from '../words/instants';

/** What somebody may change about a task. */
export const EDITABLE = [
  'title',
  'status',
  'priority',
  'assigneeId',
  'dueDate',
  'warningOffset',
  'tags',
  'description',
] as const satisfies readonly (keyof Task)[];

export type EditableField = (typeof EDITABLE)[number];

/** Gives the words for a field's name and for what it holds, whoever wrote it down. */
export function useFieldWords() {
  const { t, i18n } = useTranslation();
  const nameOf = usePersonName();

  function name(field: string): string {
    const key = `field.${field}`;
    return i18n.exists(key) ? t(key as 'field.title') : field;
  }

  function text(field: string, value: unknown): string {
    if (value === null || value === undefined || value === '') return t('drawer.empty');
    if (field === 'status') return t(`status.${value as Task['status']}`);
    if (field === 'priority') return t(`priority.${value as Task['priority']}`);
    if (field === 'assigneeId' || field === 'createdBy' || field === 'authorId') return nameOf(String(value));
    if (field === 'dueDate') return absolute(String(value));
    if (Array.isArray(value)) return value.length > 0 ? value.join(', ') : t('drawer.empty');
    return String(value);
  }

  return { name, text };
}
