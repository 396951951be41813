// The client's own log of what it attempted and what was acknowledged: a file that is flushed to the disk (fsync) before an answer
// counts as acknowledged. What is held against the server is read from the file.

import { type FileHandle, open, readFile } from 'node:fs/promises';

export class ClientLog {
  readonly #path: string;
  readonly #file: FileHandle;
  #lines = '';
  #flushing: Promise<void> | null = null;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  static async create(path: string): Promise<ClientLog> {
    return new ClientLog(path, await open(path, 'a'));
  }

  /** Before it is sent. */
  attempt(key: string): void {
    this.#lines += `attempted ${key}\n`;
  }

  /** Resolves when it is on the disk; those that wait share a flush. */
  async acknowledge(key: string): Promise<void> {
    this.#lines += `acknowledged ${key}\n`;
    await this.#flushing;
    this.#flushing ??= this.#flush();
    await this.#flushing;
  }

  async #flush(): Promise<void> {
    const lines = this.#lines;
    this.#lines = '';
    await this.#file.write(lines);
    await this.#file.datasync();
    this.#flushing = null;
  }

  /** What the file says of keys that begin so. */
  async read(prefix: string): Promise<{ attempted: Set<string>; acknowledged: Set<string> }> {
    await this.#flushing;
    await this.#flush();
    const said = { attempted: new Set<string>(), acknowledged: new Set<string>() };
    for (const line of (await readFile(this.#path, 'utf8')).split('\n')) {
      const [what, key] = line.split(' ');
      if (key?.startsWith(prefix)) said[what as keyof typeof said].add(key);
    }
    return said;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}
