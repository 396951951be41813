// Who looks: the sign-in where nobody is signed in, else the page with all that is around it. Both are loaded when they are shown.

import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import { openSession } from '../client.ts';
import { follow } from '../live.ts';
import { onChangeInAnotherTab, useSession } from '../session.ts';
import { Loading, PageFailed } from './page-notice.tsx';

const SignInPage = lazy(async () => ({ default: (await import('../sign-in/sign-in-page.tsx')).SignInPage }));
const SignedIn = lazy(async () => ({ default: (await import('./signed-in.tsx')).SignedIn }));

export function Frame() {
  const state = useSession();
  const queryClient = useQueryClient();
  const [failure, setFailure] = useState<Error | null>(null);
  const open = () => {
    setFailure(null);
    openSession().catch(setFailure);
  };
  useEffect(() => {
    openSession().catch(setFailure);
    return onChangeInAnotherTab(() => openSession().catch(setFailure));
  }, []);
  const keyId = state.is === 'signed-in' ? state.session.keyId : null;
  // Nothing of one key is shown to the next.
  useEffect(() => {
    if (keyId === null) return;
    const stop = follow(queryClient);
    return () => {
      stop();
      queryClient.clear();
    };
  }, [keyId, queryClient]);
  if (state.is === 'unknown') return failure ? <PageFailed error={failure} retry={open} /> : <Loading />;
  // Keyed, so that the page of one who signs out is gone at once, and does not ask on while the sign-in is loaded.
  return (
    <Suspense key={keyId} fallback={<Loading />}>
      {keyId === null ? <SignInPage /> : <SignedIn />}
    </Suspense>
  );
}
