// Which process is it, really? A pid alone does not say: pids are given again, and a killed process stays visible as a
// zombie until its parent asks. On Linux /proc answers (slim images have no `ps`); elsewhere `ps` does.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

const linux = process.platform === 'linux';

/** A mark that no other process with this pid has had: when it started. Null: no such process any more. */
export function startMark(pid: number): string | null {
  if (!linux) {
    const [state, ...started] = ps(['-o', 'stat=,lstart=', '-p', String(pid)])
      .trim()
      .split(/\s+/);
    return !state || state.startsWith('Z') ? null : started.join(' ');
  }
  const stat = readOrNull(`/proc/${pid}/stat`);
  if (stat === null) return signalable(pid) ? 'hidden' : null;
  // The name in brackets may itself contain brackets and blanks: the fields that count come after the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
}

export function isAlive(pid: number): boolean {
  return startMark(pid) !== null;
}

/** The command line, or null where it cannot be read. */
export function commandOf(pid: number): string | null {
  const command = linux
    ? readOrNull(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ')
    : ps(['-ww', '-o', 'command=', '-p', String(pid)]);
  return command?.trim() || null;
}

/** Where pids mean the same processes: one boot of one kernel, one pid namespace (a container has its own). */
export function pidSpace(): string {
  if (!linux) return hostname();
  let namespace = '';
  try {
    namespace = readlinkSync('/proc/self/ns/pid');
  } catch {
    // A kernel without namespaces has only one.
  }
  return `${hostname()} ${readOrNull('/proc/sys/kernel/random/boot_id')?.trim() ?? ''} ${namespace}`;
}

/** Every live process whose command line satisfies the test. */
export function processesWhere(test: (command: string) => boolean): { pid: number; command: string }[] {
  if (linux) {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => ({ pid: Number(name), command: commandOf(Number(name)) ?? '' }))
      .filter(({ pid, command }) => test(command) && isAlive(pid));
  }
  return ps(['-axww', '-o', 'pid=,command='])
    .split('\n')
    .map((line) => /^\s*(\d+) (.*)$/.exec(line))
    .flatMap((match) => (match ? [{ pid: Number(match[1]), command: match[2] ?? '' }] : []))
    .filter(({ command }) => test(command));
}

/** Sends the signal and waits for the end; true when the process has ended in time. */
export async function endProcess(pid: number, signal: NodeJS.Signals, timeoutMs: number): Promise<boolean> {
  sendSignal(pid, signal);
  const giveUpAt = Date.now() + timeoutMs;
  while (isAlive(pid)) {
    if (Date.now() > giveUpAt) return false;
    await delay(10);
  }
  return true;
}

/** Sends the signal; a process that has ended meanwhile is no error. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function signalable(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function ps(options: string[]): string {
  return spawnSync('ps', options, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } }).stdout ?? '';
}
