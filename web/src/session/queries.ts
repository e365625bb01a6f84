import { queryOptions, useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { answered, api, must } from '../api/client';
import { isSignedOut } from '../api/problem';
import type { Session, SignIn } from '../api/types';
import { queryClient } from '../app/queries';

/** Who is signed in; null for nobody. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      return await must(api.GET('/v1/session', { signal }));
    } catch (error) {
      if (isSignedOut(error)) return null;
      throw error;
    }
  },
});

/** The session of a page that is only shown to those who have one. */
export function useSession(): Session {
  const { data } = useSuspenseQuery(sessionQuery);
  if (data === null) throw new Error('a page for those who are signed in is shown to somebody who is not');
  return data;
}

export function useSignIn() {
  return useMutation({
    mutationFn: (wish: SignIn) => must(api.POST('/v1/session', { body: wish })),
    onSuccess: (session) => {
      queryClient.clear();
      queryClient.setQueryData(sessionQuery.queryKey, session);
    },
  });
}

/** Ends the session, and forgets everything that was read in it. */
export async function signOut(): Promise<void> {
  try {
    await answered(api.DELETE('/v1/session'));
  } catch (error) {
    if (!isSignedOut(error)) throw error;
  }
  forgetSession();
}

export function forgetSession(): void {
  queryClient.clear();
  queryClient.setQueryData(sessionQuery.queryKey, null);
}
