// What was done, or was not, said for a moment at the edge of the page. What shows it is loaded when somebody first does
// something: nothing is done before.

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
let load: () => void = () => {};

function say(message: ToastMessage): void {
  if (listener) listener(message);
  else {
    waiting.push(message);
    load();
  }
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
/** What somebody begins with: loaded before there is anything to say, it is sure to be read to those who listen. */
const BEGINNINGS = ['pointerdown', 'keydown'] as const;

/** Once, in the frame; in a landmark of its own, so that it is found. */
export function Toasts() {
  const [place, setPlace] = useState<HTMLElement | null>(null);
  const [isLoaded, setLoaded] = useState(false);
  useEffect(() => {
    const begin = () => setLoaded(true);
    load = begin;
    if (waiting.length > 0) begin();
    for (const beginning of BEGINNINGS) document.addEventListener(beginning, begin, { capture: true, once: true });
    return () => {
      for (const beginning of BEGINNINGS) document.removeEventListener(beginning, begin, { capture: true });
    };
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
