import { Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './Notice.module.css';

interface NoticeProps {
  title: string;
  hint?: string;
  picture?: ReactNode;
  children?: ReactNode;
}

/** Says, where something would be, why it is not there and what can be done. */
export function Notice({ title, hint, picture, children }: NoticeProps) {
  return (
    <div className={classes.notice} role="status">
      {picture && <div className={classes.picture}>{picture}</div>}
      <Title order={2} size="h4">
        {title}
      </Title>
      {hint && <Text c="dimmed">{hint}</Text>}
      {children && <div className={classes.actions}>{children}</div>}
    </div>
  );
}
