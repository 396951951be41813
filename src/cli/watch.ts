// `bursar watch`: what happens, as it happens: one line an event, until stopped. It goes on by itself where the server was away.

import type { Command } from 'commander';
import type { StreamEvent } from '../../sdk/src/index.ts';
import { ACTIVITY_COLUMNS, type ActivityFilterFlags, activityFilterOf, addActivityFilter } from './activity.ts';
import { readPositive, readSome } from './options.ts';
import { note, printLine } from './print.ts';
import { addVerb, type ConnectionFlags, connected, finish } from './verb.ts';

const EVENTS = ['activity', 'notice', 'capacity'] as const;
type EventName = (typeof EVENTS)[number];

interface WatchFlags extends ConnectionFlags, ActivityFilterFlags {
  after?: string;
  events: EventName[];
  limit?: number;
}

export function addWatch(program: Command): void {
  addActivityFilter(
    addVerb(
      program,
      'watch',
      'show what happens, as it happens, until Ctrl-C',
      'bursar watch --environment sales\nbursar watch --json --after a1234.n5',
      {
        json: 'one JSON document an event, for programs',
      },
    ),
  )
    .option('--events <names>', `which: ${EVENTS.join(', ')}; the filters are for activity`, readSome(EVENTS), [
      'activity',
      'notice',
    ] as EventName[])
    .option('--after <id>', 'go on after this event (--json shows their ids); a0.n0 is the beginning')
    .option('--limit <count>', 'end after so many events', readPositive)
    .action((flags: WatchFlags) => finish(() => watch(flags)));
}

async function watch(flags: WatchFlags): Promise<undefined> {
  const bursar = connected(flags);
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  if (process.stderr.isTTY) note('watching; Ctrl-C ends');
  let shown = 0;
  try {
    for await (const event of bursar.stream({ ...activityFilterOf(flags), after: flags.after, signal: stopping.signal })) {
      if (!flags.events.includes(event.event)) continue;
      printLine(flags.json ? JSON.stringify(event) : lineOf(event));
      shown += 1;
      if (shown === flags.limit) return;
    }
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
  }
}

function lineOf({ event, data }: StreamEvent): string {
  switch (event) {
    case 'activity':
      return ACTIVITY_COLUMNS.map((column) => column.of(data)).join('  ');
    case 'notice':
      return `notice  ${data.at}  ${data.subject}`;
    case 'capacity':
      return `capacity has changed  ${data.now}`;
  }
}
