import { notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';
import { useSentence } from './Trouble';

/** Says at the edge of the page that something was done. */
export function tell(message: ReactNode, milliseconds = 6000): string {
  return notifications.show({ message, autoClose: milliseconds, withBorder: true, color: 'indigo' });
}

/** Says at the edge of the page that something was refused, and why. */
export function useComplain(): (error: unknown) => void {
  const sentence = useSentence();
  return (error) => {
    const { title, hint } = sentence(error);
    notifications.show({
      title,
      message: hint ?? '',
      color: 'red',
      withBorder: true,
      autoClose: 10_000,
      role: 'alert',
    });
  };
}

export function dismiss(id: string): void {
  notifications.hide(id);
}
