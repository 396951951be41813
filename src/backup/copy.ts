// COPY over a connection of `pg`, which itself only knows rows: out of the database as a stream that is read no faster than it is
// taken, and into it no faster than it takes.

import type pg from 'pg';

/** As much as is handed on at once. */
const PIECE = 64 << 10;

/** The connection beneath a client, as far as COPY needs it. */
interface Wire {
  stream: NodeJS.ReadWriteStream & { writableNeedDrain: boolean; destroyed: boolean };
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
}

/** What a client calls while its query runs. */
interface Running {
  submit(wire: Wire): null;
  handleCopyInResponse(wire: Wire): void;
  handleCopyData(message: { chunk: Buffer }, wire: Wire): void;
  handleCommandComplete(message: { text: string }): void;
  handleReadyForQuery(): void;
  handleError(error: Error): void;
}

function running(text: string, heard: Partial<Running>): Running {
  return {
    submit(wire) {
      wire.query(text);
      return null;
    },
    handleCopyInResponse: (wire) => wire.sendCopyFail('no rows were offered'),
    handleCopyData() {},
    handleCommandComplete() {},
    handleReadyForQuery() {},
    handleError() {},
    ...heard,
  };
}

const send = (client: pg.Client, query: Running) => client.query(query as unknown as pg.Submittable);

/** The rows of `copy … to stdout` as text, whole rows at a time. */
export async function* copyOut(client: pg.Client, text: string): AsyncGenerator<Buffer, void> {
  let waiting: Buffer[] = [];
  let bytes = 0;
  let over: { error: Error | null } | null = null;
  let paused: Wire | null = null;
  let wake = () => {};
  const finish = (error: Error | null) => {
    over ??= { error };
    wake();
  };
  const onEnd = () => finish(new Error('the database connection was lost'));
  client.on('end', onEnd);
  send(
    client,
    running(text, {
      handleCopyData({ chunk }, wire) {
        // A view of the memory that the next answers are read into.
        waiting.push(Buffer.from(chunk));
        bytes += chunk.length;
        if (bytes < PIECE) return;
        paused ??= wire;
        wire.stream.pause();
        wake();
      },
      handleReadyForQuery: () => finish(null),
      handleError: finish,
    }),
  );
  try {
    for (;;) {
      if (bytes < PIECE && !over) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const failed = (over as { error: Error | null } | null)?.error;
      if (failed) throw failed;
      if (waiting.length > 0) {
        const piece = Buffer.concat(waiting, bytes);
        [waiting, bytes] = [[], 0];
        yield piece;
      }
      if (over && waiting.length === 0) return;
      (paused as Wire | null)?.stream.resume();
      paused = null;
    }
  } finally {
    client.off('end', onEnd);
    (paused as Wire | null)?.stream.resume();
  }
}

/** A `copy … from stdin` that is under way. */
export interface CopyingIn {
  /** Whole rows or parts of them; resolves when more may come, rejects with what the database says. */
  write(rows: Buffer): Promise<void>;
  /** Resolves with the number of rows once they are in the table. */
  end(): Promise<number>;
}

export async function copyIn(client: pg.Client, text: string): Promise<CopyingIn> {
  const begun = Promise.withResolvers<Wire>();
  const done = Promise.withResolvers<number>();
  let failed: Error | null = null;
  let rows = 0;
  const fail = (error: Error) => {
    failed ??= error;
    begun.reject(error);
    done.reject(error);
  };
  const onEnd = () => fail(new Error('the database connection was lost'));
  client.once('end', onEnd);
  // Whoever writes or ends is told; nobody may be at it just now.
  begun.promise.catch(() => {});
  done.promise.catch(() => {});
  done.promise.finally(() => client.off('end', onEnd)).catch(() => {});
  send(
    client,
    running(text, {
      handleCopyInResponse: (wire) => begun.resolve(wire),
      handleCommandComplete({ text: tag }) {
        rows = Number(/^COPY (\d+)$/.exec(tag)?.[1] ?? 0);
      },
      handleReadyForQuery: () => done.resolve(rows),
      handleError: fail,
    }),
  );
  const wire = await begun.promise;
  return {
    async write(chunk) {
      if (failed) throw failed;
      wire.sendCopyFromChunk(chunk);
      if (!wire.stream.writableNeedDrain) return;
      const drained = Promise.withResolvers<void>();
      wire.stream.once('drain', drained.resolve);
      await Promise.race([drained.promise, done.promise.then(() => {})]);
      wire.stream.off('drain', drained.resolve);
    },
    end() {
      if (!failed) wire.endCopyFrom();
      return done.promise;
    },
  };
}
