// Bytes over a socket, as no client library would send them, and what comes back for them.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Answers whatever has come on a socket since it was called, a character a byte. */
export function comingOn(socket: Socket): () => string {
  let came = '';
  socket.setEncoding('latin1').on('data', (part: string) => {
    came += part;
  });
  return () => came;
}

/** What comes back for bytes until the server closes. */
export async function sendBytes(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
  const came = comingOn(socket);
  await once(socket, 'close');
  return came();
}
