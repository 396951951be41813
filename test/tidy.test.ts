// The tree keeps its own rules: the arrows between rooms, a pure core, derived files that are fresh, types and format.

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, inject, it } from 'vitest';
import { describeSchema } from '../src/store/schema.ts';
import { databaseUrl } from './support/a-database.ts';
import { ROOT, sourcesOf } from './support/sources.ts';

const run = promisify(execFile);

/** What each room may import beside itself; packages are free but in core, sdk and traffic. */
const ARROWS: Record<string, string[]> = {
  'src/core': [],
  'src/store': ['src/core'],
  'src/api': ['src/core', 'src/store'],
  'src/server': ['src/api', 'src/store', 'src/core', 'src/sample'],
  'src/verify': [],
  'src/backup': ['src/store', 'src/core'],
  'src/traffic': [],
  'src/sample': ['sdk/src', 'src/traffic'],
  'src/cli': ['sdk/src', 'src/traffic'],
  'src/web': ['sdk/src', 'src/core'],
  'sdk/src': [],
};
/** The store; verify, a second implementation that shares no code with it; and backup, which copies whatever the tables are. */
const WITH_SQL = ['src/store', 'src/verify', 'src/backup'];
const WITHOUT_PACKAGES = ['src/core', 'sdk/src', 'src/traffic'];

async function importsOf(file: string): Promise<string[]> {
  const text = await readFile(join(ROOT, file), 'utf8');
  return [...text.matchAll(/\b(?:from|import)\s*\(?\s*'([^'\s]+)'/g)].map((match) => match[1]!);
}

function roomOf(file: string): string {
  return file.split(sep).slice(0, 2).join('/');
}

describe('arrows', () => {
  for (const [room, allowed] of Object.entries(ARROWS)) {
    it(`${room} imports only ${allowed.join(', ') || 'itself'}`, async () => {
      const wrong: string[] = [];
      for (const file of await sourcesOf(room)) {
        for (const specifier of await importsOf(file)) {
          if (!specifier.startsWith('.')) {
            if (WITHOUT_PACKAGES.includes(room)) wrong.push(`${file} → ${specifier}`);
            continue;
          }
          const target = roomOf(relative(ROOT, join(ROOT, dirname(file), specifier)));
          if (target !== room && !allowed.includes(target)) wrong.push(`${file} → ${specifier}`);
        }
      }
      expect(wrong).toEqual([]);
    });
  }
});

describe('the core is pure', () => {
  const IMPURE =
    /\b(Date\.now|new Date\(\)|Math\.random|performance\.|setTimeout|setInterval|process\.|console\.|fetch\(|crypto\b|async |await )/;

  it('has no clock, no randomness, no input or output', async () => {
    const wrong: string[] = [];
    for (const file of await sourcesOf('src/core')) {
      const lines = (await readFile(join(ROOT, file), 'utf8')).split('\n');
      for (const [index, line] of lines.entries())
        if (IMPURE.test(line.replace(/\/\/.*|^\s*\*.*/, ''))) wrong.push(`${file}:${index + 1} ${line.trim()}`);
    }
    expect(wrong).toEqual([]);
  });
});

describe('SQL stays in the store', () => {
  it('no other room imports pg or writes a statement', async () => {
    const wrong: string[] = [];
    for (const room of Object.keys(ARROWS).filter((each) => !WITH_SQL.includes(each))) {
      for (const file of await sourcesOf(room)) {
        const text = await readFile(join(ROOT, file), 'utf8');
        if (/from 'pg'|sql`|\binsert into \w+ \(|\bselect .+ from tenant\b/.test(text)) wrong.push(file);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('derived files are fresh', () => {
  it('migrations/schema.sql is the sum of the migrations: npm run derive', async (context) => {
    if (process.env.DATABASE_URL)
      return context.skip('read from the private PostgreSQL only: versions write some definitions differently');
    const described = await describeSchema(databaseUrl(inject('postgresUrl'), inject('template')));
    expect(described).toBe(await readFile(join(ROOT, 'migrations/schema.sql'), 'utf8'));
  });
});

describe('checks', () => {
  const bin = (name: string) => join(ROOT, 'node_modules/.bin', name);

  it('tsc finds nothing on the server side', async () => {
    await run(bin('tsc'), ['--noEmit', '-p', '.'], { cwd: ROOT }).catch((error) => expect.fail(error.stdout));
  });

  it('tsc finds nothing in the page', async () => {
    await run(bin('tsc'), ['--noEmit', '-p', 'tsconfig.web.json'], { cwd: ROOT }).catch((error) => expect.fail(error.stdout));
  });

  it('Biome finds nothing to format or to warn of', async () => {
    await run(bin('biome'), ['check', '--error-on-warnings', '.'], { cwd: ROOT, maxBuffer: 64 << 20 }).catch((error) =>
      expect.fail(`${error.stdout}${error.stderr}`),
    );
  });
});
