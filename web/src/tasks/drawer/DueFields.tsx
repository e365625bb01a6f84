import { TextInput } from '@mantine/core';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { fromLocalField, toLocalField } from '../../words/instants';
import type { VersionedTask } from '../queries';
import { useDraft } from './drafts';
import type { SaveField } from './TaskSheet';

interface DueFieldsProps {
  read: VersionedTask;
  save: SaveField;
}

export function DueFields({ read, save }: DueFieldsProps) {
  const { t } = useTranslation();
  const { task, etag } = read;
  const due = useDraft(toLocalField(task.dueDate), etag, (text, begun) =>
    save({ dueDate: fromLocalField(text) }, begun),
  );
  const warning = useDraft(String(task.warningOffset ?? ''), etag, (text, begun) =>
    save({ warningOffset: text === '' ? null : Number(text) }, begun),
  );
  return (
    <>
      <dt>{t('field.dueDate')}</dt>
      <dd>
        <TextInput
          size="xs"
          type="datetime-local"
          aria-label={t('field.dueDate')}
          value={due.text}
          onChange={(event) => due.type(event.currentTarget.value)}
          onBlur={() => void due.finish()}
          onKeyDown={blurOnEnter}
        />
      </dd>
      {task.dueDate && (
        <>
          <dt>{t('field.warningOffset')}</dt>
          <dd>
            <TextInput
              size="xs"
              type="number"
              min={0}
              step="any"
              aria-label={t('field.warningOffset')}
              value={warning.text}
              onChange={(event) => warning.type(event.currentTarget.value)}
              onBlur={() => void warning.finish()}
              onKeyDown={blurOnEnter}
            />
          </dd>
        </>
      )}
    </>
  );
}

function blurOnEnter(event: KeyboardEvent<HTMLInputElement>) {
  if (event.key === 'Enter') event.currentTarget.blur();
}
