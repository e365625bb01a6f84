import { Alert, Anchor, Button, Checkbox, Paper, PasswordInput, Text, TextInput, Title } from '@mantine/core';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import pictureOfApp from '../app/icon.svg';
import { useSentence } from '../parts/Trouble';
import { useSignIn } from './queries';
import classes from './SignInPage.module.css';

const route = getRouteApi('/sign-in');

export function SignInPage() {
  const { t } = useTranslation();
  const { to } = route.useSearch();
  const router = useRouter();
  const signIn = useSignIn();
  const sentence = useSentence();
  const [several, setSeveral] = useState(false);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const workspaceId = String(form.get('workspace') ?? '').trim();
    const wish = {
      email: String(form.get('email')),
      password: String(form.get('password')),
      ...(workspaceId ? { workspaceId: Number(workspaceId) } : {}),
    };
    signIn.mutate(wish, { onSuccess: () => router.navigate({ href: to ?? '/', replace: true }) });
  }

  return (
    <main className={classes.page}>
      <Paper className={classes.card} withBorder shadow="sm" radius="lg">
        <img src={pictureOfApp} alt="" width={44} height={44} />
        <Title order={1} size="h2">
          {t('app.name')}
        </Title>
        <Text c="dimmed">{t('signIn.lead')}</Text>
        <form className={classes.form} onSubmit={submit}>
          {signIn.error && (
            <Alert color="red" role="alert" variant="outline">
              {sentence(signIn.error).title}
            </Alert>
          )}
          <TextInput
            name="email"
            type="email"
            label={t('signIn.email')}
            autoComplete="username"
            required
            autoFocus
          />
          <PasswordInput
            name="password"
            label={t('signIn.password')}
            autoComplete="current-password"
            required
          />
          <Checkbox
            label={t('signIn.withWorkspace')}
            checked={several}
            onChange={(event) => setSeveral(event.currentTarget.checked)}
          />
          {several && (
            <TextInput
              name="workspace"
              label={t('signIn.workspace')}
              description={t('signIn.workspaceHint')}
              inputMode="numeric"
              pattern="[0-9]{9}"
            />
          )}
          <Button type="submit" fullWidth loading={signIn.isPending}>
            {t('signIn.submit')}
          </Button>
        </form>
        <Text size="sm" c="dimmed">
          {t('signIn.apiKeys')}{' '}
          <Anchor href="/docs" underline="always">
            {t('signIn.reference')}
          </Anchor>
        </Text>
      </Paper>
    </main>
  );
}
