import { Alert, Button, Group, SegmentedControl, Text } from '@mantine/core';
import { GitMergeIcon } from '@primer/octicons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TaskWish } from '../../api/types';
import { useFieldWords } from '../fields';
import type { Before, Conflict } from '../saving';
import classes from './drawer.module.css';

interface ConflictCardProps {
  conflict: Conflict;
  onDecide: (before: Before, wish: TaskWish) => void;
  onYield: () => void;
}

/** Shows what two people made of the same fields, side by side, and lets one of them choose. */
export function ConflictCard({ conflict, onDecide, onYield }: ConflictCardProps) {
  const { t } = useTranslation();
  const words = useFieldWords();
  const { wish, current, fields } = conflict;
  const [mine, setMine] = useState<ReadonlySet<string>>(new Set(fields));

  function decide() {
    const kept = Object.entries(wish).filter(([field]) => !fields.includes(field) || mine.has(field));
    if (kept.length === 0) onYield();
    else onDecide({ task: current.task, etag: current.etag }, Object.fromEntries(kept));
  }

  function choose(field: string, side: string) {
    const next = new Set(mine);
    if (side === 'mine') next.add(field);
    else next.delete(field);
    setMine(next);
  }

  return (
    <Alert
      role="alert"
      color="gray"
      variant="default"
      title={t('drawer.conflictTitle')}
      icon={<GitMergeIcon />}
      classNames={{ message: classes.conflict ?? '' }}
    >
      <Text size="sm">{t('drawer.conflictHint')}</Text>
      {fields.map((field) => (
        <fieldset key={field} className={classes.versus}>
          <legend>{words.name(field)}</legend>
          <div>
            <span className={classes.small}>{t('drawer.mine')}</span>
            <p data-chosen={mine.has(field)}>{words.text(field, wish[field as keyof TaskWish])}</p>
          </div>
          <div>
            <span className={classes.small}>{t('drawer.theirs')}</span>
            <p data-chosen={!mine.has(field)}>
              {words.text(field, current.task[field as keyof typeof current.task])}
            </p>
          </div>
          <SegmentedControl
            size="xs"
            aria-label={words.name(field)}
            value={mine.has(field) ? 'mine' : 'theirs'}
            onChange={(side) => choose(field, side)}
            data={[
              { value: 'mine', label: t('drawer.keepMine') },
              { value: 'theirs', label: t('drawer.takeTheirs') },
            ]}
          />
        </fieldset>
      ))}
      <Group justify="flex-end">
        <Button size="xs" onClick={decide}>
          {t('drawer.resolve')}
        </Button>
      </Group>
    </Alert>
  );
}
