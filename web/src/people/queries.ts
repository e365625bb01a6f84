import { queryOptions, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, must } from '../api/client';
import type { User } from '../api/types';
import { useSession } from '../session/queries';

const PAGE = 100;
const MOST = 1000; // names of more people than that are not worth their loading; theirs read "somebody else"

export const peopleKey = ['people'] as const;

/** The people whom the signed-in one may see. */
export const peopleQuery = queryOptions({
  queryKey: peopleKey,
  staleTime: 5 * 60_000,
  queryFn: async ({ signal }): Promise<User[]> => {
    const found: User[] = [];
    for (let offset = 0; offset < MOST; offset += PAGE) {
      const query = { limit: PAGE, offset, sort: ['name' as const] };
      const page = await must(api.GET('/v1/users', { params: { query }, signal }));
      found.push(...page.data);
      if (!page.pagination.hasMore) break;
    }
    return found;
  },
});

/** Gives the name of a person by id: of those one may see; of others only that there is somebody. */
export function usePersonName(): (id: string | null) => string {
  const { t } = useTranslation();
  const { data: people } = useQuery(peopleQuery);
  const { user } = useSession();
  return (id) => {
    if (id === null) return t('people.nobody');
    if (id === user.id) return user.name;
    return people?.find((each) => each.id === id)?.name ?? t('people.somebody');
  };
}

/** The people as the entries of a choice, oneself first. */
export function usePeopleChoice(): { value: string; label: string }[] {
  const { t } = useTranslation();
  const { data: people } = useQuery(peopleQuery);
  const { user } = useSession();
  const others = (people ?? []).filter((each) => each.id !== user.id);
  return [
    { value: user.id, label: t('people.me', { name: user.name }) },
    ...others.map((each) => ({ value: each.id, label: each.name })),
  ];
}
