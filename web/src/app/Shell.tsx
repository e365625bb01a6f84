import { Kbd, Text, UnstyledButton } from '@mantine/core';
import { SearchIcon } from '@primer/octicons-react';
import { Link, Outlet, useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../session/queries';
import { AccountMenu } from './AccountMenu';
import { CommandsContext } from './commands';
import pictureOfApp from './icon.svg';
import { useLiveUpdates } from './live';
import { openPalette } from './palette';
import { PLACES } from './places';
import classes from './Shell.module.css';
import { useShortcuts } from './shortcuts';

// What is opened over a page is loaded after the page.
const TaskDrawer = lazy(async () => ({ default: (await import('../tasks/drawer/TaskDrawer')).TaskDrawer }));
const NewTaskDialog = lazy(async () => ({ default: (await import('../tasks/NewTaskDialog')).NewTaskDialog }));
const ShortcutsHelp = lazy(async () => ({ default: (await import('./ShortcutsHelp')).ShortcutsHelp }));
const CommandPalette = lazy(async () => ({ default: (await import('./CommandPalette')).CommandPalette }));

/** The frame around every page: where one can go, who one is, and what is open over the page. */
export function Shell() {
  const { t } = useTranslation();
  const { workspace } = useSession();
  const navigate = useNavigate();
  const [creating, setCreating] = useState(false);
  const [helping, setHelping] = useState(false);
  const commands = { newTask: () => setCreating(true), help: () => setHelping(true) };
  useLiveUpdates();
  useShortcuts({
    '?': commands.help,
    c: commands.newTask,
    '/': focusSearch,
    ...Object.fromEntries(PLACES.map(({ key, to }) => [`g ${key}`, () => void navigate({ to })])),
  });

  return (
    <CommandsContext value={commands}>
      <div className={classes.shell}>
        <a href="#page" className={classes.skip}>
          {t('app.skip')}
        </a>
        <header className={classes.header}>
          <Link to="/tasks" className={classes.brand}>
            <img src={pictureOfApp} alt={t('app.name')} width={26} height={26} />
            <span className={classes.brandName} aria-hidden>
              {t('app.name')}
            </span>
          </Link>
          <Text size="sm" c="dimmed" className={classes.workspace}>
            {workspace.name}
          </Text>
          <UnstyledButton className={classes.find} onClick={openPalette} aria-label={t('palette.open')}>
            <SearchIcon size={16} />
            <span className={classes.findText}>{t('palette.open')}</span>
            <Kbd size="xs" className={classes.findText}>
              Ctrl K
            </Kbd>
          </UnstyledButton>
          <AccountMenu />
        </header>
        <nav className={classes.navigation} aria-label={t('app.navigation')}>
          {PLACES.map(({ to, name, Picture }) => (
            <Link key={to} to={to} className={classes.place} activeProps={{ 'aria-current': 'page' }}>
              <Picture size={20} aria-hidden />
              <span>{t(`nav.${name}`)}</span>
            </Link>
          ))}
        </nav>
        <main id="page" className={classes.page} tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      <Suspense>
        <OpenTask />
        <NewTaskDialog opened={creating} onClose={() => setCreating(false)} />
        <ShortcutsHelp opened={helping} onClose={() => setHelping(false)} />
        <CommandPalette />
      </Suspense>
    </CommandsContext>
  );
}

/** The task that the address names, beside whatever page is shown. */
function OpenTask() {
  const { task } = useSearch({ strict: false });
  const navigate = useNavigate();
  const close = () => void navigate({ to: '.', search: ({ task: _, ...rest }) => rest });
  return <TaskDrawer taskId={task} onClose={close} />;
}

function focusSearch() {
  document.querySelector<HTMLInputElement>('input[type="search"]')?.focus();
}
