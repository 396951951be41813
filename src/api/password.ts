// How passwords are kept (T3): argon2id by Node's own OpenSSL, as text in PHC form, which says its cost itself. The cost is what OWASP names
// least: 19 MiB, twice, on one lane. Two are worked on at once: they run on libuv's four threads, which files and names of hosts need too.

import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { normalPassword } from '../core/password.ts';
import { type Refusal, refuse } from '../core/refusal.ts';

interface Cost {
  memory: number;
  passes: number;
  parallelism: number;
}

const COST: Cost = { memory: 19_456, passes: 2, parallelism: 1 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const AT_ONCE = 2;
const MOST_WAITING = 50;
const FORM = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

/** Held against where there is no account, so that this takes as long as where there is one. Nobody has a password for it. */
const NOBODYS = phc(COST, randomBytes(SALT_BYTES), randomBytes(HASH_BYTES));

/** How many were worked out by this process. */
export const passwordFigures = { workedOut: 0 };

let underWay = 0;
const waiting: (() => void)[] = [];

/** Answers what is kept of a password, or refuses where too many are being worked out. */
export async function hashPassword(password: string): Promise<string | Refusal> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await workOut(password, salt, COST, HASH_BYTES);
  return Buffer.isBuffer(hash) ? phc(COST, salt, hash) : hash;
}

/** Whether a password is the one that was kept; `kept` null: there is none, which takes as long to find out. */
export async function isPassword(password: string, kept: string | null): Promise<boolean | Refusal> {
  const parts = FORM.exec(kept ?? NOBODYS);
  if (!parts) throw new Error('a password is kept in a form that is not known');
  const [, memory, passes, parallelism, salt, wanted] = parts as unknown as [string, string, string, string, string, string];
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  const expected = Buffer.from(wanted, 'base64');
  const hash = await workOut(password, Buffer.from(salt, 'base64'), cost, expected.length);
  return Buffer.isBuffer(hash) ? timingSafeEqual(hash, expected) && kept !== null : hash;
}

async function workOut(password: string, nonce: Buffer, cost: Cost, tagLength: number): Promise<Buffer | Refusal> {
  if (underWay >= AT_ONCE) {
    if (waiting.length >= MOST_WAITING)
      return refuse('Unavailable', 'too many sign in at this moment; send it again after Retry-After');
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else underWay += 1;
  try {
    passwordFigures.workedOut += 1;
    return await new Promise((resolve, reject) =>
      argon2('argon2id', { message: normalPassword(password), nonce, tagLength, ...cost }, (error, hash) =>
        error ? reject(error) : resolve(hash),
      ),
    );
  } finally {
    // Hands its place on.
    const next = waiting.shift();
    if (next) next();
    else underWay -= 1;
  }
}

function phc({ memory, passes, parallelism }: Cost, salt: Buffer, hash: Buffer): string {
  const text = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${text(salt)}$${text(hash)}`;
}
