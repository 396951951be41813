// The text of a key: `bursar_<cell>_<43 random characters><6 of checksum>` (of a session `bursar-session_…`, of an invitation `bursar-invite_…`), letters and digits, so that a double click takes it whole, a
// typing error is known without asking the database, and a leaked key can be searched for. Only its hash is kept.

import { hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const RANDOM_BYTES = 32;
const RANDOM_LENGTH = 43;
const CHECKSUM_LENGTH = 6;
const TENANT_KEY = /^bursar_(\d{1,4})_[0-9A-Za-z]{49}$/;
const SESSION = /^bursar-session_(\d{1,4})_[0-9A-Za-z]{49}$/;
const INVITATION = /^bursar-invite_(\d{1,4})_[0-9A-Za-z]{49}$/;

/**
 * What secrets of ours look like wherever they have got to, cut off or not: for the log, which takes them out, and for
 * `npm run check:secrets`, which looks for them in the tree.
 */
export const SECRET_FORMS: readonly { name: string; form: RegExp }[] = [
  { name: 'key, session or invitation of Bursar', form: /\bbursar(?:-[a-z]+)?_[0-9a-z]+_[0-9A-Za-z]{20,}/g },
  { name: 'secret of a webhook', form: /\bwhsec_[0-9A-Za-z+/=_-]{16,}/g },
];

function base62(value: bigint, length: number): string {
  let text = '';
  for (let rest = value; rest > 0n; rest /= 62n) text = DIGITS[Number(rest % 62n)] + text;
  return text.padStart(length, '0');
}

function withChecksum(text: string): string {
  return text + base62(BigInt(crc32(text)), CHECKSUM_LENGTH);
}

function random(): string {
  return base62(BigInt(`0x${randomBytes(RANDOM_BYTES).toString('hex')}`), RANDOM_LENGTH);
}

/** A new key of a tenant that lives in this cell. */
export function newKey(cell: number): string {
  return withChecksum(`bursar_${cell}_${random()}`);
}

export function newOperatorKey(): string {
  return withChecksum(`bursar_operator_${random()}`);
}

/** The secret of a new session of a tenant that lives in this cell. */
export function newSessionSecret(cell: number): string {
  return withChecksum(`bursar-session_${cell}_${random()}`);
}

/** The secret of an invitation to a tenant that lives in this cell. */
export function newInvitation(cell: number): string {
  return withChecksum(`bursar-invite_${cell}_${random()}`);
}

/** What is kept of a key, of a session, and of an invitation. */
export function hashKey(key: string): Buffer {
  return hash('sha256', key, 'buffer');
}

/** The cell that a tenant's key names; null: not the text of a key. */
export function cellOfKey(key: string): number | null {
  return cellOf(TENANT_KEY, key);
}

/** The cell that a session's secret names; null: not the text of one. */
export function cellOfSession(secret: string): number | null {
  return cellOf(SESSION, secret);
}

/** The cell that the secret of an invitation names; null: not the text of one. */
export function cellOfInvitation(secret: string): number | null {
  return cellOf(INVITATION, secret);
}

function cellOf(form: RegExp, text: string): number | null {
  const parts = form.exec(text);
  return parts && withChecksum(text.slice(0, -CHECKSUM_LENGTH)) === text ? Number(parts[1]) : null;
}
