// A real SMTP server that keeps the mails that it takes; addresses that begin with `gone` are refused for good, those that begin with
// `busy` for now.

import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
  to: string;
  /** The header fields, unfolded, by their name in lower case. */
  headers: Record<string, string>;
  raw: string;
  /** With the transfer encoding taken off. */
  text: string;
}

export interface MailServer {
  url: string;
  mails: ReceivedMail[];
  /** Whether addresses that begin with `busy` are refused. */
  busy: boolean;
  stop(): Promise<void>;
}

export async function aMailServer(): Promise<MailServer> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onRcptTo({ address }, _session, done) {
      if (address.startsWith('gone')) return done(Object.assign(new Error('no such mailbox'), { responseCode: 550 }));
      if (address.startsWith('busy') && mailServer.busy)
        return done(Object.assign(new Error('try again later'), { responseCode: 450 }));
      done();
    },
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        const raw = Buffer.concat(parts).toString();
        for (const { address } of session.envelope.rcptTo) mailServer.mails.push(readMail(address, raw));
        done(null, 'kept');
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as { port: number };
  const mailServer: MailServer = {
    url: `smtp://127.0.0.1:${port}`,
    mails: [],
    busy: true,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return mailServer;
}

function readMail(to: string, raw: string): ReceivedMail {
  const head = raw.slice(0, raw.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ');
  const headers = Object.fromEntries(
    head.split('\r\n').map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const text = raw.replace(/=\r\n/g, '').replace(/(?:=[0-9A-F]{2})+/g, (bytes) => decodeURIComponent(bytes.replaceAll('=', '%')));
  return { to, headers, raw, text };
}
