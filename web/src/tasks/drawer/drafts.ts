import { useState } from 'react';

/** What somebody is typing, and the version of the task that they see while they do. */
export interface Draft {
  text: string;
  etag: string;
}

/**
 * A field that is typed in: it shows the server's text until somebody types, and theirs from then on, whatever
 * arrives from others meanwhile. The draft ends when it is saved or given up, not before.
 */
export function useDraft(text: string, etag: string, save: (text: string, etag: string) => Promise<boolean>) {
  const [draft, setDraft] = useState<Draft | null>(null);
  return {
    text: draft?.text ?? text,
    type: (typed: string) => setDraft({ text: typed, etag: draft?.etag ?? etag }),
    giveUp: () => setDraft(null),
    finish: async () => {
      if (!draft) return;
      if (draft.text === text || (await save(draft.text, draft.etag))) setDraft(null);
    },
  };
}
