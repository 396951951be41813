// TLS with certificate files of one's own: what is spoken, what is not taken, and that a renewed certificate needs no restart.

import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { connect as connectPlainly } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type PeerCertificate, type SecureVersion, type TLSSocket } from 'node:tls';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildServer } from '../src/server/app.ts';
import { PATIENCE } from '../src/server/slow-clients.ts';
import { Tls } from '../src/server/tls.ts';
import { type ACertificate, aCertificate } from './support/a-certificate.ts';
import { aDatabase } from './support/a-database.ts';
import { aProcess } from './support/a-process.ts';
import { type AServer, startServer } from './support/a-server.ts';
import { comingOn, sendBytes } from './support/bytes.ts';
import { OWN_PAGE } from './support/call.ts';

let folder: string;
const warnings: string[] = [];
const warn = (line: string) => warnings.push(line);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bursar-tls-'));
});
afterAll(async () => {
  if (folder) await rm(folder, { recursive: true });
});

async function filesOf({ cert, key }: ACertificate, name = 'own') {
  const files = { certFile: join(folder, `${name}-cert.pem`), keyFile: join(folder, `${name}-key.pem`) };
  await writeFile(files.certFile, cert);
  await writeFile(files.keyFile, key);
  return files;
}

describe('files that cannot serve are refused, by the name of their setting', () => {
  const [one, other] = [aCertificate(), aCertificate()];
  const encrypted = `-----BEGIN ENCRYPTED PRIVATE KEY-----
MIH0MF8GCSqGSIb3DQEFDTBSMDEGCSqGSIb3DQEFDDAkBBCz8wvaH3KWlgzUnZZN
-----END ENCRYPTED PRIVATE KEY-----`;

  it.each([
    ['no certificate', { ...one, cert: 'hello' }, /BURSAR_TLS_CERT names .* which has no certificate in PEM/],
    ['no key', { ...one, key: 'hello' }, /BURSAR_TLS_KEY names .* which has no private key in PEM/],
    ['a key that is cut', { ...one, key: one.key.slice(0, 80) }, /BURSAR_TLS_KEY names/],
    ['a key that is encrypted', { ...one, key: encrypted }, /BURSAR_TLS_KEY names/],
    ['the key of another certificate', { ...one, key: other.key }, /is not that of the certificate of BURSAR_TLS_CERT/],
  ])('%s', async (_, pair, message) => {
    await expect(Tls.read(await filesOf(pair, 'unfit'), warn)).rejects.toThrow(message);
  });

  it('none at all', async () => {
    const missing = { certFile: join(folder, 'none.pem'), keyFile: join(folder, 'none.key') };
    await expect(Tls.read(missing, warn)).rejects.toThrow(/BURSAR_TLS_CERT names .*none\.pem, which cannot be read \(ENOENT\)/);
  });

  it('but one that has expired serves, and is told of', async () => {
    warnings.length = 0;
    await Tls.read(await filesOf(aCertificate({ validDays: -1 }), 'expired'), warn);
    expect(warnings).toEqual([expect.stringContaining('has expired')]);
  });
});

describe('bursar serve', () => {
  it('is as its settings say: over TLS, with rates, behind a proxy', async () => {
    const database = await aDatabase();
    const { certFile, keyFile } = await filesOf(aCertificate(), 'served');
    const served = await aProcess(database.url, 'an-operator-key-for-limits', {
      BURSAR_TLS_CERT: certFile,
      BURSAR_TLS_KEY: keyFile,
      BURSAR_REQUESTS_PER_SECOND_PER_KEY: '7',
      BURSAR_REQUESTS_PER_SECOND_PER_ADDRESS: '1',
      BURSAR_TRUSTED_PROXIES: '127.0.0.1',
    });
    try {
      expect(served.url).toMatch(/^https:/);
      const port = Number(new URL(served.url).port);
      const ca = await readFile(certFile, 'utf8');
      const get = async (path: string, headers: Record<string, string>) => {
        const sending = request({ host: '127.0.0.1', port, path, ca, agent: false, headers }).end();
        const [answer] = await once(sending, 'response');
        answer.resume();
        await once(answer, 'close');
        return [answer.statusCode, answer.headers['ratelimit-policy']];
      };
      const operator = { authorization: 'Bearer an-operator-key-for-limits' };
      expect(await get('/v1/tenants', operator)).toEqual([200, '"key";q=14;w=2']);
      for (const address of ['1.1.1.1', '2.2.2.2', '3.3.3.3', '4.4.4.4'])
        expect(await get('/v1/tenant', { 'x-forwarded-for': address })).toEqual([401, '"address";q=2;w=2']);
    } finally {
      await served.end();
      await database.drop();
    }
  });

  it('ends with 2 where its certificate cannot be used, before it begins anything', async () => {
    const settings = { BURSAR_TLS_CERT: join(folder, 'none.pem'), BURSAR_TLS_KEY: join(folder, 'none.key') };
    await expect(aProcess('postgres://127.0.0.1:1/none', 'an-operator-key-for-limits', settings)).rejects.toThrow(
      /ended with 2 .*BURSAR_TLS_CERT names .* \(ENOENT\)/s,
    );
  });
});

describe('a server with a certificate', () => {
  let plain: AServer;
  let app: FastifyInstance;
  let tls: Tls;
  let port: number;
  let own: ACertificate;
  let tenant: { id: string; key: string };

  beforeAll(async () => {
    plain = await startServer();
    tenant = await plain.tenant();
    own = aCertificate();
    tls = await Tls.read(await filesOf(own), warn);
    ({ app, port } = await serve());
  });
  afterAll(async () => {
    await app?.close();
    await plain?.stop();
  });

  async function serve(patience = PATIENCE) {
    const built = await buildServer({ store: plain.store, operatorKeyHash: Buffer.alloc(32), logLevel: 'silent', tls, patience });
    const address = await built.listen({ host: '127.0.0.1', port: 0 });
    return { app: built, port: Number(new URL(address).port) };
  }

  interface Answered {
    status: number | undefined;
    headers: NodeJS.Dict<string | string[]>;
    body: string;
  }

  async function ask(path: string, { ca = own.cert, body, headers = {} }: { ca?: string; body?: object; headers?: object } = {}) {
    const sending = request({
      host: '127.0.0.1',
      port,
      path,
      ca,
      agent: false,
      method: body ? 'POST' : 'GET',
      headers: { ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
    });
    sending.end(body && JSON.stringify(body));
    const [answer] = await once(sending, 'response');
    let text = '';
    for await (const part of answer) text += part;
    return { status: answer.statusCode, headers: answer.headers, body: text } as Answered;
  }

  /** A connection on which nothing is asked yet. */
  async function open(ca: string, versions: { maxVersion?: SecureVersion; minVersion?: SecureVersion } = {}, to = port) {
    const socket = connect({ host: '127.0.0.1', port: to, ca, ciphers: 'DEFAULT@SECLEVEL=0', ...versions });
    await once(socket, 'secureConnect');
    return socket;
  }

  async function certificateOn(ca: string): Promise<PeerCertificate> {
    const socket = await open(ca);
    const peer = socket.getPeerCertificate();
    socket.destroy();
    return peer;
  }

  it('answers as ever, and tells browsers to come over TLS only', async () => {
    const { status, headers, body } = await ask('/v1/tenant', { headers: { authorization: `Bearer ${tenant.key}` } });
    expect([status, JSON.parse(body).id]).toEqual([200, tenant.id]);
    expect(headers['strict-transport-security']).toBe('max-age=31536000');
  });

  it('sets a cookie that comes back over TLS only, whatever the browser says of its origin', async () => {
    const answer = await ask('/v1/session', { body: { key: tenant.key }, headers: OWN_PAGE });
    expect(answer.status).toBe(201);
    expect(String(answer.headers['set-cookie'])).toContain('Secure');
  });

  it('speaks TLS 1.2 and 1.3, nothing older', async () => {
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const socket = await open(own.cert, { minVersion: version, maxVersion: version });
      expect(socket.getProtocol()).toBe(version);
      socket.destroy();
    }
    await expect(open(own.cert, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' })).rejects.toThrow(/protocol version|alert/i);
  });

  it('answers nothing to plain HTTP', async () => {
    expect(await sendBytes(port, 'GET /livez HTTP/1.1\r\nHost: x\r\n\r\n')).not.toContain('HTTP/1.1');
  });

  it('cuts a client whose headers do not come to their end', async () => {
    const soon = await serve({ ...PATIENCE, headersMs: 100, lookEveryMs: 20 });
    const socket = await open(own.cert, {}, soon.port);
    const came = comingOn(socket);
    socket.write('GET /livez HTTP/1.1\r\nX-Slow: ');
    await once(socket, 'close');
    expect(came()).toContain('the request did not come to its end in time');
    const silent = connectPlainly(soon.port, '127.0.0.1');
    silent.resume();
    await once(silent, 'close');
    await soon.app.close();
  });

  it('closes with connections open on which nothing was asked, and finishes what was', async () => {
    const closing = await serve();
    const silent = await open(own.cert, {}, closing.port);
    const halfway = connectPlainly(closing.port, '127.0.0.1');
    halfway.on('error', () => {});
    await once(halfway, 'connect');
    const asked = await open(own.cert, {}, closing.port);
    const gone = Promise.all([silent, halfway].map((socket: TLSSocket | typeof halfway) => once(socket.resume(), 'close')));
    const begun = once(closing.app.server, 'request');
    const head = `POST /v1/environments HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tenant.key}\r\nContent-Type: application/json\r\n`;
    const body = JSON.stringify({ id: 'last', name: 'Last' });
    asked.write(`${head}Content-Length: ${body.length}\r\n\r\n`);
    await begun;
    const closed = closing.app.close();
    await gone;
    const came = comingOn(asked);
    asked.write(body);
    await once(asked, 'close');
    await closed;
    expect(came()).toMatch(/^HTTP\/1\.1 201 /);
  });

  it('takes a renewed certificate without a restart; connections that are open stay', async () => {
    const before = await open(own.cert);
    const renewed = aCertificate();
    await filesOf({ ...own, cert: renewed.cert });
    warnings.length = 0;
    // Its key has not come yet.
    expect(await tls.look()).toBe(false);
    expect(await tls.look()).toBe(false);
    expect(warnings).toEqual([expect.stringMatching(/^the certificate stays as it was: .*is not that of the certificate/)]);
    const { fingerprint256 } = await certificateOn(own.cert);
    await filesOf(renewed);
    expect(await tls.look()).toBe(true);
    expect(await tls.look()).toBe(false);
    expect((await certificateOn(renewed.cert)).fingerprint256).not.toBe(fingerprint256);
    await expect(ask('/livez')).rejects.toThrow(/self.signed|certificate/i);
    expect((await ask('/livez', { ca: renewed.cert })).status).toBe(200);
    await expect(open(renewed.cert, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' })).rejects.toThrow(/protocol version|alert/i);
    before.write('GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    const [answer] = await once(before, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 200 /);
    before.destroy();
  });
});
