// Runs Bursar: a database (private, or the one that is named), the store on it, the HTTP server before it; and stops them in the
// opposite order, after finishing what was accepted.

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashKey, newKey, newOperatorKey } from '../api/key-secret.ts';
import { type OpenStore, openStore } from '../store/open-store.ts';
import { startPrivatePostgres } from '../store/private-postgres.ts';
import { buildServer } from './app.ts';
import { startJobs } from './jobs.ts';
import { createLog } from './log.ts';
import { smtpMailer } from './mail.ts';
import { startDelivering } from './notice-dispatch.ts';
import { type ServeSettings, SettingsError } from './serve-settings.ts';
import { tasksOf } from './tasks.ts';
import { Tls } from './tls.ts';

const FIRST_TENANT = { id: 'default', name: 'My organisation' };
const WEB_ROOT = fileURLToPath(new URL('../../dist/web/', import.meta.url));
const STOP_WITHIN_MS = 10_000;
const IMPATIENT_AFTER_MS = 1_000;
/** So that the keys of the first start stand below each other. */
const LABEL = 50;

/** Starts, prints where to look, and resolves when it serves. Ends the process when it is told to stop. `sampleScale`: of `--sample`. */
export async function serve(settings: ServeSettings, sampleScale: number | null = null): Promise<void> {
  const say = (line: string) => console.log(line);
  const secrets = secretsOf(settings);
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
    const store = await openStore({ url: privatePostgres?.url ?? settings.databaseUrl!, log: warn, say });
    closing.unshift(() => store.close());
    const jobs = await startJobs({ store, tasks: tasksOf(store, settings), log: warn });
    closing.unshift(() => jobs.stop());
    const { smtpUrl, mailFrom, publicUrl, webhooksToPrivateAddresses: privateAddresses } = settings;
    if (smtpUrl === null) say('SMTP_URL is not set: notices are not mailed.');
    const mailer = smtpUrl === null ? null : smtpMailer({ smtpUrl, from: mailFrom, publicUrl });
    const delivering = startDelivering({ outbox: store.outbox, mailer, privateAddresses, log: warn });
    closing.unshift(() => delivering.stop());
    const { operatorKeyHash, introduction } = await introduce(store, settings);
    const tracing = settings.tracing === null ? null : (await import('./tracing.ts')).startTracing(settings.tracing);
    if (tracing) closing.unshift(() => tracing.stop());
    const server = await buildServer({
      store,
      operatorKeyHash,
      logLevel: settings.logLevel,
      secrets,
      outward: { mail: mailer !== null, privateAddresses },
      rates: settings.rates.perKey + settings.rates.perAddress === 0 ? null : settings.rates,
      trustedProxies: settings.trustedProxies,
      behindTls: publicUrl?.startsWith('https:') ?? false,
      ...(tls ? { tls } : {}),
      ...(tracing ? { tracing } : {}),
      ...(existsSync(WEB_ROOT) ? { webRoot: WEB_ROOT } : {}),
    });
    closing.unshift(() => Promise.all([jobs.stop(), delivering.stop(), server.close()]));
    const address = await server.listen({ host: settings.host, port: settings.port });
    const url = address.replace('[::1]', 'localhost').replace(/^http:/, tls ? 'https:' : 'http:');
    say(introduction);
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
function secretsOf({ operatorKey, databaseUrl, smtpUrl }: ServeSettings): string[] {
  const passwords = [databaseUrl, smtpUrl].flatMap((url) => {
    const password = url !== null && URL.canParse(url) ? new URL(url).password : '';
    return password === '' ? [] : [password, decodedOf(password)];
  });
  return operatorKey === null ? passwords : [operatorKey, ...passwords];
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
  const isDatabase =
    settings.databaseUrl !== null && /ECONNREFUSED|ENOTFOUND|28P01|28000|3D000|ETIMEDOUT/.test(`${error.code} ${error.message}`);
  return isDatabase ? new SettingsError(`the database of DATABASE_URL cannot be used: ${error.message}`) : error;
}

/** The first start makes the operator key and a tenant to begin with, and says their keys this once. */
async function introduce(store: OpenStore, settings: ServeSettings): Promise<{ operatorKeyHash: Buffer; introduction: string }> {
  const lines: string[] = [];
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
  }
  const introduction = lines.length === 0 ? '' : `\nThese keys are shown this once; keep them:\n${lines.join('\n')}\n`;
  return { operatorKeyHash, introduction };
}
