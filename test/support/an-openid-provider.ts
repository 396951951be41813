// A real OpenID provider on this machine (oidc-provider, certified): its people sign in without being asked, its programs get tokens by client
// credentials, and its private keys are at hand, so that a test can sign what a provider never would.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, importJWK, type JWK, type JWTPayload, SignJWT } from 'jose';
import Provider, { type Configuration } from 'oidc-provider';
import type { Algorithm, ProviderSettings } from '../../src/server/openid-settings.ts';

export const CLIENT = { id: 'bursar-admin-centre', secret: 'a-secret-of-the-admin-centre' };
export const PROGRAM = { id: 'nightly-report', secret: 'a-secret-of-the-nightly-report' };
export const AUDIENCE = 'api://bursar';

export interface AnOpenIdProvider {
  issuer: string;
  /** Who signs in next, by subject; null: they say no. */
  person: string | null;
  /** What it says of its people, by subject. */
  people: Record<string, Record<string, unknown>>;
  /** What stands in the tokens of programs, beside what always does. */
  ofPrograms: Record<string, unknown>;
  /** The key it signs with, which has its id. */
  key: JWK;
  /** Paths that it was asked for, in their order. */
  asked: string[];
  /** Beside this, all that it needs; for Bursar. */
  settings(more: Partial<ProviderSettings> & Pick<ProviderSettings, 'tenantId'>): ProviderSettings;
  /** A token by client credentials, as a program gets it. */
  token(audience?: string): Promise<string>;
  /** A token of its own making that says anything, signed with its key. */
  sign(claims: JWTPayload, header?: Record<string, unknown>, key?: JWK): Promise<string>;
  /** Signs with another key from now on. */
  rotate(): Promise<void>;
  /** Nothing listens until it starts again, at the same address. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

export async function aKey(algorithm: Algorithm = 'RS256'): Promise<JWK> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: crypto.randomUUID(), alg: algorithm, use: 'sig' };
}

/** `host`: what it calls this machine. */
export async function anOpenIdProvider({
  redirectUris = [],
  host = '127.0.0.1',
}: {
  redirectUris?: string[];
  host?: string;
} = {}): Promise<AnOpenIdProvider> {
  let server: Server | undefined;
  let port = 0;
  let oidc: Provider;

  function configure(): void {
    oidc = new Provider(made.issuer, configurationOf(made, redirectUris));
    const interaction = /^\/interaction\//;
    oidc.use(async (context, next) => {
      made.asked.push(context.path);
      if (interaction.test(context.path)) await interact(oidc, made.person, context);
      else await next();
    });
  }

  const made: AnOpenIdProvider = {
    issuer: '',
    person: 'ada',
    people: { ada: { email: 'Ada@Contoso.com', name: 'Ada', roles: ['Administrator'] } },
    ofPrograms: { roles: ['Meter'] },
    key: await aKey(),
    asked: [],
    settings: (more) => ({
      id: 'own',
      name: 'Our provider',
      issuer: made.issuer,
      client: CLIENT,
      audience: AUDIENCE,
      algorithm: 'RS256',
      roleClaim: ['roles'],
      userClaim: 'sub',
      roles: [
        { value: 'Administrator', role: 'tenant-admin', environmentIds: [], for: 'people' },
        { value: 'Reader', role: 'reader', environmentIds: [], for: 'both' },
        { value: 'Maker', role: 'maker', environmentIds: [], for: 'both' },
        { value: 'Meter', role: 'service', environmentIds: [], for: 'programs' },
      ],
      ...more,
    }),
    async token(audience = AUDIENCE) {
      const answer = await fetch(`${made.issuer}/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: PROGRAM.id,
          client_secret: PROGRAM.secret,
          resource: audience,
        }),
      });
      const body = (await answer.json()) as { access_token?: string };
      if (!body.access_token) throw new Error(`no token: ${JSON.stringify(body)}`);
      return body.access_token;
    },
    async sign(claims, header = {}, key = made.key) {
      const now = Math.floor(Date.now() / 1000);
      const usual = { iss: made.issuer, aud: AUDIENCE, sub: PROGRAM.id, roles: ['Meter'], iat: now, exp: now + 600 };
      const said = Object.fromEntries(Object.entries({ ...usual, ...claims }).filter(([, value]) => value !== undefined));
      return new SignJWT(said)
        .setProtectedHeader({ alg: 'RS256', kid: made.key.kid!, ...header })
        .sign(await importJWK(key, (header.alg as string) ?? 'RS256'));
    },
    async rotate() {
      made.key = await aKey();
      configure();
    },
    async start() {
      server = createServer((request, response) => void oidc.callback()(request, response));
      await new Promise<void>((resolve) => server!.listen(port, '127.0.0.1', resolve));
      ({ port } = server.address() as AddressInfo);
    },
    stop: () =>
      new Promise((resolve) => {
        server!.closeAllConnections();
        server!.close(() => resolve());
      }),
  };
  await made.start();
  made.issuer = `http://${host}:${port}`;
  configure();
  return made;
}

function configurationOf(made: AnOpenIdProvider, redirectUris: string[]): Configuration {
  return {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: redirectUris,
        response_types: redirectUris.length === 0 ? [] : ['code'],
        grant_types: redirectUris.length === 0 ? [] : ['authorization_code'],
      },
      {
        client_id: PROGRAM.id,
        client_secret: PROGRAM.secret,
        redirect_uris: [],
        response_types: [],
        grant_types: ['client_credentials'],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    ttl: { AccessToken: 600, ClientCredentials: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    jwks: { keys: [made.key as never] },
    cookies: { keys: ['a key of the provider'] },
    pkce: { required: () => true },
    conformIdTokenClaims: false,
    claims: { openid: ['sub', 'roles', '_claim_names'], email: ['email'], profile: ['name', 'preferred_username'] },
    findAccount: async (_context, subject) => ({
      accountId: subject,
      claims: async () => ({ sub: subject, ...made.people[subject] }),
    }),
    extraTokenClaims: (_context, token) => (token.kind === 'ClientCredentials' ? made.ofPrograms : undefined) as never,
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: async (_context, audience) => ({
          scope: '',
          audience,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
  };
}

/** What its page would do once somebody has given a password there. */
async function interact(
  oidc: Provider,
  person: string | null,
  { req, res }: { req: IncomingMessage; res: ServerResponse },
): Promise<void> {
  const { params, prompt } = await oidc.interactionDetails(req, res);
  if (person === null) {
    await oidc.interactionFinished(req, res, { error: 'access_denied', error_description: 'they said no' });
    return;
  }
  if (prompt.name === 'login') {
    await oidc.interactionFinished(req, res, { login: { accountId: person } });
    return;
  }
  const grant = new oidc.Grant({ accountId: person, clientId: params.client_id as string });
  grant.addOIDCScope(params.scope as string);
  await oidc.interactionFinished(req, res, { consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true });
}
