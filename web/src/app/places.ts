import { ChecklistIcon, type Icon, ProjectIcon } from '@primer/octicons-react';

/** Where one can go: the pages that there are, in the navigation, the palette and the shortcuts alike. */
export const PLACES = [
  { to: '/tasks', name: 'tasks', key: 't', Picture: ChecklistIcon },
  { to: '/board', name: 'board', key: 'b', Picture: ProjectIcon },
] as const satisfies readonly { to: string; name: string; key: string; Picture: Icon }[];
