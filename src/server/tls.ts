// TLS with certificate files of one's own. They are read again when they change, so that a renewed certificate needs no restart; what
// has come half, or does not fit together, is not taken, and the one before stays.

import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Server } from 'node:https';
import { createSecureContext } from 'node:tls';
import { readNamed, SettingsError } from './serve-settings.ts';

const LOOK_EVERY_MS = 10_000;

interface TlsFiles {
  /** In PEM: the certificate, then those between it and its authority. */
  certFile: string;
  /** In PEM, not encrypted. */
  keyFile: string;
}

interface TlsOptions {
  cert: string;
  key: string;
  minVersion: 'TLSv1.2';
}

export class Tls {
  readonly #files: TlsFiles;
  readonly #warn: (line: string) => void;
  #options: TlsOptions;
  readonly #servers = new Set<Server>();
  /** Said of it already. */
  #unfit: string | undefined;

  private constructor(files: TlsFiles, options: TlsOptions, warn: (line: string) => void) {
    this.#files = files;
    this.#options = options;
    this.#warn = warn;
  }

  /** Throws `SettingsError` where the files cannot serve. */
  static async read(files: TlsFiles, warn: (line: string) => void): Promise<Tls> {
    const options = await readOptions(files);
    const { validTo } = new X509Certificate(options.cert);
    if (Date.parse(validTo) < Date.now()) warn(`the certificate of BURSAR_TLS_CERT has expired: it was valid to ${validTo}`);
    return new Tls(files, options, warn);
  }

  get options(): TlsOptions {
    return this.#options;
  }

  /** Keeps a server's certificate that of the files, for as long as it runs. */
  follow(server: Server): void {
    this.#servers.add(server);
    const timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
    timer.unref();
    server.once('close', () => {
      clearInterval(timer);
      this.#servers.delete(server);
    });
  }

  /** Reads the files again, and answers whether new connections get another certificate from now on. */
  async look(): Promise<boolean> {
    try {
      const options = await readOptions(this.#files);
      this.#unfit = undefined;
      if (options.cert === this.#options.cert && options.key === this.#options.key) return false;
      this.#options = options;
      for (const server of this.#servers) server.setSecureContext(options);
      return true;
    } catch (error) {
      const { message } = error as Error;
      if (message !== this.#unfit) this.#warn(`the certificate stays as it was: ${message}`);
      this.#unfit = message;
      return false;
    }
  }
}

async function readOptions({ certFile, keyFile }: TlsFiles): Promise<TlsOptions> {
  const cert = (await readNamed('BURSAR_TLS_CERT names', certFile)).toString();
  const key = (await readNamed('BURSAR_TLS_KEY names', keyFile)).toString();
  const certificate = certificateOf(cert, certFile);
  if (!certificate.checkPrivateKey(privateKeyOf(key, keyFile)))
    throw new SettingsError(
      `the key of BURSAR_TLS_KEY (${keyFile}) is not that of the certificate of BURSAR_TLS_CERT (${certFile})`,
    );
  const options = { cert, key, minVersion: 'TLSv1.2' } as const;
  try {
    createSecureContext(options);
  } catch (error) {
    throw new SettingsError(`BURSAR_TLS_CERT (${certFile}) cannot be used for TLS: ${(error as Error).message}`);
  }
  return options;
}

function certificateOf(pem: string, file: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new SettingsError(`BURSAR_TLS_CERT names ${file}, which has no certificate in PEM ("-----BEGIN CERTIFICATE-----")`);
  }
}

function privateKeyOf(pem: string, file: string): ReturnType<typeof createPrivateKey> {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    const isEncrypted = (error as NodeJS.ErrnoException).code === 'ERR_MISSING_PASSPHRASE';
    throw new SettingsError(
      isEncrypted
        ? `BURSAR_TLS_KEY names ${file}, which is encrypted; give it without a passphrase, readable by Bursar only`
        : `BURSAR_TLS_KEY names ${file}, which has no private key in PEM ("-----BEGIN PRIVATE KEY-----")`,
    );
  }
}
