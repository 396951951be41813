// A proxy before a server that loses answers: the request arrives and has its effect, and the client does
// not hear of it; or that answers 503 or nothing at all, as networks and overloaded servers do.

import http from 'node:http';

export interface FaultyProxy {
  url: string;
  /** What happens to the next requests, one entry each; then all goes through. */
  faults: Fault[];
  /** How many requests the server behind has received. */
  forwarded: number;
  stop(): Promise<void>;
}

/** `cut`: forwarded, but its answer is lost; `silent`: forwarded, never answered; `busy`: 503, `throttled`: 429, both not forwarded. */
export type Fault = 'cut' | 'silent' | 'busy' | 'throttled';

export async function aFaultyProxy(target: string): Promise<FaultyProxy> {
  const to = new URL(target);
  const server = http.createServer((request, response) => {
    const fault = proxy.faults.shift();
    if (fault === 'busy' || fault === 'throttled') {
      request.resume();
      response.writeHead(fault === 'busy' ? 503 : 429, { 'retry-after': '0', 'content-type': 'text/plain' }).end('not now');
      return;
    }
    proxy.forwarded += 1;
    const { method, url: path, headers } = request;
    const onward = http.request({ host: to.hostname, port: to.port, method, path, headers }, (answer) => {
      if (fault === 'cut') {
        // The whole answer has come before the client's connection is cut: the effect is certain.
        answer.resume().on('end', () => request.socket.destroy());
        return;
      }
      if (fault === 'silent') {
        answer.resume();
        return;
      }
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => request.socket.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const proxy: FaultyProxy = {
    url: `http://127.0.0.1:${port}`,
    faults: [],
    forwarded: 0,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return proxy;
}
