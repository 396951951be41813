// A file that is downloaded: to the output, or to a file that is whole or not there.

import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { BursarError } from '../../sdk/src/index.ts';
import { type ConnectionFlags, UsageError } from './verb.ts';

export interface DownloadFlags extends ConnectionFlags {
  out?: string;
}

export function withOut(command: Command): Command {
  return command.option('--out <file>', 'where to write it (default: the output)');
}

/** The output is the file or the JSON document, not both. */
export function refuseBothOutputs({ json, out }: DownloadFlags): void {
  if (json && out === undefined) throw new UsageError('--json tells of the file: say where that goes with --out FILE');
}

/** `again` is how to ask for it once more. */
export async function deliverFile(
  download: ReadableStream<Uint8Array<ArrayBuffer>>,
  out: string | undefined,
  again: string,
): Promise<void> {
  const content = Readable.fromWeb(download);
  try {
    if (out === undefined) await pipeline(content, process.stdout, { end: false });
    else await writeWhole(content, out);
  } catch (error) {
    const { syscall, message } = error as NodeJS.ErrnoException;
    if (syscall !== undefined && out !== undefined) throw new UsageError(`${out} cannot be written: ${message}`);
    const detail = `the download was cut off (${message}); again: ${again}`;
    throw new BursarError({ code: 'Unreachable', status: 0, detail }, { cause: error });
  }
}

/** Writes beside the file and renames, so that a broken download leaves no half of a file under its name. */
async function writeWhole(content: Readable, out: string): Promise<void> {
  const part = `${out}.part`;
  try {
    await pipeline(content, createWriteStream(part));
    await rename(part, out);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
