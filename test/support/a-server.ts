// A running server on a database of its own, as `bursar serve` puts it together.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { hashKey, newKey } from '../../src/api/key-secret.ts';
import type { Instant } from '../../src/core/month.ts';
import { buildServer, type ServerOptions } from '../../src/server/app.ts';
import { startJobs } from '../../src/server/jobs.ts';
import { invitationMailer, smtpMailer } from '../../src/server/mail.ts';
import { startDelivering } from '../../src/server/notice-dispatch.ts';
import { openProviders } from '../../src/server/open-providers.ts';
import type { ProviderSettings } from '../../src/server/openid-settings.ts';
import { tasksOf } from '../../src/server/tasks.ts';
import { type OpenStore, openStore } from '../../src/store/open-store.ts';
import { aDatabase } from './a-database.ts';

const MAIL_FROM = 'Bursar <bursar@example.com>';
export const PUBLIC_URL = 'https://bursar.example.com';

export interface AServer {
  url: string;
  operatorKey: string;
  store: OpenStore;
  databaseUrl: string;
  /** A tenant with its administrator's key; a sandbox where `now` is given. */
  tenant(name?: string, now?: string): Promise<{ id: string; key: string }>;
  /** Sends what is waiting and due, and resolves when nothing is under way; nothing is sent without it. */
  deliver(): Promise<void>;
  /** `keepDatabase`: whoever asks for it drops it. */
  stop(options?: { keepDatabase?: boolean }): Promise<void>;
}

export interface AServerOptions {
  /** The server's clock. */
  clock?: () => Instant;
  smtpUrl?: string;
  privateAddresses?: boolean;
  /** Of a webhook's answer. */
  timeoutMs?: number;
  /** Of OpenID providers, with what is said of them on the log. */
  openId?: {
    settings: ProviderSettings[];
    publicUrl?: string;
    warn?: (line: string) => void;
    clock?: () => number;
    keysCooldownMs?: number;
  };
  /** Told its address as soon as it listens. */
  listening?: (url: string) => void;
  /** What else the server is to be built with. */
  server?: Partial<ServerOptions>;
}

export async function startServer(options: AServerOptions = {}): Promise<AServer> {
  const database = await aDatabase();
  const store = await openStore({ url: database.url, ...(options.clock ? { clock: options.clock } : {}) });
  const jobs = await startJobs({ store, tasks: tasksOf(store), log: (line) => console.error(line) });
  const { smtpUrl, privateAddresses = false, timeoutMs = 5_000 } = options;
  const mailer = smtpUrl === undefined ? null : smtpMailer({ smtpUrl, from: MAIL_FROM, publicUrl: PUBLIC_URL });
  const log = (line: string) => console.error(line);
  const delivering = startDelivering({ outbox: store.outbox, mailer, privateAddresses, log, intervalMs: null, timeoutMs });
  const operatorKey = newKey(0);
  const { settings: providers, ...ofProviders } = options.openId ?? { settings: [] };
  const openId = await openProviders(providers, { store, publicUrl: PUBLIC_URL, warn: () => {}, ...ofProviders });
  const webRoot = fileURLToPath(new URL('../../dist/web/', import.meta.url));
  const server = await buildServer({
    store,
    operatorKeyHash: hashKey(operatorKey),
    logLevel: 'silent',
    outward: {
      mail: mailer !== null,
      privateAddresses,
      providers: openId.providers,
      ...(mailer === null ? {} : { publicUrl: PUBLIC_URL, mailInvitation: invitationMailer(mailer, log) }),
    },
    ...(options.openId ? { tokens: openId.tokens } : {}),
    ...(existsSync(webRoot) ? { webRoot } : {}),
    ...options.server,
  });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  options.listening?.(url);
  return {
    url,
    operatorKey,
    store,
    databaseUrl: database.url,
    async tenant(name = 'Contoso', now) {
      const answer = await fetch(`${url}/v1/tenants`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${operatorKey}` },
        body: JSON.stringify({ name, ...(now ? { sandbox: { now } } : {}) }),
      });
      const { id, adminKey } = (await answer.json()) as { id: string; adminKey: string };
      return { id, key: adminKey };
    },
    deliver: () => delivering.settle(),
    async stop({ keepDatabase = false } = {}) {
      await Promise.all([jobs.stop(), delivering.stop(), server.close()]);
      await store.close();
      if (!keepDatabase) await database.drop();
    },
  };
}
