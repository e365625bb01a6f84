import { useTranslation } from 'react-i18next';
import type { ChangeStage } from '../api/types';
import classes from './changes.module.css';

/** The way that most changes go, by the stages of which each step is made. */
const STEPS: readonly (readonly ChangeStage[])[] = [
  ['OPEN_AND_UNLOCKED', 'OPEN_AND_LOCKED', 'CANCELED'],
  ['SUBMITTED_FOR_APPROVAL', 'SUBMITTED_FOR_ROUTING', 'REJECTED'],
  ['APPROVED'],
  ['EFFECTIVE', 'EXPIRED'],
  ['COMPLETED'],
];

/** How far a change has come. A step shows its own name, or that of where the change left the usual way. */
export function LifecycleTrack({ stage }: { stage: ChangeStage }) {
  const { t } = useTranslation();
  const reached = STEPS.findIndex((stages) => stages.includes(stage));
  return (
    <ol className={classes.track} aria-label={t('changes.track')}>
      {STEPS.map((stages, place) => {
        const here = place === reached;
        const [usual] = stages;
        return (
          <li
            key={usual}
            className={classes.step}
            data-reached={place <= reached}
            {...(here ? { 'aria-current': 'step' as const } : {})}
          >
            {usual && t(`stage.${here ? stage : usual}`)}
          </li>
        );
      })}
    </ol>
  );
}
