import { ChecklistIcon, GitPullRequestIcon, type Icon, InboxIcon, ProjectIcon } from '@primer/octicons-react';

/** Where one can go: the pages that there are, in the navigation, the palette and the shortcuts alike. */
export const PLACES = [
  { to: '/work', name: 'work', key: 'w', Picture: InboxIcon },
  { to: '/tasks', name: 'tasks', key: 't', Picture: ChecklistIcon },
  { to: '/board', name: 'board', key: 'b', Picture: ProjectIcon },
  { to: '/changes', name: 'changes', key: 'c', Picture: GitPullRequestIcon },
] as const satisfies readonly { to: string; name: string; key: string; Picture: Icon }[];
