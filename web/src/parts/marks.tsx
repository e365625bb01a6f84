import { useTranslation } from 'react-i18next';
import { PRIORITIES, type Priority, type Status } from '../api/types';
import classes from './marks.module.css';

/** A status as a coloured dot and its name: never colour alone. */
export function StatusMark({ status }: { status: Status }) {
  const { t } = useTranslation();
  return (
    <span className={classes.mark}>
      <span className={classes.dot} data-status={status} aria-hidden />
      {t(`status.${status}`)}
    </span>
  );
}

/** A priority as one to four bars and its name. */
export function PriorityMark({ priority }: { priority: Priority }) {
  const { t } = useTranslation();
  const height = PRIORITIES.indexOf(priority);
  return (
    <span className={classes.mark} data-priority={priority}>
      <svg width={14} height={14} viewBox="0 0 14 14" aria-hidden="true">
        {PRIORITIES.map((each, place) => (
          <rect
            key={each}
            x={place * 3.6}
            y={10 - place * 3}
            width={2.4}
            height={4 + place * 3}
            rx={1}
            fill="currentColor"
            opacity={place <= height ? 1 : 0.2}
          />
        ))}
      </svg>
      {t(`priority.${priority}`)}
    </span>
  );
}

export function TagMark({ tag }: { tag: string }) {
  return <span className={classes.tag}>{tag}</span>;
}
