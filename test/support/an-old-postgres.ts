// The oldest PostgreSQL that the machine has beside ours, where it has one: what an operator may bring.

import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROGRAMS = '/usr/lib/postgresql';

export interface OldPostgres {
  url: string;
  version: number;
  stop(): void;
}

/** Null: there is none. Run by root, it runs as the user `postgres`, who comes with it. */
export async function anOldPostgres(): Promise<OldPostgres | null> {
  const versions = existsSync(PROGRAMS)
    ? readdirSync(PROGRAMS).filter((name) => existsSync(join(PROGRAMS, name, 'bin/initdb')))
    : [];
  const version = Math.min(...versions.map(Number).filter((each) => each >= 15));
  if (!Number.isFinite(version)) return null;
  const bin = join(PROGRAMS, String(version), 'bin');
  const isRoot = process.getuid?.() === 0;
  const idOf = (flag: string) => Number(execFileSync('id', [flag, 'postgres']));
  const account = isRoot ? { uid: idOf('-u'), gid: idOf('-g') } : null;
  const folder = mkdtempSync(join(tmpdir(), 'bursar-old-'));
  chmodSync(folder, 0o755);
  if (account) chownSync(folder, account.uid, account.gid);
  const port = await freePort();
  const options = { ...(account ?? {}), cwd: '/', stdio: 'ignore' as const };
  const data = join(folder, 'data');
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '-N'], options);
  const settings = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c fsync=off`;
  execFileSync(join(bin, 'pg_ctl'), ['-D', data, '-w', '-o', settings, '-l', join(folder, 'log'), 'start'], options);
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    version,
    stop() {
      execFileSync(join(bin, 'pg_ctl'), ['-D', data, '-m', 'immediate', 'stop'], options);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
