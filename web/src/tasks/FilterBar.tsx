import { CloseButton, TextInput, UnstyledButton } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { SearchIcon, XIcon } from '@primer/octicons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PRIORITIES, STATUSES } from '../api/types';
import type { Filters } from '../app/addresses';
import { usePeopleChoice, usePersonName } from '../people/queries';
import { ChoiceFilter } from './ChoiceFilter';
import classes from './FilterBar.module.css';
import { SEARCH_MIN } from './queries';

const DUE = ['overdue', 'week', 'none'] as const;
const TYPING_PAUSE = 250; // milliseconds

type ListFilter = 'status' | 'priority' | 'assigneeId' | 'tags' | 'createdBy';

interface FilterBarProps {
  filters: Filters;
  onChange: (filters: Filters) => void;
}

/** What the list is narrowed to: to choose from above, and as chips that can be taken away below. */
export function FilterBar({ filters, onChange }: FilterBarProps) {
  const { t } = useTranslation();
  const people = usePeopleChoice();
  const chips = useChips(filters);

  function set(name: ListFilter, values: string[]) {
    const { [name]: _, ...others } = filters;
    onChange(values.length > 0 ? { ...others, [name]: values.join(',') } : others);
  }

  function setDue(value: string | undefined) {
    const { due: _, ...others } = filters;
    onChange(value ? { ...others, due: value } : others);
  }

  function remove({ name, value }: Chip) {
    if (name === 'due') setDue(undefined);
    else
      set(
        name,
        values(filters, name).filter((each) => each !== value),
      );
  }

  return (
    <div className={classes.bar}>
      <div className={classes.choices}>
        <SearchField
          key={filters.search ?? ''}
          value={filters.search ?? ''}
          onChange={(search) => {
            const { search: _, ...others } = filters;
            onChange(search ? { ...others, search } : others);
          }}
        />
        <ChoiceFilter
          label={t('field.status')}
          options={STATUSES.map((value) => ({ value, label: t(`status.${value}`) }))}
          chosen={values(filters, 'status')}
          onChange={(chosen) => set('status', chosen)}
        />
        <ChoiceFilter
          label={t('field.priority')}
          options={PRIORITIES.map((value) => ({ value, label: t(`priority.${value}`) }))}
          chosen={values(filters, 'priority')}
          onChange={(chosen) => set('priority', chosen)}
        />
        <ChoiceFilter
          label={t('field.assigneeId')}
          options={people}
          chosen={values(filters, 'assigneeId')}
          onChange={(chosen) => set('assigneeId', chosen)}
        />
        <ChoiceFilter
          label={t('field.dueDate')}
          options={DUE.map((value) => ({ value, label: t(`tasks.due.${value}`) }))}
          chosen={filters.due ? [filters.due] : []}
          onChange={(chosen) => setDue(chosen.at(-1))}
        />
      </div>
      {chips.length > 0 && (
        <ul className={classes.chips} aria-label={t('tasks.filter')}>
          {chips.map((chip) => (
            <li key={`${chip.name} ${chip.value}`}>
              <UnstyledButton
                className={classes.chip}
                aria-label={t('tasks.removeFilter', { filter: chip.label })}
                onClick={() => remove(chip)}
              >
                {chip.label}
                <XIcon size={13} />
              </UnstyledButton>
            </li>
          ))}
          <li>
            <UnstyledButton className={classes.clear} onClick={() => onChange({})}>
              {t('tasks.clear')}
            </UnstyledButton>
          </li>
        </ul>
      )}
    </div>
  );
}

interface Chip {
  name: ListFilter | 'due';
  value: string;
  label: string;
}

function useChips(filters: Filters): Chip[] {
  const { t } = useTranslation();
  const nameOf = usePersonName();
  const labels: Record<ListFilter, (value: string) => string> = {
    status: (value) => t(`status.${value as 'TODO'}`),
    priority: (value) => t(`priority.${value as 'LOW'}`),
    assigneeId: nameOf,
    createdBy: nameOf,
    tags: (value) => value,
  };
  const names = Object.keys(labels) as ListFilter[];
  const chips: Chip[] = names.flatMap((name) =>
    values(filters, name).map((value) => ({
      name,
      value,
      label: `${t(`field.${name}`)}: ${labels[name](value)}`,
    })),
  );
  const { due } = filters;
  if (due)
    chips.push({
      name: 'due',
      value: due,
      label: `${t('field.dueDate')}: ${t(`tasks.due.${due as 'week'}`)}`,
    });
  return chips;
}

function values(filters: Filters, name: ListFilter): string[] {
  return filters[name]?.split(',') ?? [];
}

interface SearchFieldProps {
  value: string;
  onChange: (value: string) => void;
}

function SearchField({ value, onChange }: SearchFieldProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(value);
  const later = useDebouncedCallback(onChange, TYPING_PAUSE);
  const short = typed.length > 0 && typed.length < SEARCH_MIN;

  function type(text: string) {
    setTyped(text);
    if (text.length === 0 || text.length >= SEARCH_MIN) later(text);
  }

  return (
    <TextInput
      type="search"
      className={classes.search}
      placeholder={t('tasks.search')}
      aria-label={t('tasks.search')}
      {...(short ? { description: t('tasks.searchHint'), inputWrapperOrder: ['input', 'description'] } : {})}
      leftSection={<SearchIcon size={16} />}
      rightSection={typed && <CloseButton size="sm" aria-label={t('tasks.clear')} onClick={() => type('')} />}
      value={typed}
      onChange={(event) => type(event.currentTarget.value)}
    />
  );
}
