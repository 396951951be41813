// The activity as it is read: live at the top, page by page into the past. While somebody reads further down nothing moves: what is newer
// waits until they are back at the top.

import { useQuery } from '@tanstack/react-query';
import { useState, useSyncExternalStore } from 'react';
import { ask } from '../client.ts';
import { type ActivityFilter, type ActivityItem, activityQuery } from '../data.ts';
import { firstWithRows } from '../first-with-rows.ts';
import { useToast } from '../problem/toast.tsx';

/** What is asked for each time that something happens stays small. */
const NEWEST = 50;
const OLDER_PAGE = 200;
/** Following for long does not fill the memory: then the list begins anew with the newest. */
const MOST_FOLLOWED = 1_000;
const AT_TOP_PX = 160;

export interface ActivityFeed {
  /** undefined: not there yet. */
  rows: readonly ActivityItem[] | undefined;
  error: Error | null;
  retry: () => void;
  /** How many newer ones wait; `atLeast` where there may be more. */
  waiting: { count: number; atLeast: boolean } | null;
  /** Shows those that wait, wherever the page is scrolled to. */
  showNewest: () => void;
  more: { load: () => void; isLoading: boolean } | undefined;
}

interface Shown {
  /** The filter that it is of. */
  key: string;
  rows: readonly ActivityItem[];
  nextCursor: string | undefined;
}

interface Newest {
  value: readonly ActivityItem[];
  nextCursor?: string | undefined;
}

function newerThan(shown: Shown, newest: Newest): readonly ActivityItem[] {
  const last = shown.rows[0]?.sequence ?? 0;
  return newest.value.filter(({ sequence }) => sequence > last);
}

/** Whether what is shown and what is newest touch: else there are others between them. */
function touches(newer: readonly ActivityItem[], newest: Newest): boolean {
  return newer.length < newest.value.length || newest.nextCursor === undefined;
}

function follow(shown: Shown | null, key: string, newest: Newest, isReading: boolean): Shown {
  const anew = { key, rows: newest.value, nextCursor: newest.nextCursor };
  if (shown?.key !== key) return anew;
  const newer = newerThan(shown, newest);
  if (newer.length === 0 || isReading) return shown;
  if (!touches(newer, newest) || shown.rows.length > MOST_FOLLOWED) return anew;
  return { ...shown, rows: [...newer, ...shown.rows] };
}

export function useActivityFeed(filter: ActivityFilter): ActivityFeed {
  const toast = useToast();
  const { data, isPlaceholderData, error, refetch } = useQuery(activityQuery({ ...filter, limit: NEWEST }));
  const isReading = useIsReading();
  const [shown, setShown] = useState<Shown | null>(null);
  const [isLoading, setLoading] = useState(false);
  const key = JSON.stringify(filter);
  const newest = isPlaceholderData ? undefined : data;
  const next = newest === undefined ? shown : follow(shown, key, newest, isReading);
  if (next !== shown) setShown(next);

  async function loadOlder(from: Shown): Promise<void> {
    setLoading(true);
    try {
      const { value: older, nextCursor } = await firstWithRows<ActivityItem>(
        (cursor) => ask('listActivity', { query: { ...filter, limit: OLDER_PAGE, cursor } }),
        from.nextCursor,
      );
      setShown((now) =>
        now?.key === from.key && now.nextCursor === from.nextCursor ? { ...now, rows: [...now.rows, ...older], nextCursor } : now,
      );
    } catch (thrown) {
      toast.failed(thrown);
    } finally {
      setLoading(false);
    }
  }

  const newer = next && newest && isReading && next.key === key ? newerThan(next, newest) : [];
  // While others are asked for, those before stay; where these cannot be had, they would be taken for them.
  const isOfOthers = error !== null && next?.key !== key;
  return {
    rows: isOfOthers ? undefined : next?.rows,
    error,
    retry: () => void refetch(),
    waiting: newer.length === 0 ? null : { count: newer.length, atLeast: newest !== undefined && !touches(newer, newest) },
    showNewest() {
      if (newest) setShown((now) => follow(now, key, newest, false));
    },
    more: next?.nextCursor === undefined ? undefined : { load: () => void loadOlder(next), isLoading },
  };
}

function subscribeToScrolling(listener: () => void): () => void {
  window.addEventListener('scroll', listener, { passive: true });
  return () => window.removeEventListener('scroll', listener);
}

/** Whether the page is scrolled away from its top. */
function useIsReading(): boolean {
  return useSyncExternalStore(subscribeToScrolling, () => window.scrollY > AT_TOP_PX);
}
