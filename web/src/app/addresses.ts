/**
 * What stands behind the `?` of the app's addresses. A list's filters are written there as the API takes them,
 * but for `due`, which is relative to now; so an address says what is asked, and survives a reload.
 */

export const FILTERS = ['status', 'priority', 'assigneeId', 'createdBy', 'tags', 'due', 'search'] as const;

export type FilterName = (typeof FILTERS)[number];
export type Filters = { [Name in FilterName]?: string };

export interface ListAddress extends Filters {
  sort?: string;
  /** The task that is open beside the list. */
  task?: string;
}

export interface BoardAddress extends Pick<Filters, 'assigneeId' | 'priority' | 'search'> {
  task?: string;
}

export interface ChangesAddress {
  title?: string;
  stage?: string;
}

export interface SignInAddress {
  /** Where to go afterwards: an address of this app. */
  to?: string;
}

export function readAddress(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search));
}

export function writeAddress(search: Record<string, unknown>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (typeof value === 'string' && value !== '') parameters.set(name, value);
  }
  const text = parameters.toString().replaceAll('%2C', ',');
  return text && `?${text}`;
}

export function readList(search: Record<string, unknown>): ListAddress {
  return only(search, [...FILTERS, 'sort', 'task']);
}

export function readBoard(search: Record<string, unknown>): BoardAddress {
  return only(search, ['assigneeId', 'priority', 'search', 'task']);
}

export function readChanges(search: Record<string, unknown>): ChangesAddress {
  return only(search, ['title', 'stage']);
}

export function readOpenTask(search: Record<string, unknown>): { task?: string } {
  return only(search, ['task']);
}

export function readSignIn(search: Record<string, unknown>): SignInAddress {
  const { to } = only(search, ['to']);
  // Never to another site: two slashes would begin the name of one.
  return to && /^\/(?![/\\])/.test(to) ? { to } : {};
}

/** The filters of an address, without what else stands in it. */
export function filtersOf(address: ListAddress): Filters {
  return only({ ...address }, FILTERS);
}

function only<Name extends string>(
  search: Record<string, unknown>,
  names: readonly Name[],
): { [Each in Name]?: string } {
  const found: { [Each in Name]?: string } = {};
  for (const name of names) {
    const value = search[name];
    if (typeof value === 'string' && value !== '') found[name] = value;
  }
  return found;
}
