// The settings of the server: environment variables, each with its default and what it is for. `bursar serve --help` prints this table.

export class SettingsError extends Error {}

export interface ServeSettings {
  host: string;
  port: number;
  /** Where the private PostgreSQL lives; `named`: the user said so. */
  data: { folder: string; named: boolean };
  databaseUrl: string | null;
  operatorKey: string | null;
  logLevel: string;
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

const SETTINGS = [
  { name: 'BURSAR_HOST', value: '127.0.0.1', use: 'the address to listen on; only this machine unless you say otherwise' },
  { name: 'BURSAR_PORT', value: '4600', use: 'the port; 0 takes any free one' },
  { name: 'BURSAR_DATA', value: './data', use: 'the folder of the private PostgreSQL' },
  { name: 'DATABASE_URL', value: 'none', use: 'a PostgreSQL 15 or later of your own, instead of the private one' },
  { name: 'BURSAR_OPERATOR_KEY', value: 'made at the first start', use: 'the key that creates tenants; at least 20 characters' },
  { name: 'BURSAR_LOG_LEVEL', value: 'warn', use: `one of ${LOG_LEVELS.join(', ')}` },
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
  const databaseUrl = read('DATABASE_URL');
  if (databaseUrl !== null && !/^postgres(ql)?:\/\//.test(databaseUrl)) {
    throw new SettingsError('DATABASE_URL must look like postgres://user:password@host:5432/database');
  }
  const operatorKey = read('BURSAR_OPERATOR_KEY');
  if (operatorKey !== null && !/^[\x21-\x7e]{20,}$/.test(operatorKey)) {
    throw new SettingsError('BURSAR_OPERATOR_KEY must have at least 20 characters, without spaces');
  }
  const data = read('BURSAR_DATA');
  return {
    host: read('BURSAR_HOST') ?? '127.0.0.1',
    port: Number(port),
    data: { folder: data ?? 'data', named: data !== null },
    databaseUrl,
    operatorKey,
    logLevel,
  };
}
