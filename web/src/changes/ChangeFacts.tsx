import { useTranslation } from 'react-i18next';
import type { Change } from '../api/types';
import { absolute } from '../words/instants';
import classes from './changes.module.css';

export function ChangeFacts({ change }: { change: Change }) {
  const { t } = useTranslation();
  const instant = (value: string | null) => value && absolute(value);
  const facts: [string, string | null | undefined][] = [
    [t('changes.category'), change.category.name],
    [t('changes.creator'), change.creator?.fullName],
    [t('changes.created'), instant(change.creationDateTime)],
    [t('changes.effectivity'), t(`effectivity.${change.effectivityType}`)],
    [t('changes.planned'), instant(change.effectivityPlannedDateTime)],
    [t('changes.effective'), instant(change.effectiveDateTime)],
    [t('changes.expires'), instant(change.expirationDateTime)],
    [t('changes.deadline'), instant(change.approvalDeadlineDateTime)],
    [t('changes.administrators'), change.administrators.map((each) => each.fullName).join(', ')],
    [t('changes.routings'), change.routings.map((each) => each.name).join(', ')],
    ...change.additionalAttributes.map((each): [string, string | null] => [
      each.name,
      each.value === null || each.value === undefined ? null : String(each.value),
    ]),
  ];
  return (
    <dl className={classes.facts}>
      {facts
        .filter(([, value]) => value)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
