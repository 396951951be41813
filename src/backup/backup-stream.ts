// Where a backup is written to and read from: a file, compressed by its name (.gz, .zst), or the standard streams (-). A file gets its
// name when it is complete and on the disk; what is interrupted is removed.

import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { constants, createGunzip, createGzip, createZstdCompress, createZstdDecompress } from 'node:zlib';
import { BackupError, damaged } from './backup-file.ts';

export interface BackupTarget {
  write(bytes: Buffer): Promise<void>;
  /** Compressed. */
  bytes(): number;
  /** It is complete: makes it safe and gives it its name. */
  complete(): Promise<void>;
  /** Leaves nothing behind. */
  discard(): Promise<void>;
}

const COMPRESSIONS = {
  '.gz': { compress: () => createGzip({ level: 6 }), decompress: () => createGunzip() },
  '.zst': {
    compress: () => createZstdCompress({ params: { [constants.ZSTD_c_checksumFlag]: 1 } }),
    decompress: () => createZstdDecompress(),
  },
};

function compressionOf(file: string) {
  return Object.entries(COMPRESSIONS).find(([ending]) => file.endsWith(ending))?.[1] ?? null;
}

export async function openTarget(file: string): Promise<BackupTarget> {
  if (file === '-') return standardOutput();
  const place = resolve(file);
  const there = await stat(place).catch(() => null);
  if (there && !there.isFile()) throw new BackupError(`${place} is not a file; name one that may be written`);
  const unfinished = `${place}.unfinished-${process.pid}`;
  // What it holds may pass for a key of a webhook's receiver: for its owner alone.
  const handle = await open(unfinished, 'wx', 0o600).catch((error: Error) => {
    throw new BackupError(`the backup cannot be written: ${error.message}`);
  });
  const end = createWriteStream('', { fd: handle.fd, autoClose: false });
  const compressor = compressionOf(file)?.compress() ?? null;
  compressor?.pipe(end);
  const { write, close } = writing(compressor ?? end, end);
  return {
    write,
    bytes: () => end.bytesWritten,
    async complete() {
      await close();
      await handle.sync();
      await handle.close();
      await rename(unfinished, place);
      const folder = await open(dirname(place), 'r');
      await folder.sync().finally(() => folder.close());
    },
    async discard() {
      compressor?.destroy();
      end.destroy();
      await handle.close().catch(() => {});
      await rm(unfinished, { force: true });
    },
  };
}

function standardOutput(): BackupTarget {
  let bytes = 0;
  const { write } = writing(process.stdout, process.stdout);
  return {
    async write(chunk) {
      bytes += chunk.length;
      await write(chunk);
    },
    bytes: () => bytes,
    complete: () => new Promise((done) => process.stdout.write('', () => done())),
    discard: async () => {},
  };
}

/** Writing that waits where the other side is slower, and fails where it failed. */
function writing(first: Writable, last: Writable): { write(chunk: Buffer): Promise<void>; close(): Promise<void> } {
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => {});
  for (const each of new Set([first, last])) each.on('error', failed.reject);
  return {
    async write(chunk) {
      if (!first.write(chunk)) await Promise.race([once(first, 'drain'), failed.promise]);
    },
    async close() {
      first.end();
      await Promise.race([finished(last), failed.promise]);
    },
  };
}

/** The bytes of a backup, decompressed; throws `BackupError` where it cannot be read. */
export async function* openSource(file: string): AsyncGenerator<Buffer, void> {
  const compressed: Readable = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 256 << 10 });
  const decompressor = compressionOf(file)?.decompress();
  if (decompressor) compressed.on('error', (error) => decompressor.destroy(error)).pipe(decompressor);
  try {
    yield* (decompressor ?? compressed) as AsyncIterable<Buffer>;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (/^(Z_|ERR_ZLIB|ZSTD_)/.test(code ?? '')) throw damaged(`it cannot be decompressed (${message})`);
    if (/^E[A-Z]+$/.test(code ?? '')) throw new BackupError(`the backup cannot be read: ${message}`);
    throw error;
  } finally {
    compressed.destroy();
    decompressor?.destroy();
  }
}
