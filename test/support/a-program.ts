// Runs the program `bursar` as a person would, and answers what it printed and how it ended.

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../bin/bursar', import.meta.url));

export interface Ended {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** `environment` is all that it has of BURSAR_…. */
export function bursar(args: readonly string[], environment: Record<string, string> = {}): Promise<Ended> {
  const others = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('BURSAR_')));
  return new Promise((resolve) => {
    const child = execFile(PROGRAM, [...args], { env: { ...others, ...environment }, maxBuffer: 64 << 20 }, (_, stdout, stderr) =>
      resolve({ exitCode: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}
