// Who looks: the sign-in where nobody is signed in, or an invitation was brought, else the page with all that is around it. Each is
// loaded when it is shown.

import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useInvitation } from '../arrival.ts';
import { openSession } from '../client.ts';
import { follow } from '../live.ts';
import { holderOf, onChangeInAnotherTab, useSession } from '../session.ts';
import { Loading, PageFailed } from './page-notice.tsx';

const SignInPage = lazy(async () => ({ default: (await import('../sign-in/sign-in-page.tsx')).SignInPage }));
const InvitationPage = lazy(async () => ({ default: (await import('../sign-in/invitation-page.tsx')).InvitationPage }));
const SignedIn = lazy(async () => ({ default: (await import('./signed-in.tsx')).SignedIn }));

export function Frame() {
  const state = useSession();
  const invitation = useInvitation();
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
  const holder = state.is === 'signed-in' ? holderOf(state.session) : null;
  // Nothing of one is shown to the next.
  useEffect(() => {
    if (holder === null) return;
    const stop = follow(queryClient);
    return () => {
      stop();
      queryClient.clear();
      // A dialog that goes with the page leaves the rest hidden from those who listen: Fluent's timer that would show it goes, too.
      for (const hidden of document.querySelectorAll('body > [aria-hidden]')) hidden.removeAttribute('aria-hidden');
    };
  }, [holder, queryClient]);
  if (invitation !== null)
    return (
      <Suspense fallback={<Loading />}>
        <InvitationPage invitation={invitation} />
      </Suspense>
    );
  if (state.is === 'unknown') return failure ? <PageFailed error={failure} retry={open} /> : <Loading />;
  // Keyed, so that the page of one who signs out is gone at once, and does not ask on while the sign-in is loaded.
  return (
    <Suspense key={holder} fallback={<Loading />}>
      {holder === null ? <SignInPage /> : <SignedIn />}
    </Suspense>
  );
}
