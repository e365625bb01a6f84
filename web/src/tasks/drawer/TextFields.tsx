import { Textarea } from '@mantine/core';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { VersionedTask } from '../queries';
import { useDraft } from './drafts';
import classes from './drawer.module.css';
import type { SaveField } from './TaskSheet';

interface FieldProps {
  read: VersionedTask;
  save: SaveField;
}

export function TitleField({ read, save }: FieldProps) {
  const { t } = useTranslation();
  const draft = useDraft(read.task.title, read.etag, (title, etag) => save({ title }, etag));

  function onKey(event: KeyboardEvent<HTMLTextAreaElement>) {
    if (event.key === 'Enter') {
      event.preventDefault(); // a title has one line
      event.currentTarget.blur();
    }
    if (event.key === 'Escape') leave(event, draft.giveUp);
  }

  return (
    <Textarea
      variant="unstyled"
      autosize
      aria-label={t('field.title')}
      classNames={{ input: classes.title ?? '' }}
      value={draft.text}
      onChange={(event) => draft.type(event.currentTarget.value)}
      onBlur={() => void draft.finish()}
      onKeyDown={onKey}
    />
  );
}

export function DescriptionField({ read, save }: FieldProps) {
  const { t } = useTranslation();
  const draft = useDraft(read.task.description ?? '', read.etag, (text, etag) =>
    save({ description: text === '' ? null : text }, etag),
  );

  function onKey(event: KeyboardEvent<HTMLTextAreaElement>) {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.blur();
    if (event.key === 'Escape') leave(event, draft.giveUp);
  }

  return (
    <Textarea
      label={t('field.description')}
      placeholder={t('drawer.addDescription')}
      autosize
      minRows={3}
      maxRows={20}
      value={draft.text}
      onChange={(event) => draft.type(event.currentTarget.value)}
      onBlur={() => void draft.finish()}
      onKeyDown={onKey}
    />
  );
}

/** Escape gives up what was typed, and closes nothing. */
function leave(event: KeyboardEvent<HTMLTextAreaElement>, giveUp: () => void) {
  event.stopPropagation();
  giveUp();
}
