// Runs Bursar: a database (private, or the one that is named), the store on it, the HTTP server before it; and stops them in the
// opposite order, after finishing what was accepted.

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashKey, newInvitation, newKey, newOperatorKey } from '../api/key-secret.ts';
import { invitationLink } from '../api/person.ts';
import type { Instant } from '../core/month.ts';
import { type OpenStore, openStore } from '../store/open-store.ts';
import { startPrivatePostgres } from '../store/private-postgres.ts';
import { WallError } from '../store/runtime-role.ts';
import { buildServer } from './app.ts';
import { isLoopback } from './client-address.ts';
import { startJobs } from './jobs.ts';
import { createLog } from './log.ts';
import { invitationMailer, smtpMailer } from './mail.ts';
import { startDelivering } from './notice-dispatch.ts';
import type { ProviderSettings } from './openid-settings.ts';
import { type ServeSettings, SettingsError } from './serve-settings.ts';
import { tasksOf } from './tasks.ts';
import { Tls } from './tls.ts';

const FIRST_TENANT = { id: 'default', name: 'My organisation' };
const WEB_ROOT = fileURLToPath(new URL('../../dist/web/', import.meta.url));
const FIRST_INVITATION_HOURS = 24;
const STOP_WITHIN_MS = 10_000;
const IMPATIENT_AFTER_MS = 1_000;
/** So that the keys of the first start stand below each other. */
const LABEL = 50;

/** Starts, prints where to look, and resolves when it serves. Ends the process when it is told to stop. `sampleScale`: of `--sample`. */
export async function serve(settings: ServeSettings, sampleScale: number | null = null): Promise<void> {
  const say = (line: string) => console.log(line);
  const oidc = settings.oidcFile === null ? [] : await (await import('./openid-settings.ts')).readProviders(settings.oidcFile);
  if (settings.publicUrl === null && oidc.some(({ client }) => client !== null))
    throw new SettingsError(
      'BURSAR_OIDC_FILE has a clientId: set BURSAR_PUBLIC_URL too, where its provider sends people back to',
    );
  const secrets = secretsOf(settings, oidc);
  const log = createLog({ level: settings.logLevel, secrets });
  const warn = (line: string) => log.warn(line);
  const tls = settings.tls === null ? null : await Tls.read(settings.tls, warn);
  if (tls !== null && sampleScale !== null)
    throw new SettingsError(
      '--sample is filled over plain HTTP: start without BURSAR_TLS_CERT and BURSAR_TLS_KEY to make it, then with them',
    );
  const privatePostgres =
    settings.databaseUrl === null
      ? await startPrivatePostgres({ folder: resolve(settings.data.folder), explicit: settings.data.named, log: say })
      : null;
  const closing: (() => Promise<unknown>)[] = [];
  if (privatePostgres) closing.unshift(() => privatePostgres.stop());
  let stoppingSince: number | null = null;
  const stop = async (exitCode: number) => {
    if (stoppingSince !== null) {
      // A terminal and npm may both pass on one Ctrl-C; a second one by a person comes later.
      if (performance.now() - stoppingSince > IMPATIENT_AFTER_MS) process.exit(1);
      return;
    }
    stoppingSince = performance.now();
    setTimeout(() => {
      log.error(`Bursar did not stop within ${STOP_WITHIN_MS / 1000} s and ends now; the next start recovers.`);
      process.exit(1);
    }, STOP_WITHIN_MS).unref();
    for (const close of closing) await close().catch((error: Error) => warn(`while stopping: ${error.message}`));
    say('Bursar has stopped; what it accepted is stored.');
    process.exit(exitCode);
  };
  process.on('SIGINT', () => void stop(0));
  process.on('SIGTERM', () => void stop(0));
  process.on('SIGHUP', () => void stop(0));
  try {
    const store = await openStore({
      url: privatePostgres?.url ?? settings.databaseUrl!,
      runtimeUrl: privatePostgres?.runtimeUrl ?? settings.databaseRuntimeUrl ?? undefined,
      log: warn,
      say,
    });
    closing.unshift(() => store.close());
    const jobs = await startJobs({ store, tasks: tasksOf(store, settings), log: warn });
    closing.unshift(() => jobs.stop());
    const { smtpUrl, mailFrom, publicUrl, webhooksToPrivateAddresses: privateAddresses } = settings;
    if (smtpUrl === null) say('SMTP_URL is not set: notices are not mailed.');
    const mailer = smtpUrl === null ? null : smtpMailer({ smtpUrl, from: mailFrom, publicUrl });
    const delivering = startDelivering({ outbox: store.outbox, mailer, privateAddresses, log: warn });
    closing.unshift(() => delivering.stop());
    const { operatorKeyHash, introduction } = await introduce(store, settings);
    const open =
      oidc.length === 0 ? null : await (await import('./open-providers.ts')).openProviders(oidc, { store, publicUrl, warn });
    const tracing = settings.tracing === null ? null : (await import('./tracing.ts')).startTracing(settings.tracing);
    if (tracing) closing.unshift(() => tracing.stop());
    const server = await buildServer({
      store,
      operatorKeyHash,
      logLevel: settings.logLevel,
      secrets,
      outward: {
        mail: mailer !== null,
        privateAddresses,
        ...(publicUrl === null ? {} : { publicUrl }),
        ...(open ? { providers: open.providers } : {}),
        ...(mailer === null ? {} : { mailInvitation: invitationMailer(mailer, warn) }),
      },
      rates: settings.rates,
      trustedProxies: settings.trustedProxies,
      behindTls: publicUrl?.startsWith('https:') ?? false,
      ...(open ? { tokens: open.tokens } : {}),
      ...(tls ? { tls } : {}),
      ...(tracing ? { tracing } : {}),
      ...(existsSync(WEB_ROOT) ? { webRoot: WEB_ROOT } : {}),
    });
    closing.unshift(() => Promise.all([jobs.stop(), delivering.stop(), server.close()]));
    const address = await server.listen({ host: settings.host, port: settings.port });
    const url = address.replace('[::1]', 'localhost').replace(/^http:/, tls ? 'https:' : 'http:');
    say(introduction(publicUrl ?? url));
    if (!tls && !publicUrl?.startsWith('https:') && !isLoopback(settings.host))
      warn(
        `keys and passwords go over the network as they are: ${settings.host} is open to others without TLS; set BURSAR_TLS_CERT and BURSAR_TLS_KEY, or put a proxy with TLS before it and its https address into BURSAR_PUBLIC_URL`,
      );
    if (sampleScale !== null) {
      const { serveSample } = await import('./sample-tenant.ts');
      await serveSample(store, { url, scale: sampleScale, say, isStopping: () => stoppingSince !== null });
    }
    say(
      `Open ${url} for the admin centre, ${url}/docs for the API.${privatePostgres ? ` The data is in ${privatePostgres.folder}.` : ''}`,
    );
    say(`Bursar is ready at ${url}`);
  } catch (error) {
    for (const close of closing) await close().catch(() => {});
    throw understandable(error as Error & { code?: string }, settings);
  }
  void privatePostgres?.exited.then((reason) => {
    if (stoppingSince !== null) return;
    log.fatal(`the private PostgreSQL has ended and could not be started again: ${reason}`);
    void stop(1);
  });
}

/** What of the settings must not be written anywhere. */
function secretsOf(
  { operatorKey, databaseUrl, databaseRuntimeUrl, smtpUrl }: ServeSettings,
  oidc: readonly ProviderSettings[],
): string[] {
  const passwords = [databaseUrl, databaseRuntimeUrl, smtpUrl].flatMap((url) => {
    const password = url !== null && URL.canParse(url) ? new URL(url).password : '';
    return password === '' ? [] : [password, decodedOf(password)];
  });
  const ofClients = oidc.flatMap(({ client }) => (client === null ? [] : [client.secret]));
  return [...(operatorKey === null ? [] : [operatorKey]), ...passwords, ...ofClients];
}

function decodedOf(password: string): string {
  try {
    return decodeURIComponent(password);
  } catch {
    return password;
  }
}

/** Faults that the operator can mend are told as such. */
function understandable(error: Error & { code?: string }, settings: ServeSettings): Error {
  if (error.code === 'EADDRINUSE') {
    return new SettingsError(
      `port ${settings.port} on ${settings.host} is taken; stop what uses it, or set BURSAR_PORT (0 takes any free one)`,
    );
  }
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND' || error.code === 'EACCES') {
    return new SettingsError(
      `cannot listen on ${settings.host}:${settings.port} (${error.code}); set BURSAR_HOST and BURSAR_PORT`,
    );
  }
  if (error instanceof WallError) return new SettingsError(error.message);
  const isDatabase =
    settings.databaseUrl !== null && /ECONNREFUSED|ENOTFOUND|28P01|28000|3D000|ETIMEDOUT/.test(`${error.code} ${error.message}`);
  const names = settings.databaseRuntimeUrl === null ? 'DATABASE_URL' : 'DATABASE_URL or DATABASE_RUNTIME_URL';
  return isDatabase ? new SettingsError(`the database of ${names} cannot be used: ${error.message}`) : error;
}

/**
 * The first start makes the operator key and a tenant to begin with, and says their keys this once, with a link by which somebody becomes its
 * first administrator: nobody has an account before, and no password is made here.
 */
async function introduce(
  store: OpenStore,
  settings: ServeSettings,
): Promise<{ operatorKeyHash: Buffer; introduction: (url: string) => string }> {
  const lines: string[] = [];
  let invitation: string | null = null;
  let operatorKeyHash = settings.operatorKey === null ? store.operatorKeyHash : hashKey(settings.operatorKey);
  if (operatorKeyHash === null) {
    const operatorKey = newOperatorKey();
    operatorKeyHash = hashKey(operatorKey);
    if (!(await store.keepOperatorKey(operatorKeyHash)))
      throw new SettingsError('another Bursar started on this database at the same moment; start again');
    lines.push(`  ${'operator key (creates tenants):'.padEnd(LABEL)} ${operatorKey}`);
  }
  if ((await store.listTenants({ limit: 1 })).value.length === 0) {
    const key = newKey(store.cellOf(FIRST_TENANT.id));
    await store.createTenant({ ...FIRST_TENANT, sandboxNow: null, adminKeyId: store.newId(), adminKeyHash: hashKey(key) });
    lines.push(`  ${`administrator of tenant "${FIRST_TENANT.id}" (sign in with):`.padEnd(LABEL)} ${key}`);
    invitation = await inviteFirstAdministrator(store);
  }
  return {
    operatorKeyHash,
    introduction(url) {
      if (lines.length === 0) return '';
      const keys = `\nThese keys are shown this once; keep them:\n${lines.join('\n')}\n`;
      if (invitation === null) return keys;
      return `${keys}\nTo sign in with an e-mail address and a password, open this within ${FIRST_INVITATION_HOURS} hours; it works once:\n  ${invitationLink(url, invitation)}\n`;
    },
  };
}

async function inviteFirstAdministrator(store: OpenStore): Promise<string> {
  const tenant = { cell: store.cellOf(FIRST_TENANT.id), tenantId: FIRST_TENANT.id };
  const secret = newInvitation(tenant.cell);
  await store.people.invite(
    tenant,
    { email: null, name: 'First administrator', role: 'tenant-admin', environmentIds: [], userId: null },
    { hash: hashKey(secret), until: (Date.now() + FIRST_INVITATION_HOURS * 3_600_000) as Instant },
  );
  return secret;
}
