import { useEffect, useRef } from 'react';

const PAUSE = 1200; // milliseconds that may pass between the keys of a sequence

/**
 * Calls what a key, or two keys one after the other (`g t`), stand for. Nothing is done while something is
 * being typed, chosen or asked in a dialog.
 */
export function useShortcuts(shortcuts: Record<string, () => void>): void {
  const current = useRef(shortcuts);
  useEffect(() => {
    current.current = shortcuts;
  });
  useEffect(() => {
    let before = '';
    let since = 0;
    function onKey(event: KeyboardEvent) {
      if (event.ctrlKey || event.metaKey || event.altKey || isBusy(event.target)) return;
      const sequence = event.timeStamp - since < PAUSE ? `${before} ${event.key}` : event.key;
      const act = current.current[sequence] ?? current.current[event.key];
      before = event.key;
      since = act ? 0 : event.timeStamp;
      if (!act) return;
      event.preventDefault();
      act();
    }
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}

function isBusy(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable || target.closest('input, textarea, select, [role=dialog], [role=menu]') !== null
  );
}
