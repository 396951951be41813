// Every answer that is not 2xx is a problem document, whoever refused: the domain, this server, or the HTTP parser below it. A fault
// of the server tells its caller nothing of its inside; the log has it under the request's id.

import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { unavailable } from '../api/consumption.ts';
import { problemOf } from '../api/problem.ts';
import { type Refusal, type RefusalCode, refuse, refuseField } from '../core/refusal.ts';
import { BadCursor } from '../store/page.ts';
import { Unavailable } from '../store/store.ts';
import { RequestRefused } from './request-refused.ts';
import type { SecurityHeaders } from './security-headers.ts';

export const PROBLEM_JSON = 'application/problem+json; charset=utf-8';
const RETRY_AFTER_SECONDS = 1;

const HEADERS: Partial<Record<RefusalCode, Record<string, string | number>>> = {
  Unauthenticated: { 'www-authenticate': 'Bearer' },
  Unavailable: { 'retry-after': RETRY_AFTER_SECONDS },
  TooManyRequests: { 'retry-after': RETRY_AFTER_SECONDS },
};

/** Names a request in its problem and in the log. */
export function instanceOf(request: FastifyRequest): string {
  const query = request.url.indexOf('?');
  return `${query < 0 ? request.url : request.url.slice(0, query)}#${request.id}`;
}

export function sendProblem(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): FastifyReply {
  const problem = problemOf(refusal, instanceOf(request));
  reply.code(problem.status).header('content-type', PROBLEM_JSON);
  const headers = HEADERS[refusal.refused];
  if (headers) reply.headers(headers);
  const retryAfterSeconds = refusal.members?.retryAfterSeconds;
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
  return reply.serializer(JSON.stringify).send(problem);
}

/** What an error that was thrown means to the caller. */
function refusalOf(error: FastifyError | Error): Refusal {
  if (error instanceof RequestRefused) return error.refusal;
  if (error instanceof Unavailable) return unavailable(error);
  if (error instanceof BadCursor) return refuseField('InvalidRequest', '/cursor', error.message);
  const { code, statusCode } = error as FastifyError;
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return refuse(
        'TooLarge',
        'the body is larger than this route takes: 1 MiB, a batch 8 MiB, an import 20 MiB; send it in parts',
      );
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return refuse('UnsupportedMediaType', 'bodies are JSON in UTF-8: send "Content-Type: application/json"');
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return refuse('MalformedRequest', 'the body has another length than Content-Length says');
    case 'FST_ERR_BAD_URL':
      return refuse('MalformedRequest', 'the path has a broken percent-encoding');
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return refuse('NotFound', 'a part of the path is longer than any id');
  }
  if (code === 'ECONNRESET') return refuse('MalformedRequest', 'the connection was closed before the body came to its end');
  // Of the framework, and of static files: a range or a condition that the file does not meet.
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return refuse('MalformedRequest', error.message);
  return refuse(
    'InternalError',
    'something went wrong that is not the fault of this request; the log has the cause under this instance',
  );
}

export function answerError(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal = refusalOf(error);
  if (refusal.refused === 'InternalError')
    request.log.error({ err: error, instance: instanceOf(request) }, 'a fault of the server');
  if (refusal.refused === 'Unavailable')
    request.log.warn({ err: error, instance: instanceOf(request) }, 'the database cannot be asked');
  return sendProblem(request, reply, refusal);
}

/** Whether the connection speaks HTTP at all, as far as it came. */
const CAN_BE_ANSWERED = /^HPE_|^ERR_HTTP_/;

/** Answers what is not HTTP, has headers that are too large, or does not come to its end, on the bare socket. */
export function clientErrorAnswer(headers: SecurityHeaders): (error: Error & { code?: string }, socket: Socket) => void {
  const ofEvery = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return (error, socket) => {
    if (!CAN_BE_ANSWERED.test(error.code ?? '') || !socket.writable) {
      socket.destroy(error);
      return;
    }
    const problem = problemOf(refuse('MalformedRequest', detailOf(error)), 'urn:bursar:connection');
    const body = JSON.stringify(problem);
    socket.end(
      [
        `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
        ...ofEvery,
        `Content-Type: ${PROBLEM_JSON}`,
        `Content-Length: ${Buffer.byteLength(body)}`,
        'Connection: close',
        '',
        body,
      ].join('\r\n'),
    );
  };
}

function detailOf({ code }: { code?: string }): string {
  if (code === 'HPE_HEADER_OVERFLOW') return 'the headers of the request are too large';
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'the request did not come to its end in time';
  return 'this is not an HTTP request';
}
