// What was done, or was not, said for a moment at the edge of the page. What shows it is loaded after the page is there.

import { lazy, Suspense, useEffect, useState } from 'react';
import { problemText } from '../strings/problem.ts';
import { problemSentence } from './problem-sentence.ts';

export interface ToastMessage {
  intent: 'success' | 'error';
  title: string;
  detail?: string | undefined;
}

type Listener = (message: ToastMessage) => void;

/** What waits to be shown, and who shows it. */
const waiting: ToastMessage[] = [];
let listener: Listener | null = null;

function say(message: ToastMessage): void {
  if (listener) listener(message);
  else waiting.push(message);
}

/** Hands over what waits, and what comes, until the answer is called. */
export function listenToToasts(show: Listener): () => void {
  listener = show;
  for (const message of waiting.splice(0)) show(message);
  return () => {
    if (listener === show) listener = null;
  };
}

const TOAST = {
  done: (title: string, detail?: string) => say({ intent: 'success', title, detail }),
  failed: (error: unknown) => say({ intent: 'error', title: problemText.failed, detail: problemSentence(error) }),
} as const;

/** `const toast = useToast(); toast.done('Assigned 500 credits to Sales'); void remove().catch(toast.failed);` */
export function useToast(): typeof TOAST {
  return TOAST;
}

const Toaster = lazy(async () => ({ default: (await import('./page-toaster.tsx')).PageToaster }));
const LOAD_AFTER_MS = 1_000;

/** Once, in the frame; in a landmark of its own, so that it is found. */
export function Toasts() {
  const [place, setPlace] = useState<HTMLElement | null>(null);
  const [isLoaded, setLoaded] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLoaded(true), LOAD_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <section ref={setPlace} aria-label={problemText.toasts}>
      {isLoaded && place && (
        <Suspense>
          <Toaster place={place} />
        </Suspense>
      )}
    </section>
  );
}
