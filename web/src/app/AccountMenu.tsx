import { Menu, SegmentedControl, Text, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { CodeIcon, QuestionIcon, SignOutIcon } from '@primer/octicons-react';
import { useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Person } from '../parts/Person';
import { useComplain } from '../parts/toasts';
import { signOut, useSession } from '../session/queries';
import { choose, currentLanguage, LANGUAGES, type Language } from '../words';
import classes from './AccountMenu.module.css';
import { useCommands } from './commands';

export function AccountMenu() {
  const { t } = useTranslation();
  const { user } = useSession();
  const { help } = useCommands();
  const { colorScheme, setColorScheme } = useMantineColorScheme({
    keepTransitions: true, // stopping them takes a style element, which the server's policy does not allow
  });
  const complain = useComplain();
  const router = useRouter();

  async function leave() {
    try {
      await signOut();
      await router.navigate({ to: '/sign-in' });
    } catch (error) {
      complain(error);
    }
  }

  return (
    <Menu position="bottom-end" width={260} withinPortal>
      <Menu.Target>
        <UnstyledButton aria-label={t('account.menu', { name: user.name })} className={classes.button}>
          <Person id={user.id} compact />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={classes.who}>
          <Text fw={600}>{user.name}</Text>
          <Text size="sm" c="dimmed">
            {user.email} · {t(`role.${user.role}`)}
          </Text>
        </div>
        <Menu.Divider />
        <div className={classes.setting}>
          <Text size="xs" c="dimmed">
            {t('account.appearance')}
          </Text>
          <SegmentedControl
            size="xs"
            fullWidth
            aria-label={t('account.appearance')}
            value={colorScheme}
            onChange={(value) => setColorScheme(value as typeof colorScheme)}
            data={(['light', 'dark', 'auto'] as const).map((value) => ({
              value,
              label: t(`account.${value}`),
            }))}
          />
          <Text size="xs" c="dimmed">
            {t('account.language')}
          </Text>
          <SegmentedControl
            size="xs"
            fullWidth
            aria-label={t('account.language')}
            value={currentLanguage()}
            onChange={(value) => void choose(value as Language)}
            data={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
          />
        </div>
        <Menu.Divider />
        <Menu.Item leftSection={<QuestionIcon size={16} />} onClick={help}>
          {t('account.shortcuts')}
        </Menu.Item>
        <Menu.Item leftSection={<CodeIcon size={16} />} component="a" href="/docs">
          {t('account.reference')}
        </Menu.Item>
        <Menu.Item leftSection={<SignOutIcon size={16} />} onClick={() => void leave()}>
          {t('account.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
