// The OpenID providers of an installation: a file of the operator's (BURSAR_OIDC_FILE), so that no tenant can make this server call an
// address, and no client secret is in the database. Each provider is bound to one tenant (T1), and says which of its values are which of our
// roles (T3).

import { dirname, resolve } from 'node:path';
import { type Static, Type } from 'typebox';
import { environmentMisfits } from '../api/key.ts';
import { environmentIds, fields, id, name, oneOf, text } from '../api/schema.ts';
import { validatorOf } from '../api/validation.ts';
import { type FieldError, isRefusal } from '../core/refusal.ts';
import { ROLES, type Role } from '../store/store.ts';
import { isLoopback } from './client-address.ts';
import { readNamed, SettingsError } from './serve-settings.ts';
import { readJson, refusalOfFindings } from './strict-json.ts';

/** One for each provider, never what a token says of itself; none of them has a secret that both sides know. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

const HOLDERS = ['people', 'programs', 'both'] as const;

export interface RoleRule {
  /** What stands in the claim. */
  value: string;
  role: Role;
  environmentIds: string[];
  /** People sign in, programs send tokens. */
  for: (typeof HOLDERS)[number];
}

export interface ProviderSettings {
  id: string;
  /** What people read on the page of sign-in. */
  name: string;
  /** Exactly as the provider calls itself. */
  issuer: string;
  tenantId: string;
  /** null: nobody signs in with it. */
  client: { id: string; secret: string } | null;
  /** Whom tokens of programs must be for; null: none are taken. */
  audience: string | null;
  algorithm: Algorithm;
  /** Names of claims, one inside the other. */
  roleClaim: readonly string[];
  /** The first that fits counts. */
  roles: readonly RoleRule[];
  /** Who a maker is in actions. */
  userClaim: string;
}

const secret = text(1024, 'a secret');
const claim = text(256, 'the name of a claim');

const providers = Type.Array(
  fields({
    id: Type.String({
      pattern: '^[a-z0-9][a-z0-9-]{0,31}$',
      description: 'an id: 1 to 32 small letters, digits and -, beginning with a letter or digit',
    }),
    name,
    issuer: text(512, 'a URL'),
    tenant: id,
    clientId: Type.Optional(text(256, 'a client id')),
    clientSecret: Type.Optional(secret),
    clientSecretFile: Type.Optional(text(4096, 'the name of a file')),
    audience: Type.Optional(text(512, 'an audience')),
    algorithm: Type.Optional(oneOf(ALGORITHMS)),
    roleClaim: Type.Optional(
      Type.Union([claim, Type.Array(claim, { minItems: 1, maxItems: 8 })], {
        description: 'the name of a claim, names with dots between for one inside another, or a list of names',
      }),
    ),
    userClaim: Type.Optional(claim),
    roles: Type.Array(
      fields({
        value: text(512, 'a value of the claim'),
        role: oneOf(ROLES),
        environmentIds: Type.Optional(environmentIds),
        for: Type.Optional(oneOf(HOLDERS)),
      }),
      { minItems: 1, maxItems: 1000, description: 'a list of which value is which role' },
    ),
  }),
  { minItems: 1, maxItems: 100, description: 'a list of providers' },
);
type Written = Static<typeof providers>[number];

const validate = validatorOf(providers);

/** Reads the file; throws `SettingsError` that names the place in it, what came and what is wanted. */
export async function readProviders(file: string): Promise<ProviderSettings[]> {
  const written = await readWritten(file);
  const faults = written.flatMap((each, index) => faultsOf(each).map((fault) => within(index, fault)));
  faults.push(...doubles(written));
  if (faults.length > 0) throw unfit(file, faults);
  return Promise.all(written.map((each) => settingsOf(each, file)));
}

async function readWritten(file: string): Promise<Written[]> {
  const read = readJson(await readNamed('BURSAR_OIDC_FILE names', file));
  if (isRefusal(read)) throw new SettingsError(`BURSAR_OIDC_FILE names ${file}: ${read.detail}`);
  const doubled = refusalOfFindings(read.findings);
  if (doubled) throw unfit(file, doubled.errors ?? [{ pointer: '', detail: doubled.detail }]);
  const errors = validate(read.value);
  if (errors) throw unfit(file, errors);
  return read.value as Written[];
}

function within(index: number, { pointer, detail }: FieldError): FieldError {
  return { pointer: `/${index}${pointer}`, detail };
}

function unfit(file: string, errors: readonly FieldError[]): SettingsError {
  const lines = errors.map(({ pointer, detail }) => `  ${pointer || 'the file'}: ${detail}`);
  return new SettingsError(`BURSAR_OIDC_FILE names ${file}, which cannot be used:\n${lines.join('\n')}`);
}

/** What the schema cannot say. */
function faultsOf(provider: Written): FieldError[] {
  const faults: FieldError[] = [];
  const { issuer, clientId, clientSecret, clientSecretFile, audience } = provider;
  if (!isSafeAddress(issuer) || /[?#]|\/\.well-known\//.test(issuer))
    faults.push({
      pointer: '/issuer',
      detail: 'wanted an https URL as the provider calls itself (http on this machine only), without "?", "#" and ".well-known"',
    });
  if (clientId === undefined && audience === undefined)
    faults.push({
      pointer: '/clientId',
      detail: 'is missing, and audience too: nobody could sign in and no token would be taken',
    });
  const secrets = [clientSecret, clientSecretFile].filter((each) => each !== undefined).length;
  if (clientId !== undefined && secrets !== 1)
    faults.push({ pointer: '/clientSecret', detail: 'a clientId needs either a clientSecret or a clientSecretFile' });
  if (clientId === undefined && secrets > 0)
    faults.push({ pointer: '/clientId', detail: 'is missing, though there is a secret of the client' });
  return [...faults, ...provider.roles.flatMap(faultsOfRole)];
}

function faultsOfRole({ role, environmentIds = [], for: holder }: Written['roles'][number], index: number): FieldError[] {
  const pointer = `/roles/${index}`;
  const faults = environmentMisfits(role, environmentIds).map((fault) => ({ ...fault, pointer: pointer + fault.pointer }));
  if (role === 'service' && holder !== undefined && holder !== 'programs')
    faults.push({ pointer: `${pointer}/for`, detail: 'a service is a program: nobody signs in as one' });
  return faults;
}

/** Else one token, or one answer of a provider, would be of two. */
function doubles(written: readonly Written[]): FieldError[] {
  const seen = new Map<string, number>();
  return written.flatMap((each, index) => {
    const names: [string, string, string][] = [['/id', `id ${each.id}`, `the id ${each.id}`]];
    if (each.audience !== undefined)
      names.push(['/audience', `audience ${each.issuer} ${each.audience}`, 'this audience of this issuer']);
    return names.flatMap(([pointer, key, what]) => {
      const before = seen.get(key);
      seen.set(key, before ?? index);
      return before === undefined ? [] : [{ pointer: `/${index}${pointer}`, detail: `${what} is that of /${before} already` }];
    });
  });
}

async function settingsOf(written: Written, file: string): Promise<ProviderSettings> {
  const { id, name, issuer, tenant, clientId, clientSecret, clientSecretFile, roleClaim = 'roles' } = written;
  const client =
    clientId === undefined
      ? null
      : { id: clientId, secret: clientSecret ?? (await readSecret(resolve(dirname(file), clientSecretFile!), id)) };
  return {
    id,
    name,
    issuer,
    tenantId: tenant,
    client,
    audience: written.audience ?? null,
    algorithm: written.algorithm ?? 'RS256',
    roleClaim: typeof roleClaim === 'string' ? roleClaim.split('.') : roleClaim,
    userClaim: written.userClaim ?? 'sub',
    roles: written.roles.map(({ value, role, environmentIds = [], for: holder }) => ({
      value,
      role,
      environmentIds: [...new Set(environmentIds)],
      for: holder ?? (role === 'service' ? 'programs' : 'people'),
    })),
  };
}

async function readSecret(file: string, provider: string): Promise<string> {
  const who = `the clientSecretFile of ${provider} is`;
  const read = (await readNamed(who, file)).toString().trim();
  if (read === '') throw new SettingsError(`${who} ${file}, which is empty`);
  return read;
}

/** Whether what goes there can be read by nobody on the way. */
export function isSafeAddress(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, username, password } = new URL(url);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}
