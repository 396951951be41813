// Runs the program `bursar` as a person would, and answers what it printed and how it ended.

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { AServer } from './a-server.ts';
import { call } from './call.ts';

export const PROGRAM = fileURLToPath(new URL('../../bin/bursar', import.meta.url));

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

export interface Verbs {
  /** The key of the tenant's administrator. */
  key: string;
  /** `await run('limit list')`; a list of arguments where one of them has a space. */
  run(line: string | readonly string[]): Promise<Ended>;
  /** What a verb answers programs; fails where it does not end with 0. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into it
  json(line: string | readonly string[]): Promise<any>;
  /** The same from the API, to hold the verb's answer against. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into it
  api(methodAndPath: string, body?: unknown): Promise<any>;
}

/** The verbs of a new sandbox tenant of a server. */
export async function verbsOf(server: AServer, now: string): Promise<Verbs> {
  const { key } = await server.tenant('Contoso', now);
  const run = (line: string | readonly string[]) =>
    bursar(typeof line === 'string' ? line.split(' ') : line, { BURSAR_URL: server.url, BURSAR_KEY: key });
  return {
    key,
    run,
    async json(line) {
      const ended = await run([...(typeof line === 'string' ? line.split(' ') : line), '--json']);
      if (ended.exitCode !== 0) throw new Error(`${line} ended with ${ended.exitCode}: ${ended.stderr}${ended.stdout}`);
      return JSON.parse(ended.stdout);
    },
    async api(methodAndPath, body) {
      const { status, body: answer } = await call(server.url, methodAndPath, { key, ...(body === undefined ? {} : { body }) });
      if (status >= 300) throw new Error(`${methodAndPath} answers ${status}: ${JSON.stringify(answer)}`);
      return answer;
    },
  };
}
