// In which ways one can sign in here.

import { queryOptions } from '@tanstack/react-query';
import { ask } from '../client.ts';

export const signInOptionsQuery = queryOptions({
  queryKey: ['sign-in-options'],
  queryFn: ({ signal }) => ask('getSignInOptions', { signal }),
  // Without an answer it goes on without them.
  retry: false,
});
