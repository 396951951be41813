// A client that keeps its own log of what it asked, of every attempt, and of what it was told; afterwards it is held against the books.

import type { Command } from '../../src/core/command.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { type Idempotency, type Submitted, type TenantAddress, Unavailable } from '../../src/store/store.ts';
import { Died, type SimulatedProcess } from './simulated-process.ts';

export interface Request {
  tenant: TenantAddress;
  /** The command of an attempt; `id` is new for each, as the API makes it. */
  command: (id: string) => Command;
  /** null: without one it is asked again only where that changes nothing (`repeatable`). */
  idempotency: Idempotency | null;
  /** Asked twice, it is done once, also without a key. */
  repeatable: boolean;
}

export interface Attempt {
  request: Request;
  id: string;
  /** `not done`: the store said so itself. `unknown`: the process died, or the connection was lost. */
  ended: 'under way' | 'acknowledged' | 'refused' | 'not done' | 'unknown';
  answer: Submitted<Command['do']> | null;
}

export class Client {
  readonly attempts: Attempt[] = [];
  /** What no client may ever see. */
  readonly faults: string[] = [];
  readonly #name: string;

  /** `name` is a seed's: ids and keys are made of it. */
  constructor(name: string) {
    this.#name = name;
  }

  newId(): string {
    const hex = (text: string, length: number) => Buffer.from(text).toString('hex').slice(-length).padStart(length, '0');
    return `00000000-0000-7000-8000-${hex(`${this.#name}`, 4)}${String(this.attempts.length).padStart(8, '0')}`;
  }

  async ask(through: SimulatedProcess, request: Request): Promise<Attempt> {
    const attempt: Attempt = { request, id: this.newId(), ended: 'under way', answer: null };
    this.attempts.push(attempt);
    try {
      attempt.answer = await through.submit(request.tenant, request.command(attempt.id), request.idempotency ?? undefined);
      attempt.ended = isRefusal(attempt.answer.outcome) ? 'refused' : 'acknowledged';
    } catch (error) {
      if (error instanceof Died) attempt.ended = 'unknown';
      else if (error instanceof Unavailable) attempt.ended = error.outcomeUnknown ? 'unknown' : 'not done';
      else {
        attempt.ended = 'unknown';
        const { message, code } = error as Error & { code?: string };
        this.faults.push(
          `${request.command(attempt.id).do} was answered with ${code ?? ''} ${message}, which is not Unavailable`,
        );
      }
    }
    return attempt;
  }

  /** Requests that nobody has answered and that may be asked again. */
  open(): Request[] {
    const answered = new Set<Request>();
    for (const { request, ended } of this.attempts) if (ended === 'acknowledged' || ended === 'refused') answered.add(request);
    const asked = new Set(this.attempts.map(({ request }) => request));
    return [...asked].filter((request) => !answered.has(request) && (request.idempotency !== null || request.repeatable));
  }
}
