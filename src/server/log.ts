// The log: lines of JSON on the standard error, of the level that is set or above it. What looks like a secret is taken out of the
// finished line, wherever in it it stands: in a header, an error of the database, or a text that somebody else wrote.

import { type Logger, type LoggerOptions, pino } from 'pino';
import { SECRET_FORMS } from '../api/key-secret.ts';

const REMOVED = '[removed]';

/** Secrets of ours by their form; what is sent as one; user and password of a URL; cookies. */
const SECRETS: readonly [RegExp, string][] = [
  ...SECRET_FORMS.map(({ form }): [RegExp, string] => [form, REMOVED]),
  [/\b(Bearer|Basic) +[^\s"\\]+/gi, `$1 ${REMOVED}`],
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/"\\?#]*@/gi, `$1${REMOVED}@`],
  [/("(?:set-)?cookie"\s*:\s*)("(?:[^"\\]|\\.)*"|\[[^\]]*\])/gi, `$1"${REMOVED}"`],
  [/("(?:password|passwd|secret|authorization|apikey)"\s*:\s*)"(?:[^"\\]|\\.)*"/gi, `$1"${REMOVED}"`],
];
/** Shorter ones would take ordinary words out. */
const SHORTEST_SECRET = 8;

export interface LogOptions {
  level: string;
  /** Secrets of this installation that have no form to be known by. */
  secrets?: readonly string[];
}

/** For pino, and for Fastify, which makes its own of it. */
export function logOptions({ level, secrets = [] }: LogOptions): LoggerOptions {
  // As they stand in a line of JSON.
  const known = secrets.filter((secret) => secret.length >= SHORTEST_SECRET).map((secret) => JSON.stringify(secret).slice(1, -1));
  return {
    level,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    hooks: { streamWrite: (line) => withoutSecrets(line, known) },
  };
}

export function createLog(options: LogOptions): Logger {
  return pino(logOptions(options), process.stderr);
}

/** `known` are taken out as they are. */
export function withoutSecrets(line: string, known: readonly string[] = []): string {
  let text = line;
  for (const secret of known) text = text.replaceAll(secret, REMOVED);
  for (const [form, instead] of SECRETS) text = text.replace(form, instead);
  return text;
}
