import { notifications } from '@mantine/notifications';
import i18next from 'i18next';
import type { ReactNode } from 'react';
import { useSentence } from './Trouble';

/** Says at the edge of the page that something was done. */
export function tell(message: ReactNode, milliseconds = 6000): string {
  return notifications.show({
    message,
    autoClose: milliseconds,
    withBorder: true,
    color: 'indigo',
    closeButtonProps: closeButton(),
  });
}

/** Says at the edge of the page that something was not done, and why. */
export function refuse(title: string, message: string): void {
  notifications.show({
    title,
    message,
    color: 'red',
    withBorder: true,
    autoClose: 12_000,
    role: 'alert',
    closeButtonProps: closeButton(),
  });
}

/** Gives what tells of a failure in the server's words. */
export function useComplain(): (error: unknown) => void {
  const sentence = useSentence();
  return (error) => {
    const { title, hint } = sentence(error);
    refuse(title, hint ?? '');
  };
}

export function dismiss(id: string): void {
  notifications.hide(id);
}

function closeButton() {
  return { 'aria-label': i18next.t('actions.dismiss') };
}
