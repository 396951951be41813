// A TCP proxy before PostgreSQL that cuts the connection around a commit: before it arrives, or after it has happened and before the
// client hears of it.

import net from 'node:net';

export interface DatabaseProxy {
  url: string;
  /** What happens to the next commit of a lane, which decides; then all goes through. Background work commits on other connections. */
  cut: 'before-commit' | 'after-commit' | null;
  stop(): Promise<void>;
}

export async function aDatabaseProxy(target: string): Promise<DatabaseProxy> {
  const to = new URL(target);
  const open = new Set<net.Socket>();
  const server = net.createServer((client) => {
    const database = net.connect(Number(to.port), to.hostname);
    open.add(client).add(database);
    let deaf = false;
    let isLane = false;
    client.on('data', (data) => {
      isLane ||= data.includes('begin read write\0');
      const commits = isLane && data.includes('commit\0');
      if (commits && proxy.cut === 'before-commit') {
        proxy.cut = null;
        client.destroy();
        database.destroy();
        return;
      }
      if (commits && proxy.cut === 'after-commit') {
        proxy.cut = null;
        deaf = true;
      }
      database.write(data);
    });
    database.on('data', (data) => {
      if (!deaf) client.write(data);
      // The command tag of a commit that has happened.
      else if (data.includes('COMMIT\0')) client.destroy();
    });
    for (const [one, another] of [
      [client, database],
      [database, client],
    ] as const) {
      one.on('error', () => another.destroy());
      one.on('close', () => another.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(target);
  url.port = String((server.address() as net.AddressInfo).port);
  const proxy: DatabaseProxy = {
    url: url.href,
    cut: null,
    stop: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
  return proxy;
}
