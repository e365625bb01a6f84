import { useTranslation } from 'react-i18next';
import type { ChangeEvent, ChangeStage, ImplementationTaskStatus } from '../api/types';
import { absolute } from '../words/instants';

/** What an event is told as: a sentence, and a line for each attribute whose values say something to a reader. */
export interface Happening {
  sentence: string;
  lines: string[];
}

const ENTITIES = ['change', 'implementation_task', 'note', 'vote', 'task_file'] as const;
const VERBS = ['created', 'updated', 'deleted', 'transitioned'] as const;

export function useHappening(): (event: ChangeEvent) => Happening {
  const { t } = useTranslation();

  function text(attribute: string, value: unknown): string {
    if (value === null || value === undefined || value === '') return t('drawer.empty');
    if (attribute === 'lifecycleStatus') return t(`stage.${value as ChangeStage}`);
    if (attribute === 'status') return t(`taskStatus.${value as ImplementationTaskStatus}`);
    if (attribute.endsWith('DateTime') || attribute === 'dueDate') return absolute(String(value));
    return String(value);
  }

  return ({ entity, verb, changes }) => {
    const thing = ENTITIES.find((each) => each === entity);
    const deed = VERBS.find((each) => each === verb);
    const sentence =
      thing && deed ? `${t(`happening.${thing}`)} ${t(`happening.${deed}`)}` : `${entity} ${verb}`;
    const told = changes.filter(({ from, to }) => isPlain(from) && isPlain(to));
    const lines =
      verb === 'created'
        ? told
            .filter(({ attribute }) => attribute === 'name' || attribute === 'note')
            .map(({ to }) => String(to))
        : told.map(({ attribute, from, to }) => `${text(attribute, from)} → ${text(attribute, to)}`);
    return { sentence, lines };
  };
}

/** Whether a value is one that can be read as it is; guids and objects are not. */
function isPlain(value: unknown): boolean {
  return typeof value !== 'object' || value === null ? !/^[0-9A-Z]{20}$/.test(String(value)) : false;
}
