import { useTranslation } from 'react-i18next';
import { usePersonName } from '../people/queries';
import classes from './marks.module.css';

interface PersonProps {
  id: string | null;
  /** Only the face, with the name for who cannot see it. */
  compact?: boolean;
}

export function Person({ id, compact = false }: PersonProps) {
  const { t } = useTranslation();
  const name = usePersonName()(id);
  if (id === null) return <span className={classes.nobody}>{compact ? '' : t('people.nobody')}</span>;
  return (
    <span className={classes.person} title={name}>
      <span className={classes.face} aria-hidden>
        {initials(name)}
      </span>
      <span className={compact ? 'visually-hidden' : classes.name}>{name}</span>
    </span>
  );
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters.map((word) => word?.[0]?.toUpperCase() ?? '').join('');
}
