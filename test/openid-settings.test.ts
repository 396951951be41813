// The file of OpenID providers: what it may say, and that what is wrong with it is told by its place; what its rules make of claims.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grantOf } from '../src/server/openid-grant.ts';
import { isSafeAddress, type ProviderSettings, readProviders } from '../src/server/openid-settings.ts';
import { SettingsError } from '../src/server/serve-settings.ts';
import { aDatabase } from './support/a-database.ts';
import { aProcess } from './support/a-process.ts';
import { anOpenIdProvider, CLIENT } from './support/an-openid-provider.ts';
import { ACTION, call } from './support/call.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bursar-openid-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const ENTRA = {
  id: 'entra',
  name: 'Microsoft Entra ID',
  issuer: 'https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000/v2.0',
  tenant: 'contoso',
  clientId: 'bursar',
  clientSecret: 'a-secret-of-the-client',
  audience: 'api://bursar',
  roles: [
    { value: 'Bursar.Administrator', role: 'tenant-admin' },
    { value: 'Bursar.Sales', role: 'environment-admin', environmentIds: ['sales', 'sales'] },
    { value: 'Bursar.Meter', role: 'service' },
  ],
};

async function read(written: unknown): Promise<ProviderSettings[]> {
  const file = join(folder, 'providers.json');
  await writeFile(file, typeof written === 'string' ? written : JSON.stringify(written));
  return readProviders(file);
}

describe('the file of providers', () => {
  it('says what each is, and the rest is as it is mostly', async () => {
    expect(await read([ENTRA])).toEqual([
      {
        id: 'entra',
        name: 'Microsoft Entra ID',
        issuer: ENTRA.issuer,
        tenantId: 'contoso',
        client: { id: 'bursar', secret: 'a-secret-of-the-client' },
        audience: 'api://bursar',
        algorithm: 'RS256',
        roleClaim: ['roles'],
        userClaim: 'sub',
        roles: [
          { value: 'Bursar.Administrator', role: 'tenant-admin', environmentIds: [], for: 'people' },
          { value: 'Bursar.Sales', role: 'environment-admin', environmentIds: ['sales'], for: 'people' },
          { value: 'Bursar.Meter', role: 'service', environmentIds: [], for: 'programs' },
        ],
      },
    ]);
  });

  it('may name a file with the secret, beside it', async () => {
    await writeFile(join(folder, 'secret'), 'kept-apart\n');
    const { clientSecret: _, ...without } = ENTRA;
    expect((await read([{ ...without, clientSecretFile: 'secret' }]))[0]!.client).toEqual({ id: 'bursar', secret: 'kept-apart' });
    await expect(read([{ ...without, clientSecretFile: 'missing' }])).rejects.toThrow(/clientSecretFile of entra is .*ENOENT/);
    await writeFile(join(folder, 'secret'), ' \n');
    await expect(read([{ ...without, clientSecretFile: 'secret' }])).rejects.toThrow(/is empty/);
  });

  it('may be of one that only signs in, or only gives tokens', async () => {
    const { audience: _audience, ...signIn } = ENTRA;
    const { clientId: _id, clientSecret: _secret, ...tokens } = ENTRA;
    const [first, second] = await read([signIn, { ...tokens, id: 'second' }]);
    expect([first!.audience, second!.client]).toEqual([null, null]);
  });

  it('takes the path of a claim with dots, or as names that have dots themselves', async () => {
    const [first] = await read([{ ...ENTRA, roleClaim: 'realm_access.roles' }]);
    expect(first!.roleClaim).toEqual(['realm_access', 'roles']);
    const [second] = await read([{ ...ENTRA, roleClaim: ['https://example.com/roles'] }]);
    expect(second!.roleClaim).toEqual(['https://example.com/roles']);
  });

  const rule = (more: object) => ({ ...ENTRA, roles: [{ value: 'x', ...more }] });
  const wrong: [string, unknown, RegExp][] = [
    ['no JSON', '[{', /JSON/],
    ['the same field twice', '[{"id":"a","id":"b"}]', /\/0\/id/],
    ['no list', {}, /list of providers/],
    ['none', [], /at least 1/],
    ['an unknown field', [{ ...ENTRA, scopes: [] }], /\/0\/scopes: is not a field/],
    ['an id with a slash', [{ ...ENTRA, id: 'a/b' }], /\/0\/id/],
    ['an id that is there twice', [ENTRA, { ...ENTRA, audience: 'api://two' }], /\/1\/id: the id entra is that of \/0/],
    ['an audience that is there twice', [ENTRA, { ...ENTRA, id: 'two' }], /\/1\/audience: this audience of this issuer/],
    ['an issuer over plain HTTP', [{ ...ENTRA, issuer: 'http://login.example.com' }], /\/0\/issuer: wanted an https URL/],
    ['an issuer that looks like this machine', [{ ...ENTRA, issuer: 'http://127.0.0.1.example.com' }], /\/0\/issuer/],
    ['an issuer that is no URL', [{ ...ENTRA, issuer: 'entra' }], /\/0\/issuer/],
    ['an issuer with a password', [{ ...ENTRA, issuer: 'https://a:b@login.example.com' }], /\/0\/issuer/],
    ['an issuer that is a document', [{ ...ENTRA, issuer: 'https://x.example/.well-known/openid-configuration' }], /\/0\/issuer/],
    ['a client without a secret', [{ ...ENTRA, clientSecret: undefined }], /\/0\/clientSecret: a clientId needs/],
    ['two secrets', [{ ...ENTRA, clientSecretFile: 'x' }], /\/0\/clientSecret/],
    ['a secret without a client', [{ ...ENTRA, clientId: undefined }], /\/0\/clientId/],
    ['neither client nor audience', [{ ...ENTRA, clientId: undefined, clientSecret: undefined, audience: undefined }], /nobody/],
    ['an algorithm with a shared secret', [{ ...ENTRA, algorithm: 'HS256' }], /\/0\/algorithm/],
    ['no algorithm at all', [{ ...ENTRA, algorithm: 'none' }], /\/0\/algorithm/],
    ['no rules', [{ ...ENTRA, roles: [] }], /\/0\/roles/],
    ['a rule of a role that is none', [rule({ role: 'operator' })], /\/0\/roles\/0\/role/],
    ['an environment administrator of nothing', [rule({ role: 'environment-admin' })], /\/0\/roles\/0\/environmentIds/],
    ['environments of a reader', [rule({ role: 'reader', environmentIds: ['x'] })], /\/0\/roles\/0\/environmentIds: only/],
    ['a person who is a service', [rule({ role: 'service', for: 'both' })], /\/0\/roles\/0\/for/],
  ];
  it.each(wrong)('with %s is refused, and says where', async (_what, written, says) => {
    const error = await read(written).catch((caught: Error) => caught);
    expect(error).toBeInstanceOf(SettingsError);
    expect((error as Error).message).toMatch(says);
    expect((error as Error).message).not.toContain(ENTRA.clientSecret);
  });

  it('must be there', async () => {
    await expect(readProviders(join(folder, 'nowhere.json'))).rejects.toThrow(/BURSAR_OIDC_FILE names .*nowhere.json.*ENOENT/);
  });

  it('lets addresses be plain HTTP on this machine only', () => {
    for (const url of ['https://x.example', 'http://localhost:8080/realms/x', 'http://127.0.0.1', 'http://[::1]:3'])
      expect(isSafeAddress(url), url).toBe(true);
    for (const url of [
      'http://x.example',
      'http://localhost.example',
      'http://10.0.0.1',
      'ftp://localhost',
      'file:///etc/passwd',
      '',
    ])
      expect(isSafeAddress(url), url).toBe(false);
  });
});

describe('claims', () => {
  const rules = [
    { value: 'admin', role: 'tenant-admin', environmentIds: [], for: 'people' },
    { value: 'bot', role: 'service', environmentIds: ['sales'], for: 'programs' },
    { value: 'look', role: 'reader', environmentIds: [], for: 'both' },
    { value: 'make', role: 'maker', environmentIds: [], for: 'both' },
  ] as unknown as ProviderSettings['roles'];
  const provider = (roleClaim: string[]) =>
    ({ name: 'P', roleClaim, userClaim: 'oid', roles: rules }) as unknown as ProviderSettings;

  const table: [object, 'people' | 'programs', string][] = [
    [{ roles: ['admin'] }, 'people', 'tenant-admin'],
    [{ roles: 'admin' }, 'people', 'tenant-admin'],
    [{ roles: ['admin'] }, 'programs', 'none'],
    [{ roles: ['bot'] }, 'programs', 'service'],
    [{ roles: ['bot'] }, 'people', 'none'],
    [{ roles: ['look', 'admin'] }, 'people', 'tenant-admin'],
    [{ roles: ['look', 'admin'] }, 'programs', 'reader'],
    [{ roles: ['Admin'] }, 'people', 'none'],
    [{ roles: ['make'], oid: 'ada' }, 'people', 'maker'],
    [{ roles: ['make'] }, 'people', 'none'],
    [{ roles: ['make'], oid: 'a\nb' }, 'people', 'none'],
    [{ roles: [['admin']] }, 'people', 'none'],
    [{ roles: { admin: true } }, 'people', 'none'],
    [{ roles: null }, 'people', 'none'],
    [{}, 'people', 'none'],
  ];
  it.each(table)('%j are, of %s, %s', (claims, holder, role) => {
    const grant = grantOf(provider(['roles']), claims as never, holder);
    expect('refused' in grant ? 'none' : grant.role).toBe(role);
  });

  it('are found inside others, and never in what every object has', () => {
    const nested = { realm_access: { roles: ['look'] } };
    expect(grantOf(provider(['realm_access', 'roles']), nested, 'people')).toMatchObject({ role: 'reader' });
    expect(grantOf(provider(['constructor', 'name']), {}, 'people')).toMatchObject({ refused: 'Forbidden' });
  });

  it('bring the environments of their rule, and the user of a maker', () => {
    expect(grantOf(provider(['roles']), { roles: ['bot'] }, 'programs')).toEqual({
      role: 'service',
      environmentIds: ['sales'],
      userId: null,
    });
    expect(grantOf(provider(['roles']), { roles: ['make'], oid: 'ada' }, 'people')).toMatchObject({ userId: 'ada' });
  });
});

describe('bursar serve', () => {
  const NOWHERE = 'postgres://127.0.0.1:1/none';
  const OPERATOR = 'an-operator-key-for-openid';

  it('does not start with a file that cannot be used, or where nobody could be sent back to', async () => {
    const file = join(folder, 'unfit.json');
    await writeFile(file, JSON.stringify([{ ...ENTRA, issuer: 'http://login.example.com' }]));
    const unfit = aProcess(NOWHERE, OPERATOR, { BURSAR_OIDC_FILE: file, BURSAR_PUBLIC_URL: 'https://bursar.example.com' });
    await expect(unfit).rejects.toThrow(/ended with 2 .*BURSAR_OIDC_FILE names .*\/0\/issuer/s);
    await writeFile(file, JSON.stringify([ENTRA]));
    await expect(aProcess(NOWHERE, OPERATOR, { BURSAR_OIDC_FILE: file })).rejects.toThrow(/set BURSAR_PUBLIC_URL too/);
  });

  it('takes sign-ins and tokens of a provider that its file names, and says the secret of the client nowhere', async () => {
    const provider = await anOpenIdProvider({ redirectUris: ['https://bursar.example.com/ai/v1/sign-in-callback-own'] });
    const database = await aDatabase();
    const { tenantId: _tenant, client: _client, ...settings } = provider.settings({ tenantId: 'default' });
    const file = join(folder, 'served.json');
    const own = { ...settings, tenant: 'default', clientId: CLIENT.id, clientSecret: CLIENT.secret };
    await writeFile(file, JSON.stringify([own]));
    const served = await aProcess(database.url, OPERATOR, {
      BURSAR_OIDC_FILE: file,
      BURSAR_PUBLIC_URL: 'https://bursar.example.com/ai/',
      BURSAR_LOG_LEVEL: 'trace',
    });
    try {
      const begun = await call(served.url, 'GET /v1/sign-in?provider=own');
      expect(new URL(begun.headers.get('location')!).searchParams.get('redirect_uri')).toBe(
        'https://bursar.example.com/ai/v1/sign-in-callback-own',
      );
      const metered = await call(served.url, 'POST /v1/checks', { key: await provider.token(), body: ACTION });
      expect([metered.status, metered.body.code]).toEqual([404, 'NotFound']);
      await provider.stop();
      const headers = { cookie: begun.headers.getSetCookie()[0]!.split(';')[0]! };
      const state = new URL(begun.headers.get('location')!).searchParams.get('state');
      const completed = await call(served.url, `GET /v1/sign-in-callback-own?code=x&iss=${provider.issuer}&state=${state}`, {
        headers,
      });
      expect(completed.headers.get('location')).toBe('../?signInFailed=unavailable#/');
      expect(served.output()).toMatch(/the OpenID provider own cannot be asked/);
      expect(served.output()).not.toContain(CLIENT.secret);
    } finally {
      await served.end();
      await database.drop();
    }
  });
});
