// One Bursar per data folder, by a lock that cannot be stale. Everybody who wants the folder first puts down a claim (a
// file of a name nobody else uses, saying which process it is) and then looks at all other claims: of two, the later
// one to put down sees the earlier, so both can never win. A dead process's claim counts for nothing and is cleared away;
// it is never overwritten, so there is no takeover to race for. A claim from another pid space (another container on the same
// volume, or before a reboot) is alive if its heartbeat moves.
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DataFolderError } from './private-postgres-folder-error.ts';
import { commandOf, isAlive, pidSpace, startMark } from './private-postgres-process.ts';

const HEARTBEAT_MS = 1000;
const SILENCE_MS = 3500;
const ATTEMPTS = 8;

export interface FolderLock {
  release(): void;
}

interface Claim {
  pid: number;
  startMark: string;
  pidSpace: string;
  since: string;
}

export const CLAIM_NAME = /^bursar-(\d+)-[0-9a-f]+\.lock(\.tmp)?$/;

export async function lockFolder(folder: string): Promise<FolderLock> {
  for (let attempt = 1; ; attempt += 1) {
    refuseIfHeld(folder, await liveClaim(folder, null));
    const own = putDownClaim(folder);
    const rival = await liveClaim(folder, own).catch((error: unknown) => {
      rmSync(join(folder, own), { force: true });
      throw error;
    });
    if (rival === null) return hold(folder, own);
    rmSync(join(folder, own), { force: true });
    // Two that start in the same moment both step back; chance decides who comes first the next time.
    if (attempt === ATTEMPTS) refuseIfHeld(folder, rival);
    await delay(Math.random() * 100 * attempt);
  }
}

function hold(folder: string, name: string): FolderLock {
  const path = join(folder, name);
  clearDeadDrafts(folder);
  const heartbeat = setInterval(() => {
    try {
      const now = new Date();
      utimesSync(path, now, now);
    } catch {
      // Somebody removed the folder under us: PostgreSQL will say so, more clearly than this could.
    }
  }, HEARTBEAT_MS);
  heartbeat.unref();
  return {
    release() {
      clearInterval(heartbeat);
      rmSync(path, { force: true });
    },
  };
}

function putDownClaim(folder: string): string {
  const name = `bursar-${process.pid}-${randomBytes(6).toString('hex')}.lock`;
  const claim: Claim = {
    pid: process.pid,
    startMark: startMark(process.pid) ?? '',
    pidSpace: pidSpace(),
    since: new Date().toISOString(),
  };
  // Written aside and renamed, so that nobody ever reads half a claim.
  writeFileSync(join(folder, `${name}.tmp`), `${JSON.stringify(claim)}\n`, { flag: 'wx', mode: 0o644 });
  renameSync(join(folder, `${name}.tmp`), join(folder, name));
  return name;
}

/** Some live claim other than `own`; dead claims met on the way are cleared away. */
async function liveClaim(folder: string, own: string | null): Promise<Claim | null> {
  for (const name of readdirSync(folder)) {
    if (name === own || !CLAIM_NAME.test(name) || name.endsWith('.tmp')) continue;
    const path = join(folder, name);
    const claim = readClaim(path);
    if (claim === null) continue;
    if (await claimIsAlive(claim, path)) return claim;
    rmSync(path, { force: true });
  }
  return null;
}

function readClaim(path: string): Claim | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Claim;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new DataFolderError(
      `The lock file ${path} cannot be read (${(error as Error).message}). If no other Bursar uses this folder, remove the file and start again.`,
    );
  }
}

async function claimIsAlive(claim: Claim, path: string): Promise<boolean> {
  if (claim.pidSpace === pidSpace()) {
    const mark = startMark(claim.pid);
    return mark === claim.startMark || mark === 'hidden';
  }
  const before = lastHeartbeat(path);
  const giveUpAt = Date.now() + SILENCE_MS;
  while (Date.now() < giveUpAt) {
    await delay(100);
    const now = lastHeartbeat(path);
    if (now === null) return false;
    if (now !== before) return true;
  }
  return false;
}

function lastHeartbeat(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null;
}

function refuseIfHeld(folder: string, claim: Claim | null): void {
  if (claim === null) return;
  const here = claim.pidSpace === pidSpace();
  const command = here ? commandOf(claim.pid) : null;
  const where = here ? '' : ` on ${claim.pidSpace.split(' ')[0]} (another container or machine)`;
  throw new DataFolderError(
    `The data folder ${folder} is in use by another Bursar: process ${claim.pid}${where}, since ${claim.since}${command ? `, started as "${command}"` : ''}. ` +
      'Stop that one first, or give this one a folder of its own with BURSAR_DATA.',
  );
}

function clearDeadDrafts(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = Number(CLAIM_NAME.exec(name)?.[1]);
    if (name.endsWith('.tmp') && pid && !isAlive(pid)) rmSync(join(folder, name), { force: true });
  }
}
