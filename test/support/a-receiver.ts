// A receiver of webhooks: keeps what it was sent, and answers as a test tells it to.

import http from 'node:http';

export interface Received {
  path: string;
  headers: Record<string, string>;
  body: string;
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
  /** The answer begins and never ends. */
  endless?: boolean;
}

export interface Receiver {
  url: string;
  received: Received[];
  /** 200 unless a test says otherwise. `null`: no answer at all. */
  answer: (received: Received) => Answer | null;
  /** Resolves once so many have come in all. */
  until(count: number): Promise<void>;
  stop(): Promise<void>;
}

export async function aReceiver(): Promise<Receiver> {
  const waiting: { count: number; resolve: () => void }[] = [];
  const server = http.createServer(async (request, response) => {
    let body = '';
    for await (const part of request.setEncoding('utf8')) body += part;
    const received = { path: request.url!, headers: request.headers as Record<string, string>, body };
    receiver.received.push(received);
    const answer = receiver.answer(received);
    if (answer) {
      response.writeHead(answer.status, answer.headers).write(answer.body ?? '…');
      if (!answer.endless) response.end();
    }
    for (const each of waiting) if (receiver.received.length >= each.count) each.resolve();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    received: [],
    answer: () => ({ status: 200 }),
    until(count) {
      if (receiver.received.length >= count) return Promise.resolve();
      return new Promise((resolve) => waiting.push({ count, resolve }));
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return receiver;
}
