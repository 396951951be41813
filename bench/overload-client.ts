// The open-loop client of bench/overload.ts, a process of its own: sends requests at a given rate, whether or not the answers come, over a
// bounded number of keep-alive connections, each with one request at a time, written and read by hand, because on a small machine the
// client must cost less than what it measures. A request that finds no free connection is counted as not sent. An answer's time begins
// when the request was due.

import { connect, type Socket } from 'node:net';
import { Latencies } from './load.ts';

export interface OpenLoad {
  port: number;
  key: string;
  /** Requests a second; 0: as fast as the connections go (closed loop). */
  perSecond: number;
  connections: number;
  /** 1: POST /v1/consumptions, more: the batch. */
  actionsPerRequest: number;
  seconds: number;
  /** Every request has another idempotency key. */
  keyPrefix: string;
  /** Whether a connection rests after a 503 as Retry-After says. */
  polite?: boolean;
}

export interface OpenLoadSlice {
  admitted: number;
  shed: number;
  failed: number;
}

export interface OpenLoadResult extends OpenLoadSlice {
  offered: number;
  notSent: number;
  admittedMs: { p50: number; p99: number };
  shedMs: { p50: number; p99: number };
  /** By tenths of a second, from the beginning. */
  slices: (OpenLoadSlice & { worstMs: number })[];
  error: string | null;
}

const TICK_MS = 2;
const SLICE_MS = 100;
const GIVE_UP_AFTER_MS = 5_000;

interface Connection {
  socket: Socket;
  dueAt: number;
  received: Buffer[];
  length: number;
}

function requestOf(load: OpenLoad, number: number): string {
  const action = (n: number) =>
    `{"environmentId":"environment-0","userId":"user-${n % 1000}@example.com","caller":"cloud-flow","capability":"receipt-processing","usage":{"pages":2},"idempotencyKey":"${load.keyPrefix}-${number}-${n}"}`;
  const isBatch = load.actionsPerRequest > 1;
  const body = isBatch
    ? `{"actions":[${Array.from({ length: load.actionsPerRequest }, (_, n) => action(n)).join(',')}]}`
    : action(number);
  return `POST /v1/consumptions${isBatch ? '/batch' : ''} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${load.key}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

/** The length of a whole answer, once its headers are there. */
function answerLength(head: string): number | null {
  const end = head.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const length = /\r\ncontent-length: (\d+)/i.exec(head.slice(0, end + 2))?.[1];
  if (length === undefined) throw new Error(`an answer without Content-Length: ${head.slice(0, 200)}`);
  return end + 4 + Number(length);
}

async function run(load: OpenLoad): Promise<OpenLoadResult> {
  const result: OpenLoadResult = {
    offered: 0,
    notSent: 0,
    admitted: 0,
    shed: 0,
    failed: 0,
    admittedMs: { p50: 0, p99: 0 },
    shedMs: { p50: 0, p99: 0 },
    slices: [],
    error: null,
  };
  const admitted = new Latencies();
  const shed = new Latencies();
  const free: Connection[] = [];
  const all: Connection[] = [];
  let busy = 0;
  const finished = Promise.withResolvers<void>();
  const begun = performance.now();
  const ends = begun + load.seconds * 1000;

  function sliceAt(now: number) {
    const index = Math.floor((now - begun) / SLICE_MS);
    while (result.slices.length <= index) result.slices.push({ admitted: 0, shed: 0, failed: 0, worstMs: 0 });
    return result.slices[index]!;
  }

  function send(connection: Connection, dueAt: number): void {
    connection.dueAt = dueAt;
    connection.received = [];
    connection.length = 0;
    busy += 1;
    connection.socket.write(requestOf(load, result.offered));
    result.offered += 1;
  }

  function answered(connection: Connection, status: number): void {
    const now = performance.now();
    const ms = now - connection.dueAt;
    const slice = sliceAt(now);
    slice.worstMs = Math.max(slice.worstMs, ms);
    busy -= 1;
    if (status === 200 || status === 201) {
      admitted.add(ms);
      result.admitted += 1;
      slice.admitted += 1;
    } else if (status === 503) {
      shed.add(ms);
      result.shed += 1;
      slice.shed += 1;
    } else {
      result.failed += 1;
      slice.failed += 1;
      result.error ??= `an answer ${status}`;
    }
    if (now >= ends) {
      if (busy === 0) finished.resolve();
    } else if (status === 503 && load.polite) setTimeout(() => next(connection), 1_000);
    else next(connection);
  }

  function next(connection: Connection): void {
    if (load.perSecond === 0 && performance.now() < ends) send(connection, performance.now());
    else free.push(connection);
  }

  async function open(): Promise<Connection> {
    const socket = connect(load.port, '127.0.0.1');
    socket.setNoDelay(true);
    const connection: Connection = { socket, dueAt: 0, received: [], length: 0 };
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    socket.on('data', (bytes: Buffer) => {
      connection.received.push(bytes);
      connection.length += bytes.length;
      const first = connection.received.length === 1 ? bytes : Buffer.concat(connection.received);
      connection.received = [first];
      const length = answerLength(first.toString('latin1', 0, 1500));
      if (length !== null && connection.length >= length) answered(connection, Number(first.toString('latin1', 9, 12)));
    });
    const lost = () => {
      result.failed += 1;
      result.error ??= 'a connection was lost';
      busy -= 1;
      if (busy === 0 && performance.now() >= ends) finished.resolve();
    };
    socket.on('error', () => {});
    socket.on('close', () => {
      if (performance.now() < ends) lost();
    });
    return connection;
  }

  while (all.length < load.connections) {
    all.push(...(await Promise.all(Array.from({ length: Math.min(64, load.connections - all.length) }, open))));
  }
  const began = performance.now();
  for (const connection of all) next(connection);
  let due = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    if (now >= ends) {
      clearInterval(timer);
      if (busy === 0) finished.resolve();
      return;
    }
    if (load.perSecond === 0) return;
    const wanted = Math.floor(((now - began) / 1000) * load.perSecond);
    for (; due < wanted; due += 1) {
      const connection = free.shift();
      if (connection) send(connection, began + (due / load.perSecond) * 1000);
      else result.notSent += 1;
    }
  }, TICK_MS);
  const giveUp = setTimeout(() => finished.resolve(), ends - performance.now() + GIVE_UP_AFTER_MS);
  await finished.promise;
  clearTimeout(giveUp);
  for (const { socket } of all) socket.destroy();
  result.admittedMs = { p50: admitted.quantile(0.5), p99: admitted.quantile(0.99) };
  result.shedMs = { p50: shed.quantile(0.5), p99: shed.quantile(0.99) };
  return result;
}

process.on('message', async (load: OpenLoad) => {
  process.send?.(await run(load));
});
