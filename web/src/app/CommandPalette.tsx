import { useDebouncedValue } from '@mantine/hooks';
import { Spotlight, type SpotlightActionData } from '@mantine/spotlight';
import { PlusIcon, QuestionIcon, SearchIcon } from '@primer/octicons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SEARCH_MIN, tasksPageQuery } from '../tasks/queries';
import { useCommands } from './commands';
import { PLACES } from './places';

/** Ctrl-K: goes to pages, finds tasks, and does what the shortcuts do. */
export function CommandPalette() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const commands = useCommands();
  const [text, setText] = useState('');
  const actions: { group: string; actions: SpotlightActionData[] }[] = [
    { group: t('palette.tasks'), actions: useFoundTasks(text) },
    {
      group: t('palette.go'),
      actions: PLACES.map(({ to, name, Picture }) => ({
        id: to,
        label: t(`nav.${name}`),
        leftSection: <Picture size={18} aria-hidden />,
        onClick: () => void navigate({ to }),
      })),
    },
    {
      group: t('palette.commands'),
      actions: [
        {
          id: 'new',
          label: t('tasks.new'),
          leftSection: <PlusIcon size={18} />,
          onClick: commands.newTask,
        },
        {
          id: 'help',
          label: t('shortcuts.title'),
          leftSection: <QuestionIcon size={18} />,
          onClick: commands.help,
        },
      ],
    },
  ];
  return (
    <Spotlight
      query={text}
      onQueryChange={setText}
      actions={actions}
      filter={(query, groups) => groups.map((group) => narrowed(group, query, t('palette.tasks')))}
      nothingFound={t('palette.nothing')}
      shortcut="mod + K"
      lockScroll={false}
      scrollable
      maxHeight={420}
      searchProps={{
        leftSection: <SearchIcon size={18} />,
        placeholder: t('palette.placeholder'),
        'aria-label': t('palette.placeholder'),
      }}
    />
  );
}

function useFoundTasks(text: string): SpotlightActionData[] {
  const navigate = useNavigate();
  const [search] = useDebouncedValue(text.trim(), 150);
  const wanted = search.length >= SEARCH_MIN;
  const { data } = useQuery({
    ...tasksPageQuery({ search }, '-updatedAt', 0, 8),
    enabled: wanted,
    placeholderData: keepPreviousData,
  });
  if (!wanted) return [];
  return (data?.data ?? []).map((task) => ({
    id: task.id,
    label: task.title,
    onClick: () => void navigate({ to: '/tasks', search: { task: task.id } }),
  }));
}

type Entry = SpotlightActionData | { group: string; actions: SpotlightActionData[] };

/** The entries of a group whose label has the text; what the server found is not looked through again. */
function narrowed(entry: Entry, text: string, found: string): Entry {
  if (!('actions' in entry) || entry.group === found) return entry;
  const wanted = text.trim().toLowerCase();
  return { ...entry, actions: entry.actions.filter((each) => each.label?.toLowerCase().includes(wanted)) };
}
