// The session as a cookie. It has no Path: a browser then sends it to the folder that set it, /v1 under whatever sub-path Bursar is
// served, and to nothing else. No script can read it, and no other site's request brings it (SameSite=Strict). A sibling domain or another
// port of this host is of the same site, though: what changes something must therefore prove that it comes from the page itself, by a
// header that no other origin can send without asking first (which nothing here ever grants), and by what the browser says of its origin.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { cellOfSession, hashKey } from '../api/key-secret.ts';
import { refuse } from '../core/refusal.ts';
import { LONGEST_SIGN_IN_MS } from '../store/provider-sign-in.ts';
import type { SessionSecret } from '../store/store.ts';
import { RequestRefused } from './request-refused.ts';

const COOKIE = 'bursar_session';
const SIGN_IN_COOKIE = 'bursar_sign_in';
const LONGEST_SIGN_IN_SECONDS = LONGEST_SIGN_IN_MS / 1000;
const CSRF_HEADER = 'x-bursar-csrf';
const LONGEST_SECONDS = 7 * 24 * 3600;
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** The text of the session among cookies, whatever comes beside it. */
export function sessionTextOf(app: FastifyInstance, cookie: string | undefined): string | undefined {
  // Programs have none, and are not to wait.
  return cookie === undefined ? undefined : app.parseCookie(cookie)[COOKIE];
}

/** The session that a request brings, whether or not it is over; a text that is none is none. */
export function sessionOf({ server, headers }: FastifyRequest): SessionSecret | undefined {
  const secret = sessionTextOf(server, headers.cookie);
  const cell = secret === undefined ? null : cellOfSession(secret);
  return cell === null ? undefined : { cell, hash: hashKey(secret!) };
}

/** `null`: the browser forgets it. `overTls`: people come over nothing else. */
export function setSession(
  request: FastifyRequest,
  reply: FastifyReply,
  { secret, overTls }: { secret: string | null; overTls: boolean },
): void {
  reply.setCookie(COOKIE, secret ?? '', {
    httpOnly: true,
    sameSite: 'strict',
    // Else what the browser says of itself: whatever stands in between, Bursar need not know.
    secure: overTls || (request.headers.origin?.startsWith('https:') ?? false),
    maxAge: secret === null ? 0 : LONGEST_SECONDS,
  });
}

/** Of a sign-in at a provider that this browser has under way. */
export function signInSecretOf(request: FastifyRequest): string | undefined {
  const { cookie } = request.headers;
  return cookie === undefined ? undefined : request.server.parseCookie(cookie)[SIGN_IN_COOKIE];
}

/** `null`: the browser forgets it. Comes back with a link from the provider's site, which no strict cookie would. */
export function setSignIn(reply: FastifyReply, { secret, overTls }: { secret: string | null; overTls: boolean }): void {
  reply.setCookie(SIGN_IN_COOKIE, secret ?? '', {
    httpOnly: true,
    sameSite: 'lax',
    secure: overTls,
    maxAge: secret === null ? 0 : LONGEST_SIGN_IN_SECONDS,
  });
}

/** Whether the page of another site led here; a browser that is too old to say so counts as one that was not led. */
export function isFromElsewhere({ headers }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  return site === 'cross-site' || site === 'same-site';
}

/** Throws where a request that changes something does not come from the page itself. */
export function requireOwnPage(request: FastifyRequest): void {
  if (SAFE_METHODS.has(request.method)) return;
  if (request.headers[CSRF_HEADER] === undefined) {
    throw new RequestRefused(
      refuse(
        'Forbidden',
        `a change with a session needs the header "${CSRF_HEADER}: 1"; programs send "Authorization: Bearer KEY" instead`,
      ),
    );
  }
  if (!isOwnOrigin(request)) {
    throw new RequestRefused(
      refuse('Forbidden', "a change with a session is taken from Bursar's own page only, not from another"),
    );
  }
}

function isOwnOrigin({ headers }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  // Browsers say no more where a page was not served over TLS. A proxy may have changed the host, and says what it was; a page of
  // another origin could not.
  const { origin } = headers;
  if (origin === undefined || !URL.canParse(origin)) return false;
  return [headers.host, headers['x-forwarded-host']].includes(new URL(origin).host);
}
