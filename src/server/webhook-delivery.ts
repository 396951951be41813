// Posts a delivery to a webhook (N2), signed by the Standard Webhooks scheme. Addresses are checked after names are resolved and are the
// ones that are connected to, so that a name cannot lead into a private network; redirects are not followed; of an answer only the
// beginning is read.

import { lookup as resolveName } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { Webhook as Signer } from 'standardwebhooks';
import { noticeAnswer } from '../api/notice.ts';
import { hostOf, isPublicAddress, readWebhookUrl } from '../api/webhook-address.ts';
import type { AttemptOutcome } from '../core/delivery.ts';
import { formatInstant, type Instant } from '../core/month.ts';
import type { TakenDelivery } from '../store/delivery.ts';

export interface AttemptEnd {
  outcome: AttemptOutcome;
  status: number | null;
  error: string | null;
  answer: string | null;
}

export interface PostOptions {
  /** Whether private addresses are allowed. */
  privateAddresses: boolean;
  timeoutMs: number;
  /** Ends the attempt at once; it then throws. */
  signal?: AbortSignal;
  /** How names are resolved: as the system does. */
  resolve?: typeof resolveName;
}

export interface SignedMessage {
  id: string;
  at: Instant;
  body: string;
  /** Of a webhook whose secret was rotated a short while ago: both. */
  secrets: readonly string[];
}

const ANSWER_KEPT_BYTES = 1024;
const MOST_OF_AN_ERROR = 500;

/** What is posted: the same however often it is sent. */
export function payloadOf({ tenantId, webhook, notices: [notice], createdAt }: TakenDelivery): string {
  return JSON.stringify(
    notice === undefined
      ? { type: 'test', timestamp: formatInstant(createdAt), data: { tenantId, webhookId: webhook!.id } }
      : { type: `notice.${notice.kind}`, timestamp: formatInstant(notice.at), data: { ...noticeAnswer(notice), tenantId } },
  );
}

/** One attempt. What the receiver or the way to it did wrong is an answer; it throws only where `signal` ended it. */
export async function postWebhook(address: string, message: SignedMessage, options: PostOptions): Promise<AttemptEnd> {
  const url = readWebhookUrl(address, options);
  if (typeof url === 'string') return failed(`the URL ${url}`);
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const signal = options.signal ? AbortSignal.any([timeout, options.signal]) : timeout;
  try {
    const { status, answer } = await post(url, message, signal, options);
    if (status >= 200 && status < 300) return { outcome: 'delivered', status, error: null, answer };
    const more = status >= 300 && status < 400 ? '; redirects are not followed' : '';
    return { outcome: status === 410 ? 'gone' : 'failed', status, error: `it answered ${status}${more}`, answer };
  } catch (error) {
    options.signal?.throwIfAborted();
    return failed(timeout.aborted ? `no answer within ${options.timeoutMs / 1000} s` : clean((error as Error).message));
  }
}

function failed(error: string): AttemptEnd {
  return { outcome: 'failed', status: null, error: error.slice(0, MOST_OF_AN_ERROR), answer: null };
}

function headersOf({ id, at, body, secrets }: SignedMessage): Record<string, string | number> {
  return {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'user-agent': 'Bursar',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at / 1000)),
    'webhook-signature': secrets.map((secret) => new Signer(secret).sign(id, new Date(at), body)).join(' '),
  };
}

function post(
  url: URL,
  message: SignedMessage,
  signal: AbortSignal,
  options: PostOptions,
): Promise<{ status: number; answer: string }> {
  return new Promise((resolve, reject) => {
    // Once there is a status it says all: an answer that breaks off or never ends changes nothing.
    let endOfAnswer: (() => void) | null = null;
    const { request } = url.protocol === 'https:' ? https : http;
    const sent = request(
      {
        host: hostOf(url),
        port: url.port,
        path: `${url.pathname}${url.search}`,
        method: 'POST',
        headers: { host: url.host, ...headersOf(message) },
        lookup: checkedLookup(options),
        // A connection of its own: one that is kept would skip the check.
        agent: false,
        signal,
        ...(url.protocol === 'https:' && isIP(hostOf(url)) === 0 ? { servername: hostOf(url) } : {}),
      },
      (answer) => {
        const parts: Buffer[] = [];
        let length = 0;
        const end = () => {
          answer.destroy();
          resolve({ status: answer.statusCode!, answer: clean(Buffer.concat(parts).subarray(0, ANSWER_KEPT_BYTES).toString()) });
        };
        endOfAnswer = end;
        answer.on('data', (part: Buffer) => {
          parts.push(part);
          length += part.length;
          if (length >= ANSWER_KEPT_BYTES) end();
        });
        answer.on('end', end).on('error', end);
      },
    );
    sent.on('error', (error) => (endOfAnswer ? endOfAnswer() : reject(error)));
    // 101 is neither an answer nor an error to Node: without this the attempt would never end, and keep its place for ever.
    sent.on('upgrade', ({ statusCode }, socket) => {
      socket.destroy();
      resolve({ status: statusCode!, answer: '' });
    });
    sent.on('close', () => (endOfAnswer ? endOfAnswer() : reject(new Error('the connection was closed without an answer'))));
    sent.end(message.body);
  });
}

/** Resolves a name, and fails where it leads to an address that is not allowed. */
function checkedLookup({ privateAddresses, resolve = resolveName }: PostOptions): LookupFunction {
  return (host, options, callback) => {
    resolve(host, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '', 4);
      const allowed = privateAddresses || addresses.every(({ address }) => isPublicAddress(address));
      // The address is not named: whoever may make webhooks need not learn how private networks are laid out.
      if (!allowed || addresses.length === 0)
        return callback(new Error(`${host} leads to a private or local address, which is not allowed here`), '', 4);
      if (options.all) return callback(null, addresses);
      callback(null, addresses[0]!.address, addresses[0]!.family);
    });
  };
}

/** Without control characters but line ends and tabs: NUL cannot be stored. */
function clean(text: string): string {
  return text.replace(/[^\P{Cc}\t\r\n]/gu, '');
}
