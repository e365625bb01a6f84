import { QueryClient } from '@tanstack/react-query';
import { Problem } from '../api/problem';

/** What the server said, and for how long it is taken for true. Nothing else in the app keeps server state. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      retry: (failures, error) => worthRetrying(error) && failures < 2,
    },
  },
});

/** An outage may be over in a moment; a refusal stays one. */
function worthRetrying(error: unknown): boolean {
  return error instanceof Problem && (error.status === 0 || error.status === 503);
}
