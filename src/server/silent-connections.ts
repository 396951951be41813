// Connections on which nothing was asked yet: browsers and clients open some ahead. Node waits for them when it closes, since they are
// neither busy nor idle in its eyes.

import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

const ENDS = Symbol('from where to where');

interface Watched extends Socket {
  [ENDS]?: string;
}

/** Lets go of them when the server closes. */
export function closeSilentConnections(app: FastifyInstance): void {
  const silent = new Map<string, Watched>();
  let closing = false;
  const watch = (socket: Watched) => {
    if (closing) {
      socket.destroy();
      return;
    }
    const ends = `${socket.localAddress} ${socket.remoteAddress} ${socket.remotePort}`;
    socket[ENDS] = ends;
    silent.set(ends, socket);
    socket.once('close', () => {
      if (silent.get(ends) === socket) silent.delete(ends);
    });
  };
  app.server.on('connection', watch);
  // Over TLS the one that requests come over takes the place of the one below, with which it has only its two ends in common.
  app.server.on('secureConnection', watch);
  app.server.on('request', ({ socket }: { socket: Watched }) => silent.delete(socket[ENDS]!));
  app.addHook('preClose', (done) => {
    closing = true;
    for (const socket of silent.values()) socket.destroy();
    done();
  });
}
