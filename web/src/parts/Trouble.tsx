import { Button, Text } from '@mantine/core';
import { CloudOfflineIcon, LockIcon } from '@primer/octicons-react';
import { useTranslation } from 'react-i18next';
import { Problem } from '../api/problem';
import { Notice } from './Notice';

interface TroubleProps {
  error: unknown;
  onRetry?: () => void;
}

/** Says why something could not be read, in the server's words where it has said any. */
export function Trouble({ error, onRetry }: TroubleProps) {
  const { t } = useTranslation();
  const said = useSentence()(error);
  const problem = error instanceof Problem ? error : null;
  const requestId = problem?.headers.get('x-request-id');
  return (
    <Notice
      title={said.title}
      {...(said.hint ? { hint: said.hint } : {})}
      picture={problem?.status === 403 ? <LockIcon /> : <CloudOfflineIcon />}
    >
      {onRetry && <Button onClick={onRetry}>{t('actions.retry')}</Button>}
      {requestId && problem && problem.status >= 500 && (
        <Text size="xs" c="dimmed">
          {t('trouble.requestId', { id: requestId })}
        </Text>
      )}
    </Notice>
  );
}

/** Gives the words for a failure: a title, and what more there is to say. */
export function useSentence(): (error: unknown) => { title: string; hint?: string } {
  const { t } = useTranslation();
  return (error) => {
    if (!(error instanceof Problem)) return { title: t('trouble.title'), hint: String(error) };
    if (error.status === 0) return { title: t('trouble.unreachable'), hint: t('trouble.unreachableHint') };
    if (error.status === 403) return { title: t('trouble.forbidden'), hint: error.message };
    const more = Object.values(error.fields).join(' · ');
    return { title: error.message, ...(more ? { hint: more } : {}) };
  };
}
