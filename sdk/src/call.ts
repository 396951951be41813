// A typed call of any operation of the API: names its operation, gives its parameters, query and body, and answers its body. What takes
// an idempotency key gets one (D12), so that a repeated request has one effect.

import { bodyOf, type Connection, newIdempotencyKey, type Received, type Sending } from './connection.ts';
import { OPERATIONS, type Operations } from './openapi.ts';

export type OperationName = keyof Operations;
export type Answer<O extends OperationName> = Operations[O]['answer'];

export interface CallOptions {
  /** Default: a new one for each call. */
  idempotencyKey?: string | undefined;
  signal?: AbortSignal | undefined;
}

type Part<Name extends string, T> = [T] extends [undefined]
  ? { [N in Name]?: undefined }
  : undefined extends T
    ? { [N in Name]?: T }
    : Partial<T> extends T
      ? { [N in Name]?: T | undefined }
      : { [N in Name]: T };

/** What an operation is given; parts that it does not need may be left out. */
export type Input<O extends OperationName> = Part<'params', Operations[O]['params']> &
  Part<'query', Operations[O]['query']> &
  Part<'body', Operations[O]['body']> &
  CallOptions;

/** Nothing has to be given where every part may be left out. */
export type InputArguments<O extends OperationName> = Partial<Input<O>> extends Input<O> ? [input?: Input<O>] : [input: Input<O>];

/** POSTs that only read, or know by themselves what was sent before. */
const READING: ReadonlySet<OperationName> = new Set<OperationName>([
  'priceAction',
  'checkAction',
  'estimateVolumes',
  'previewAllocations',
  'compareViews',
  'importFile',
]);

interface AnyInput extends CallOptions {
  params?: Record<string, string> | undefined;
  query?: Record<string, unknown> | undefined;
  body?: unknown;
}

export function sendingOf<O extends OperationName>(operation: O, input: Input<O>): Sending {
  const { method, path, takesKey } = OPERATIONS[operation];
  const { params = {}, query = {}, body, idempotencyKey, signal } = input as AnyInput;
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined || value === '') throw new TypeError(`${operation} needs the parameter ${name}`);
    return encodeURIComponent(value);
  });
  const keyInBody = typeof body === 'object' && body !== null && 'idempotencyKey' in body && body.idempotencyKey !== undefined;
  const key = idempotencyKey ?? (takesKey && !keyInBody ? newIdempotencyKey() : undefined);
  return {
    method,
    path: filled + queryText(query),
    ...(method === 'GET' || method === 'DELETE' ? {} : { body: body ?? {} }),
    idempotencyKey: key,
    signal,
    ...(keyInBody || READING.has(operation) ? { repeatable: true } : {}),
  };
}

/** Sends and answers whatever came, with its status. */
export function send<O extends OperationName>(connection: Connection, operation: O, input: Input<O>): Promise<Received> {
  return connection.send(sendingOf(operation, input));
}

/** The body of the answer; throws `BursarError` for what is not 2xx. */
export async function call<O extends OperationName>(
  connection: Connection,
  operation: O,
  ...[input]: InputArguments<O>
): Promise<Answer<O>> {
  return bodyOf(await send(connection, operation, input ?? ({} as Input<O>))) as Answer<O>;
}

/** `?name=value`, or nothing. */
export function queryText(query: Record<string, unknown>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, Array.isArray(value) ? value.join(',') : String(value));
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}
