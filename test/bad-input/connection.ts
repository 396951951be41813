// Sends requests as they are over connections that stay open, and answers what came, with how long it took.

import { Agent, request as httpRequest } from 'node:http';
import type { MadeRequest } from './requests.ts';

export interface Answered {
  status: number;
  type: string;
  text: string;
  tookMs: number;
}

export class Connections {
  readonly #agent: Agent;
  readonly #url: URL;

  constructor(url: string, atOnce: number) {
    this.#url = new URL(url);
    this.#agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  }

  async send({ method, path, headers, body }: MadeRequest, key: string | null): Promise<Answered> {
    // A connection that the server closed while it was idle is not an answer: the same goes over another one.
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#once({ method, path, headers, body }, key);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (attempt === 3 || (code !== 'ECONNRESET' && code !== 'EPIPE')) throw error;
      }
    }
  }

  #once({ method, path, headers, body }: Pick<MadeRequest, 'method' | 'path' | 'headers' | 'body'>, key: string | null) {
    return new Promise<Answered>((resolve, reject) => {
      const begun = performance.now();
      const { hostname, port } = this.#url;
      const sending = httpRequest(
        {
          agent: this.#agent,
          hostname,
          port,
          method,
          path,
          headers: {
            ...(key === null ? {} : { authorization: `Bearer ${key}` }),
            ...headers,
            ...(body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
          },
        },
        (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('error', reject);
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              type: response.headers['content-type'] ?? '',
              text: Buffer.concat(parts).toString(),
              tookMs: performance.now() - begun,
            }),
          );
        },
      );
      sending.on('error', reject);
      sending.end(body ?? undefined);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
