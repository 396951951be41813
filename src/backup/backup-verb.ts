// The verbs `bursar backup` and `bursar restore`: they find the database, show how far they are on stderr, and say how it ended.
// Exit codes: 0 done, 1 restored but not sound, 2 nothing was done.

import { resolve } from 'node:path';
import { type DatabasePlace, reachDatabase } from '../store/reached-database.ts';
import { BackupError } from './backup-file.ts';
import { type BackupTarget, openSource, openTarget } from './backup-stream.ts';
import { reachEmptyDatabase } from './empty-database.ts';
import { restoreBackup } from './restore-backup.ts';
import { takeBackup } from './take-backup.ts';

const SHOWN_EVERY_MS = 200;
const INTERRUPTED = 130;

const note = (line: string) => void process.stderr.write(`${line}\n`);
const grouped = (count: number) => count.toLocaleString('en-US');

/** Takes a backup of the database that serve would use, whether a server runs on it or not. */
export async function backupAndTell(file: string, place: DatabasePlace): Promise<number> {
  return orExplain(async () => {
    const began = performance.now();
    const database = await reachDatabase(place, note);
    let target: BackupTarget | null = null;
    onInterrupt(async () => target?.discard());
    try {
      target = await openTarget(file);
      const shown = shownProgress('rows');
      const taken = await takeBackup(database.url, {
        write: target.write,
        onBegin: (rows) => shown.expect(rows),
        onRows: (count) => shown.add(count),
      });
      await target.complete();
      shown.end();
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      const where = file === '-' ? 'written' : `in ${resolve(file)}`;
      note(
        `The state of ${taken.takenAt} is ${where}: ${grouped(taken.rows)} rows, ${grouped(target.bytes())} bytes, ${seconds} s.`,
      );
      note(`Its checksum is ${taken.sha256}; another backup with the same one holds the same.`);
      return 0;
    } catch (error) {
      await target?.discard();
      throw error;
    } finally {
      await database.close();
    }
  });
}

/** Restores a backup into an empty database or a new data folder. `verify` answers what is wrong with what was restored, in words. */
export async function restoreAndTell(
  file: string,
  place: DatabasePlace,
  verify: (url: string) => Promise<{ sound: boolean; words: string }>,
): Promise<number> {
  return orExplain(async () => {
    const began = performance.now();
    const database = await reachEmptyDatabase(place, note);
    onInterrupt(async () => {});
    try {
      const loading = shownProgress('rows loaded');
      const checking = shownProgress('rows read again');
      const restored = await restoreBackup(database.url, {
        input: openSource(file),
        onRows: (count, doing) => (doing === 'loading' ? loading : checking).add(count),
      });
      checking.end();
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      note(`The state of ${restored.takenAt} is restored: ${grouped(restored.rows)} rows in ${seconds} s, each as it was.`);
      if (restored.migrated.length > 0) note(`The tables were brought to this version: ${restored.migrated.join(', ')}.`);
      const { sound, words } = await verify(database.url);
      note(words.trimEnd());
      if (!sound) note('What was restored is what was backed up; the violations were there then.');
      return sound ? 0 : 1;
    } finally {
      await database.close();
    }
  });
}

/** Faults that the operator can mend are told as such. */
async function orExplain(work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    const { name, message, code } = error as NodeJS.ErrnoException;
    const isExpected =
      error instanceof BackupError || name === 'DataFolderError' || name === 'error' || /^E[A-Z]+$/.test(code ?? '');
    if (!isExpected) throw error;
    note(isExpected && error instanceof BackupError ? message : `nothing was done: ${message}`);
    return 2;
  }
}

/** A second Ctrl-C ends at once. What was begun in the database goes with the connection. */
function onInterrupt(tidy: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      note('Interrupted; nothing was done.');
      void tidy().finally(() => process.exit(INTERRUPTED));
    });
  }
}

/** One line on a terminal that is written over; nothing elsewhere. */
function shownProgress(what: string): { expect(total: number): void; add(count: number): void; end(): void } {
  let [done, total, shownAt] = [0, 0, 0];
  const isTerminal = process.stderr.isTTY === true;
  return {
    expect(rows) {
      total = rows;
    },
    add(count) {
      done += count;
      if (!isTerminal || performance.now() - shownAt < SHOWN_EVERY_MS) return;
      shownAt = performance.now();
      const of = total > 0 ? ` of about ${grouped(Math.max(total, done))}` : '';
      process.stderr.write(`\r\u001b[K${grouped(done)}${of} ${what}`);
    },
    end() {
      if (isTerminal) process.stderr.write('\r\u001b[K');
    },
  };
}
