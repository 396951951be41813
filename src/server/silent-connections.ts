// Connections on which nothing was asked yet: browsers and clients open some ahead. Node waits for them when it closes, since they are
// neither busy nor idle in its eyes.

import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Lets go of them when the server closes. */
export function closeSilentConnections(app: FastifyInstance, { overTls }: { overTls: boolean }): void {
  const silent = new Set<Socket>();
  let closing = false;
  const watch = (socket: Socket) => {
    if (closing) {
      socket.destroy();
      return;
    }
    silent.add(socket);
    socket.once('close', () => silent.delete(socket));
  };
  app.server.on('connection', watch);
  if (overTls) {
    // The connection below is not the one that requests come over, and has only the two ends in common with it.
    app.server.on('secureConnection', (socket: Socket) => {
      for (const each of silent) if (endsOf(each) === endsOf(socket)) silent.delete(each);
      watch(socket);
    });
  }
  app.server.on('request', ({ socket }) => silent.delete(socket));
  app.addHook('preClose', (done) => {
    closing = true;
    for (const socket of silent) socket.destroy();
    done();
  });
}

function endsOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
