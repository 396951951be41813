// Sign-in at an OpenID provider (T3): the browser is sent there, comes back with an answer, and has a session. What is asked and what comes back
// are tied to each other and to this browser: by a cookie whose hash goes along as `state`, by a nonce that the provider signs, and by PKCE.
// Each provider answers at an address of its own, so that the answer of one is never taken for that of another. People look at these
// addresses, so that a refusal is told by the page.

import { randomBytes } from 'node:crypto';
import { Type } from 'typebox';
import { type AuditEvent, actorOf, NOBODY, signInEvent } from '../core/audit.ts';
import { type Instant, MINUTE_MS } from '../core/month.ts';
import { isRefusal, type Refusal, type RefusalCode, refuse } from '../core/refusal.ts';
import type { Principal, Store, TenantAddress } from '../store/store.ts';
import { hashKey, newSessionSecret } from './key-secret.ts';
import { answer, type Outward, type Route, route } from './route.ts';
import { fields } from './schema.ts';
import type { SignInProvider } from './sign-in-provider.ts';

const CONCEPT = 'Session';
/** Then the provider is asked again whether, and as what. */
const LONGEST_SESSION_MS = 12 * 60 * MINUTE_MS;
const SECRET_BYTES = 32;
/** What a provider may answer; the rest is its own matter. */
const ANSWERS = ['code', 'state', 'iss', 'error', 'error_description', 'error_uri'] as const;
const LONGEST_ANSWER = 8192;

/** What the page says of a sign-in that failed; nobody else's words get onto it by a link. */
const FAILURES: Partial<Record<RefusalCode, string>> = {
  Unavailable: 'unavailable',
  Unauthenticated: 'not-trusted',
  Forbidden: 'forbidden',
};

const part = Type.Optional(Type.String({ maxLength: LONGEST_ANSWER, description: 'as OpenID Connect has it' }));
const answers = Object.fromEntries(ANSWERS.map((name) => [name, part])) as Record<(typeof ANSWERS)[number], typeof part>;

const provider = Type.String({ minLength: 1, maxLength: 32, description: 'the id of a provider, as in the options of sign-in' });

/** Where the page is from these addresses, whatever sub-path all of it is under. */
function pageAt(returnTo: string, failed?: string): { location: string } {
  return { location: `../${failed === undefined ? '' : `?signInFailed=${failed}`}#${returnTo}` };
}

function failed(refusal: Refusal): string {
  return FAILURES[refusal.refused] ?? 'not-trusted';
}

function random(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

/** What goes to the provider of a secret that stays in the browser. */
function stateOf(secret: string): string {
  return hashKey(secret).toString('base64url');
}

function providerOf(id: string, { providers = [] }: Outward): SignInProvider | Refusal {
  return (
    providers.find((each) => each.id === id) ??
    refuse('NotFound', `nobody signs in with ${JSON.stringify(id)} here; the options of sign-in say with what`)
  );
}

async function tenantOf({ tenantId, name }: SignInProvider, store: Store): Promise<TenantAddress | Refusal> {
  const tenant = await store.findTenant({ cell: store.cellOf(tenantId), tenantId });
  return tenant ?? refuse('Unavailable', `${name} is set up for a tenant that is not there`);
}

const beginSignIn = route({
  operation: 'beginSignIn',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/sign-in',
  summary: 'Sends the browser to an OpenID provider to sign in there.',
  description:
    'Where that is not possible now, the browser is sent to the page, with the reason as signInFailed; where another site led to it, to the page.',
  right: 'page',
  query: fields({
    provider,
    returnTo: Type.Optional(
      Type.String({
        maxLength: 2000,
        pattern: '^/[!-~]*$',
        description: 'a page to open then, as it stands behind "#" in its address; the first one if left out',
      }),
    ),
  }),
  responses: { 303: null },
  refusals: ['NotFound'],
  async handle({ query, store, outward, fromElsewhere }) {
    const asked = providerOf(query.provider, outward);
    if (isRefusal(asked)) return asked;
    const returnTo = query.returnTo ?? '/';
    // Whom the provider knows still would be signed in without a word: nobody but they themselves begins it, with the button of the page.
    if (fromElsewhere) return { ...answer(303), headers: pageAt(returnTo) };
    const tenant = await tenantOf(asked, store);
    if (isRefusal(tenant)) return { ...answer(303), headers: pageAt(returnTo, failed(tenant)) };
    const secret = random();
    const secrets = { state: stateOf(secret), nonce: random(), codeVerifier: random() };
    const location = await asked.addressToSignIn(secrets);
    if (typeof location !== 'string') return { ...answer(303), headers: pageAt(returnTo, failed(location)) };
    const { nonce, codeVerifier } = secrets;
    await store.providerSignIns.begin(tenant, hashKey(secrets.state), { provider: asked.id, nonce, codeVerifier, returnTo });
    return { ...answer(303), headers: { location }, signInSecret: secret };
  },
});

const completeSignIn = route({
  operation: 'completeSignIn',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/sign-in-callback-{provider}',
  summary: 'Where a provider sends the browser back to: it gets its session, and the page.',
  description:
    'The session ends after 12 hours at the latest. Where the sign-in fails, the browser is sent to the page, with the reason as signInFailed: over (it was not begun in this browser, was completed before, or took more than 10 minutes), forbidden (the provider refused, or gives no role here, or the account is disabled), not-trusted (the answer was not good), unavailable (the provider cannot be asked).',
  right: 'page',
  params: fields({ provider }),
  // Providers add what they like.
  query: Type.Object(answers, { additionalProperties: true }),
  responses: { 303: null },
  refusals: ['NotFound'],
  async handle({ params, query, store, outward, signInSecret, session: before, origin, now, tell }) {
    const asked = providerOf(params.provider, outward);
    if (isRefusal(asked)) return asked;
    const tenant = { cell: store.cellOf(asked.tenantId), tenantId: asked.tenantId };
    const state = signInSecret === undefined ? undefined : stateOf(signInSecret);
    const begun =
      state !== undefined && query.state === state ? await store.providerSignIns.take(tenant, hashKey(state)) : undefined;
    if (!begun || begun.provider !== asked.id) return { ...answer(303), headers: pageAt('/', 'over') };
    const eventOf = (outcome: Principal | Refusal): AuditEvent => {
      const refusal = isRefusal(outcome) ? outcome : null;
      const who = isRefusal(outcome) ? NOBODY : actorOf(outcome);
      // Of several who are refused each is to be known.
      const subject = String(refusal?.members?.about ?? `provider:${asked.id}`);
      return signInEvent({ ...who, operation: 'completeSignIn', subject, refusal }, origin, now());
    };
    const person = await asked.answered(answered(query), { ...begun, state: state! });
    const outcome = isRefusal(person)
      ? person
      : await store.people.signInOfProvider(tenant, { ...person, provider: asked.id }, (principal, changed) => ({
          ...eventOf(principal),
          ...changed,
        }));
    if (isRefusal(outcome)) {
      // Only of sign-ins that were begun here, so that nobody fills the log with others.
      await tell(tenant, eventOf(outcome));
      return { ...answer(303), headers: pageAt(begun.returnTo, failed(outcome)), signInSecret: null };
    }
    const secret = newSessionSecret(tenant.cell);
    await store.createSession(outcome, hashKey(secret), (now() + LONGEST_SESSION_MS) as Instant);
    if (before) await store.endSession(before);
    return { ...answer(303), headers: pageAt(begun.returnTo), sessionSecret: secret, signInSecret: null };
  },
});

function answered(query: { readonly [N in (typeof ANSWERS)[number]]?: string }): Record<string, string> {
  return Object.fromEntries(ANSWERS.flatMap((name) => (query[name] === undefined ? [] : [[name, query[name]]])));
}

export const providerSignInRoutes: Route[] = [beginSignIn, completeSignIn];
