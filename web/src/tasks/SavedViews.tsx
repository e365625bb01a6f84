import { ActionIcon, Button, Popover, Text, TextInput } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { BookmarkIcon, TrashIcon } from '@primer/octicons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ListAddress, readList } from '../app/addresses';
import { useSession } from '../session/queries';
import classes from './SavedViews.module.css';

interface View {
  name: string;
  address: ListAddress;
}

/** Filters and an order under a name. They are kept in the browser: the server has no place for them yet. */
export function SavedViews() {
  const { t } = useTranslation();
  const { user } = useSession();
  const [opened, setOpened] = useState(false);
  const { task: _, ...address } = readList(useSearch({ strict: false }));
  const navigate = useNavigate();
  const [views, setViews] = useLocalStorage<View[]>({
    key: `punchlist-views-${user.id}`,
    defaultValue: [],
    getInitialValueInEffect: false,
  });

  function save(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const name = String(new FormData(form).get('name')).trim();
    if (!name) return;
    setViews([...views.filter((view) => view.name !== name), { name, address }]);
    form.reset();
  }

  function show(view: View) {
    setOpened(false);
    void navigate({ to: '/tasks', search: view.address });
  }

  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={300} trapFocus shadow="md">
      <Popover.Target>
        <Button variant="default" leftSection={<BookmarkIcon size={16} />} onClick={() => setOpened(!opened)}>
          {t('views.menu')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        {views.length === 0 && (
          <Text size="sm" c="dimmed">
            {t('views.none')}
          </Text>
        )}
        <ul className={classes.views}>
          {views.map((view) => (
            <li key={view.name}>
              <Button variant="subtle" size="compact-sm" onClick={() => show(view)}>
                {view.name}
              </Button>
              <ActionIcon
                variant="subtle"
                color="red"
                aria-label={t('views.remove', { name: view.name })}
                onClick={() => setViews(views.filter((each) => each !== view))}
              >
                <TrashIcon size={16} />
              </ActionIcon>
            </li>
          ))}
        </ul>
        <form onSubmit={save} className={classes.form}>
          <TextInput name="name" size="xs" maxLength={60} label={t('views.name')} required />
          <Button type="submit" size="xs">
            {t('views.save')}
          </Button>
          <Text size="xs" c="dimmed">
            {t('views.where')}
          </Text>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
