// Connections on which nothing was asked yet: browsers and clients open some ahead. Node waits for them when it closes, since they are
// neither busy nor idle in its eyes.

import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Lets go of them when the server closes. */
export function closeSilentConnections(app: FastifyInstance): void {
  const silent = new Set<Socket>();
  let closing = false;
  app.server.on('connection', (socket) => {
    if (closing) {
      socket.destroy();
      return;
    }
    silent.add(socket);
    socket.once('close', () => silent.delete(socket));
  });
  app.server.on('request', ({ socket }) => silent.delete(socket));
  app.addHook('preClose', (done) => {
    closing = true;
    for (const socket of silent) socket.destroy();
    done();
  });
}
