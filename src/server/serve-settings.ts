// The settings of the server: environment variables, each with its default and what it is for. `bursar serve --help` prints this table.

import { readFile } from 'node:fs/promises';
import { FEWEST_MONTHS_KEPT } from '../core/retention.ts';
import { isProxyRange } from './client-address.ts';

export class SettingsError extends Error {}

/** Reads a file of the operator's; `who` names it in the error, such as `BURSAR_OIDC_FILE names`. Throws `SettingsError`. */
export async function readNamed(who: string, file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new SettingsError(`${who} ${file}, which cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

export interface ServeSettings {
  host: string;
  port: number;
  /** Where the private PostgreSQL lives; `named`: the user said so. */
  data: { folder: string; named: boolean };
  databaseUrl: string | null;
  /** null: the login of `databaseUrl` serves tenants too. */
  databaseRuntimeUrl: string | null;
  operatorKey: string | null;
  logLevel: string;
  /** null: no mail is sent. */
  smtpUrl: string | null;
  mailFrom: string;
  /** Where people open Bursar, without a slash at its end; null: mails have no link, and nobody signs in at OpenID providers. */
  publicUrl: string | null;
  webhooksToPrivateAddresses: boolean;
  /** null: no traces. */
  tracing: { endpoint: string; serviceName: string; share: number } | null;
  /** null: single actions are kept for ever. */
  retentionMonths: number | null;
  /** Requests a second; 0: no limit. */
  rates: { perKey: number; perAddress: number };
  /** Addresses and ranges. */
  trustedProxies: string[];
  /** What OpenID providers there are; null: none. */
  oidcFile: string | null;
  /** null: plain HTTP. */
  tls: { certFile: string; keyFile: string } | null;
}

const MOST_A_SECOND = 1_000_000;
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

const SETTINGS = [
  { name: 'BURSAR_HOST', value: '127.0.0.1', use: 'the address to listen on; only this machine unless you say otherwise' },
  { name: 'BURSAR_PORT', value: '4600', use: 'the port; 0 takes any free one' },
  { name: 'BURSAR_DATA', value: './data', use: 'the folder of the private PostgreSQL' },
  { name: 'DATABASE_URL', value: 'none', use: 'a PostgreSQL 15 or later of your own, instead of the private one' },
  {
    name: 'DATABASE_RUNTIME_URL',
    value: 'that of DATABASE_URL',
    use: 'the same database with a login without any rights, for what is done for tenants; Bursar gives it those it needs',
  },
  { name: 'BURSAR_OPERATOR_KEY', value: 'made at the first start', use: 'the key that creates tenants; at least 20 characters' },
  { name: 'BURSAR_LOG_LEVEL', value: 'warn', use: `one of ${LOG_LEVELS.join(', ')}` },
  { name: 'SMTP_URL', value: 'none: no mail', use: 'the mail server for notices, such as smtps://user:password@host:465' },
  { name: 'BURSAR_MAIL_FROM', value: 'Bursar <bursar@localhost>', use: 'the sender of mails' },
  {
    name: 'BURSAR_PUBLIC_URL',
    value: 'none',
    use: 'where people open Bursar, for links in mails and sign-in at OpenID providers',
  },
  {
    name: 'BURSAR_WEBHOOKS_TO_PRIVATE_ADDRESSES',
    value: 'no',
    use: 'yes lets webhooks lead into private networks, and tenants read what answers there',
  },
  {
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    value: 'none: no traces',
    use: 'where OpenTelemetry traces go (OTLP over HTTP), such as http://127.0.0.1:4318',
  },
  { name: 'OTEL_SERVICE_NAME', value: 'bursar', use: 'what this server is called in traces' },
  {
    name: 'OTEL_TRACES_SAMPLER_ARG',
    value: '1',
    use: 'the share of requests that are traced, from 0 to 1, where the caller does not say',
  },
  {
    name: 'BURSAR_RETENTION_MONTHS',
    value: 'none: for ever',
    use: `for how many whole months single actions are kept, at least ${FEWEST_MONTHS_KEPT}; what they add up to stays`,
  },
  {
    name: 'BURSAR_REQUESTS_PER_SECOND_PER_KEY',
    value: '2000',
    use: 'how many requests a second one key may send; 0 is no limit',
  },
  {
    name: 'BURSAR_REQUESTS_PER_SECOND_PER_ADDRESS',
    value: '50',
    use: 'the same of one address without a key that is known here; 0 is no limit, also not of sign-ins (10 a minute)',
  },
  {
    name: 'BURSAR_TRUSTED_PROXIES',
    value: 'none',
    use: 'whose X-Forwarded-For is believed: addresses and ranges with commas between, such as 10.0.0.0/8,::1',
  },
  {
    name: 'BURSAR_TLS_CERT',
    value: 'none: plain HTTP',
    use: 'a file with the certificate in PEM, and those below its authority; read again when it changes',
  },
  { name: 'BURSAR_TLS_KEY', value: 'none', use: 'the file with its private key in PEM' },
  {
    name: 'BURSAR_OIDC_FILE',
    value: 'none',
    use: 'a file with OpenID providers in JSON, for sign-in and tokens; sign-in needs BURSAR_PUBLIC_URL as well',
  },
] as const;

export function describeSettings(): string {
  const width = Math.max(...SETTINGS.map((setting) => setting.name.length));
  return SETTINGS.map(({ name, value, use }) => `  ${name.padEnd(width)}  ${use} (default: ${value})`).join('\n');
}

/** Reads the settings; throws `SettingsError` that names the variable, what came and what is wanted. */
export function readServeSettings(variables: Readonly<Record<string, string | undefined>>): ServeSettings {
  const read = (name: (typeof SETTINGS)[number]['name']) => variables[name] || null;
  const port = read('BURSAR_PORT') ?? '4600';
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new SettingsError(`BURSAR_PORT is ${JSON.stringify(port)}; it must be a port from 0 to 65535`);
  const logLevel = read('BURSAR_LOG_LEVEL') ?? 'warn';
  if (!LOG_LEVELS.includes(logLevel))
    throw new SettingsError(`BURSAR_LOG_LEVEL is ${JSON.stringify(logLevel)}; it must be one of ${LOG_LEVELS.join(', ')}`);
  const postgresUrl = (name: 'DATABASE_URL' | 'DATABASE_RUNTIME_URL') => {
    const url = read(name);
    if (url !== null && !/^postgres(ql)?:\/\//.test(url))
      throw new SettingsError(`${name} must look like postgres://user:password@host:5432/database`);
    return url;
  };
  const databaseUrl = postgresUrl('DATABASE_URL');
  const databaseRuntimeUrl = postgresUrl('DATABASE_RUNTIME_URL');
  if (databaseRuntimeUrl !== null && databaseUrl === null)
    throw new SettingsError('DATABASE_RUNTIME_URL needs DATABASE_URL: set both, or none for the private PostgreSQL');
  const operatorKey = read('BURSAR_OPERATOR_KEY');
  if (operatorKey !== null && !/^[\x21-\x7e]{20,}$/.test(operatorKey)) {
    throw new SettingsError('BURSAR_OPERATOR_KEY must have at least 20 characters, without spaces');
  }
  const data = read('BURSAR_DATA');
  const smtpUrl = read('SMTP_URL');
  if (smtpUrl !== null && !(/^smtps?:\/\/[^/]/.test(smtpUrl) && URL.canParse(smtpUrl)))
    throw new SettingsError('SMTP_URL must look like smtp://host:587 or smtps://user:password@host:465');
  const mailFrom = read('BURSAR_MAIL_FROM') ?? 'Bursar <bursar@localhost>';
  if (!/^([^<>\p{Cc}]*<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/u.test(mailFrom)) {
    throw new SettingsError(`BURSAR_MAIL_FROM is ${JSON.stringify(mailFrom)}; it must look like Bursar <bursar@example.com>`);
  }
  const publicUrl = read('BURSAR_PUBLIC_URL');
  if (publicUrl !== null && !(/^https?:\/\//.test(publicUrl) && URL.canParse(publicUrl)))
    throw new SettingsError(
      `BURSAR_PUBLIC_URL is ${JSON.stringify(publicUrl)}; it must be a URL such as https://bursar.example.com`,
    );
  const toPrivate = read('BURSAR_WEBHOOKS_TO_PRIVATE_ADDRESSES') ?? 'no';
  if (toPrivate !== 'yes' && toPrivate !== 'no')
    throw new SettingsError(`BURSAR_WEBHOOKS_TO_PRIVATE_ADDRESSES is ${JSON.stringify(toPrivate)}; it must be yes or no`);
  const retention = read('BURSAR_RETENTION_MONTHS');
  if (retention !== null && !(/^\d{1,4}$/.test(retention) && Number(retention) >= FEWEST_MONTHS_KEPT))
    throw new SettingsError(
      `BURSAR_RETENTION_MONTHS is ${JSON.stringify(retention)}; it must be a whole number of months from ${FEWEST_MONTHS_KEPT}, or unset to keep everything`,
    );
  const rateOf = (name: 'BURSAR_REQUESTS_PER_SECOND_PER_KEY' | 'BURSAR_REQUESTS_PER_SECOND_PER_ADDRESS', usual: number) => {
    const text = read(name) ?? String(usual);
    if (!(/^\d{1,7}$/.test(text) && Number(text) <= MOST_A_SECOND))
      throw new SettingsError(`${name} is ${JSON.stringify(text)}; it must be a whole number from 0 to ${MOST_A_SECOND}`);
    return Number(text);
  };
  const trustedProxies = (read('BURSAR_TRUSTED_PROXIES') ?? '').split(/[\s,]+/).filter((each) => each !== '');
  const noRange = trustedProxies.find((each) => !isProxyRange(each));
  if (noRange !== undefined)
    throw new SettingsError(
      `BURSAR_TRUSTED_PROXIES has ${JSON.stringify(noRange)}; it takes addresses and ranges such as 10.0.0.7 or 10.0.0.0/8, with commas between`,
    );
  const certFile = read('BURSAR_TLS_CERT');
  const keyFile = read('BURSAR_TLS_KEY');
  if ((certFile === null) !== (keyFile === null))
    throw new SettingsError('BURSAR_TLS_CERT and BURSAR_TLS_KEY belong together: set both, or none for plain HTTP');
  const endpoint = read('OTEL_EXPORTER_OTLP_ENDPOINT');
  if (endpoint !== null && !(/^https?:\/\//.test(endpoint) && URL.canParse(endpoint)))
    throw new SettingsError('OTEL_EXPORTER_OTLP_ENDPOINT must be a URL such as http://127.0.0.1:4318');
  const share = Number(read('OTEL_TRACES_SAMPLER_ARG') ?? '1');
  if (!(share >= 0 && share <= 1))
    throw new SettingsError(
      `OTEL_TRACES_SAMPLER_ARG is ${JSON.stringify(read('OTEL_TRACES_SAMPLER_ARG'))}; it must be a number from 0 to 1`,
    );
  return {
    host: read('BURSAR_HOST') ?? '127.0.0.1',
    port: Number(port),
    data: { folder: data ?? 'data', named: data !== null },
    databaseUrl,
    databaseRuntimeUrl,
    operatorKey,
    logLevel,
    smtpUrl,
    mailFrom,
    publicUrl: publicUrl?.replace(/\/+$/, '') ?? null,
    webhooksToPrivateAddresses: toPrivate === 'yes',
    tracing: endpoint === null ? null : { endpoint, serviceName: read('OTEL_SERVICE_NAME') ?? 'bursar', share },
    retentionMonths: retention === null ? null : Number(retention),
    rates: {
      perKey: rateOf('BURSAR_REQUESTS_PER_SECOND_PER_KEY', 2_000),
      perAddress: rateOf('BURSAR_REQUESTS_PER_SECOND_PER_ADDRESS', 50),
    },
    trustedProxies,
    oidcFile: read('BURSAR_OIDC_FILE'),
    tls: certFile === null || keyFile === null ? null : { certFile, keyFile },
  };
}
