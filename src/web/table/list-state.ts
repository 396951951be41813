// The state of a list in the address: what it is searched for, how it is sorted, which columns it shows. A page with several lists gives
// each a prefix.

import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { useChangePageState, usePageState } from '../page-state.ts';
import { type Column, found, sorted } from './column.ts';

export interface ListState<Row> {
  /** What is typed in the search box, at once. */
  typed: string;
  type: (find: string) => void;
  sort: string | undefined;
  sortBy: (sort: string) => void;
  /** The columns that are shown, in the order of the list. */
  columns: readonly Column<Row>[];
  choose: (ids: readonly string[]) => void;
  isUsual: boolean;
  /** The rows that are shown. */
  shown: readonly Row[];
  find: string;
}

/** Typing is written to the address when it rests. */
const REST_MS = 250;

export function useListState<Row>(options: {
  prefix?: string | undefined;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  defaultSort?: string | undefined;
}): ListState<Row> {
  const { prefix, columns: all, rows, defaultSort } = options;
  const name = (parameter: string) => (prefix ? `${prefix}.${parameter}` : parameter);
  const names = { find: name('find'), sort: name('sort'), columns: name('columns') };
  const state = usePageState();
  const change = useChangePageState();
  const inAddress = state[names.find] ?? '';
  const [typed, setTyped] = useTyped(inAddress, (find) => change({ [names.find]: find || undefined }, { replace: true }));
  const find = useDeferredValue(typed);

  const usual = all.filter(({ extra }) => extra !== true);
  const ids = state[names.columns]?.split(',');
  const chosen = ids && all.filter(({ id }) => ids.includes(id));
  const columns = chosen && chosen.length > 0 ? chosen : usual;
  const sort = state[names.sort] ?? defaultSort;
  const matching = useMemo(() => found(rows, all, find), [rows, all, find]);
  const shown = useMemo(() => sorted(matching, all, sort), [matching, all, sort]);
  return {
    typed,
    type: setTyped,
    sort,
    sortBy: (by) => change({ [names.sort]: by === defaultSort ? undefined : by }, { replace: true }),
    columns,
    choose: (wanted) => {
      const isUsual = wanted.length === usual.length && usual.every(({ id }) => wanted.includes(id));
      change({ [names.columns]: isUsual ? undefined : wanted.join(',') }, { replace: true });
    },
    isUsual: columns === usual,
    shown,
    find,
  };
}

/** What is typed, ahead of the address; Back and links change it as well. */
function useTyped(inAddress: string, write: (text: string) => void): [string, (text: string) => void] {
  const [typed, setTyped] = useState(inAddress);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const written = useRef(inAddress);
  useEffect(() => {
    if (inAddress === written.current) return;
    written.current = inAddress;
    setTyped(inAddress);
  }, [inAddress]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const type = (text: string) => {
    setTyped(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      written.current = text;
      write(text);
    }, REST_MS);
  };
  return [typed, type];
}
