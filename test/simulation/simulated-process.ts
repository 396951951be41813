// A process of Bursar as far as the database can tell: the real store and engine over a wire with faults. It can die at any point; then
// nothing of it reaches the database any more, nobody hears of it, and another one is started on the same database.

import type { Command } from '../../src/core/command.ts';
import type { Instant } from '../../src/core/month.ts';
import { type OpenStore, openStore } from '../../src/store/open-store.ts';
import { type Idempotency, type Submitted, type TenantAddress, Unavailable } from '../../src/store/store.ts';
import { type Fault, FaultyWire, type Point } from './faulty-wire.ts';

/** The process died before it answered. */
export class Died extends Error {}

/** After so many starts that failed the database is well for the next one. */
const MOST_FAILED_STARTS = 3;

export interface ProcessOptions {
  url: string;
  clock: () => Instant;
  faultAt: (point: Point) => Fault | null;
}

/** A process that is started again whenever it has died. */
export class SimulatedProcess {
  /** How often it died. */
  deaths = 0;
  readonly #options: ProcessOptions;
  #running: Promise<{ store: OpenStore; wire: FaultyWire }> | null = null;
  readonly #endings: Promise<unknown>[] = [];
  #healed = false;
  #pointsBefore = 0;
  #wire: FaultyWire | null = null;

  constructor(options: ProcessOptions) {
    this.#options = options;
  }

  /** Points passed, over all its lives. */
  get points(): number {
    return this.#pointsBefore + (this.#wire?.points ?? 0);
  }

  /** No fault any more. */
  heal(): void {
    this.#healed = true;
  }

  /** Answers, or throws `Died`, or what the store throws. */
  async submit(tenant: TenantAddress, command: Command, idempotency?: Idempotency): Promise<Submitted<Command['do']>> {
    const { store, wire } = await this.#alive();
    const died = wire.died.then(() => {
      throw new Died('the process died');
    });
    return Promise.race([died, store.submit(tenant, command as never, idempotency)]);
  }

  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = null;
    if (running) await running.then(({ store }) => store.close());
    await Promise.all(this.#endings);
  }

  #alive(): Promise<{ store: OpenStore; wire: FaultyWire }> {
    this.#running ??= this.#start();
    return this.#running;
  }

  async #start(): Promise<{ store: OpenStore; wire: FaultyWire }> {
    for (let failures = 0; ; failures += 1) {
      const wire = new FaultyWire();
      const before = this.points;
      this.#pointsBefore = before;
      this.#wire = wire;
      wire.faultAt = ({ number, kind }) =>
        this.#healed || failures >= MOST_FAILED_STARTS ? null : this.#options.faultAt({ number: before + number, kind });
      try {
        const { url, clock } = this.#options;
        const store = await openStore({ url, clock, socket: () => wire.socket() });
        if (failures >= MOST_FAILED_STARTS)
          wire.faultAt = ({ number, kind }) => (this.#healed ? null : this.#options.faultAt({ number: before + number, kind }));
        if (wire.isDead) this.#bury(store);
        else {
          void wire.died.then(() => this.#bury(store));
          return { store, wire };
        }
      } catch (error) {
        // It could not even start: a supervisor tries again.
        if (!wire.isDead && !(error instanceof Unavailable) && !/simulat/.test((error as Error).message)) throw error;
        wire.crash();
        this.deaths += 1;
      }
    }
  }

  /** What is left of a dead one is its timers and its memory. */
  #bury(store: OpenStore): void {
    this.deaths += 1;
    this.#running = null;
    this.#endings.push(store.close().catch(() => {}));
  }
}
