import { useTranslation } from 'react-i18next';
import type { ChangeStage, Status } from '../api/types';
import classes from '../parts/marks.module.css';

/** The colours are those of a task's statuses that mean the same to whoever looks. */
const ALIKE: Record<ChangeStage, Status> = {
  OPEN_AND_UNLOCKED: 'TODO',
  OPEN_AND_LOCKED: 'TODO',
  SUBMITTED_FOR_ROUTING: 'REVIEW',
  SUBMITTED_FOR_APPROVAL: 'REVIEW',
  APPROVED: 'IN_PROGRESS',
  REJECTED: 'CANCELED',
  CANCELED: 'CANCELED',
  EFFECTIVE: 'IN_PROGRESS',
  EXPIRED: 'CANCELED',
  COMPLETED: 'DONE',
};

export function StageMark({ stage }: { stage: ChangeStage }) {
  const { t } = useTranslation();
  return (
    <span className={classes.mark}>
      <span className={classes.dot} data-status={ALIKE[stage]} aria-hidden />
      {t(`stage.${stage}`)}
    </span>
  );
}
