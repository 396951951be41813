// Builds the admin centre into dist/web, only where its sources are newer than what was built: a hash of all that goes in is kept
// beside what came out. Run by `npm start` and by the tests; by hand: `node scripts/build-web.ts`.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const run = promisify(execFile);
const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const BUILT = join(PROJECT, 'dist', 'web');
const STAMP = '.built';
/** The best costs ten times as long for a twentieth less. */
const BROTLI_QUALITY = 7;
const INPUTS = ['scripts/build-web.ts', 'src/web', 'src/core', 'sdk/src', 'vite.config.ts', 'package-lock.json'];

export interface WebBuild {
  folder: string;
  /** False: what was there is of these sources. */
  built: boolean;
}

/** The page as built from the present sources; builds it where it is not. `say` is told what is done. */
export async function buildWeb(say: (line: string) => void = () => {}): Promise<WebBuild> {
  const hash = hashOfInputs();
  if (builtHash() === hash) {
    say('The admin centre is built already.');
    return { folder: BUILT, built: false };
  }
  say('Building the admin centre …');
  const started = performance.now();
  // Built aside and then exchanged, so that a running server, or another build, never meets half a page.
  const aside = `${BUILT}-${process.pid}`;
  try {
    await runVite(aside);
    compress(aside);
    writeFileSync(join(aside, STAMP), hash);
    await exchange(aside);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  say(`Built the admin centre in ${seconds} s; its entry scripts are ${(entrySize() / 1000).toFixed(0)} kB compressed.`);
  return { folder: BUILT, built: true };
}

/** Bytes, compressed by gzip, of the scripts that the page loads before any route. */
export function entrySize(): number {
  const page = readFileSync(join(BUILT, 'index.html'), 'utf8');
  const scripts = [...page.matchAll(/(?:src|href)="\.\/([^"]+\.js)"/g)].map(([, path]) => path!);
  return scripts.reduce((sum, path) => sum + gzipSync(readFileSync(join(BUILT, path))).length, 0);
}

/** Beside each text its compressed forms, which the server hands out as they are. */
function compress(folder: string): void {
  for (const file of filesOf(folder).filter((path) => /\.(js|css|html|svg)$/.test(path))) {
    const text = readFileSync(file);
    writeFileSync(`${file}.gz`, gzipSync(text));
    writeFileSync(`${file}.br`, brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }));
  }
}

/** In a process of its own: what is built is for production, whatever the environment of this one says. */
async function runVite(outDir: string): Promise<void> {
  const vite = join(PROJECT, 'node_modules', 'vite', 'bin', 'vite.js');
  if (!existsSync(vite))
    throw new Error(`the admin centre cannot be built: ${vite} is missing; run npm ci, with dev dependencies`);
  const options = ['build', '--config', 'vite.config.ts', '--outDir', outDir, '--emptyOutDir', '--logLevel', 'error', 'src/web'];
  await run(process.execPath, [vite, ...options], {
    cwd: PROJECT,
    env: { ...process.env, NODE_ENV: 'production' },
  }).catch((error: Error & { stdout?: string; stderr?: string }) => {
    throw new Error(`the admin centre cannot be built:\n${error.stdout ?? ''}${error.stderr ?? ''}`.trimEnd(), { cause: error });
  });
}

function builtHash(): string | null {
  const stamp = join(BUILT, STAMP);
  return existsSync(stamp) ? readFileSync(stamp, 'utf8') : null;
}

function hashOfInputs(): string {
  const hash = createHash('sha256');
  for (const file of INPUTS.flatMap((input) => filesOf(join(PROJECT, input)))) {
    hash.update(relative(PROJECT, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

function filesOf(path: string): string[] {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function exchange(aside: string): Promise<void> {
  const old = `${BUILT}-old-${process.pid}`;
  // Another build may exchange at the same moment: what it has put there is of the same sources.
  await rename(BUILT, old).catch(ignore('ENOENT'));
  await rename(aside, BUILT).catch(ignore('ENOTEMPTY', 'EEXIST'));
  rmSync(old, { recursive: true, force: true });
}

function ignore(...codes: string[]): (error: NodeJS.ErrnoException) => void {
  return (error) => {
    if (!codes.includes(error.code ?? '')) throw error;
  };
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) await buildWeb(console.log);
