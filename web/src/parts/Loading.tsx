import { Loader } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './Notice.module.css';

export function LoadingPage() {
  const { t } = useTranslation();
  return (
    <div className={classes.notice} role="status" aria-label={t('tasks.loadingRow')}>
      <Loader />
    </div>
  );
}
