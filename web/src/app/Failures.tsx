import { Button, Code } from '@mantine/core';
import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Notice } from '../parts/Notice';

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <Notice title={t('app.notFound')} hint={t('app.notFoundHint')}>
      <Button component={Link} to="/tasks">
        {t('app.toStart')}
      </Button>
    </Notice>
  );
}

/** What is shown in place of a page that could not be drawn. */
export function CrashedPage({ error }: ErrorComponentProps) {
  const { t } = useTranslation();
  return (
    <Notice title={t('trouble.crashed')} hint={t('trouble.crashedHint')}>
      <Code block>{String(error)}</Code>
      <Button onClick={() => window.location.reload()}>{t('trouble.reload')}</Button>
    </Notice>
  );
}
