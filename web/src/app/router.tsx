import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { LoadingPage } from '../parts/Loading';
import { sessionQuery } from '../session/queries';
import { SignInPage } from '../session/SignInPage';
import { TaskListPage } from '../tasks/TaskListPage';
import {
  readAddress,
  readBoard,
  readChanges,
  readList,
  readOpenTask,
  readSignIn,
  writeAddress,
} from './addresses';
import { CrashedPage, NotFoundPage } from './Failures';
import { queryClient } from './queries';
import { Shell } from './Shell';

const root = createRootRoute({ notFoundComponent: NotFoundPage, errorComponent: CrashedPage });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: readSignIn,
  beforeLoad: async ({ search }) => {
    if (await queryClient.ensureQueryData(sessionQuery)) throw redirect({ href: search.to ?? '/' });
  },
  component: SignInPage,
});

/** What only those see who are signed in. */
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: async ({ location }) => {
    if (await queryClient.ensureQueryData(sessionQuery)) return;
    const to = location.href === '/' ? undefined : location.href;
    throw redirect({ to: '/sign-in', search: to ? { to } : {} });
  },
  component: Shell,
});

const start = createRoute({
  getParentRoute: () => shell,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/tasks' });
  },
});

const taskList = createRoute({
  getParentRoute: () => shell,
  path: '/tasks',
  validateSearch: readList,
  component: TaskListPage,
});

const board = createRoute({
  getParentRoute: () => shell,
  path: '/board',
  validateSearch: readBoard,
  component: lazyRouteComponent(() => import('../board/BoardPage'), 'BoardPage'),
});

const changes = createRoute({
  getParentRoute: () => shell,
  path: '/changes',
  validateSearch: readChanges,
  component: lazyRouteComponent(() => import('../changes/ChangeListPage'), 'ChangeListPage'),
});

const change = createRoute({
  getParentRoute: () => shell,
  path: '/changes/$changeId',
  component: lazyRouteComponent(() => import('../changes/ChangePage'), 'ChangePage'),
});

const work = createRoute({
  getParentRoute: () => shell,
  path: '/work',
  validateSearch: readOpenTask,
  component: lazyRouteComponent(() => import('../work/WorkPage'), 'WorkPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([signIn, shell.addChildren([start, work, taskList, board, changes, change])]),
  parseSearch: readAddress,
  stringifySearch: writeAddress,
  // Only what a page's own reader has let through: else the raw address would stand beside it.
  search: { strict: true },
  defaultPendingComponent: LoadingPage,
  defaultErrorComponent: CrashedPage,
  scrollRestoration: false,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
