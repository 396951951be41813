// What the random sequences reached: how often each command came to each outcome. A generator that no longer reaches one fails the test.

import type { Told } from './command.ts';
import type { Figures } from './figures.ts';

export class Coverage {
  readonly counts = new Map<string, number>();
  steps = 0;

  count(command: string, { refused, status, source, free, inOverage, again, era, currency, made }: Told): void {
    this.steps += 1;
    this.#add(`${command}: ${outcomeOf({ refused, status, again, made })}`);
    if (refused !== undefined) this.#add(`refused: ${refused}`);
    if (typeof source === 'string')
      this.#add(`source: ${currency} ${source}${status === 'in-overage' || inOverage === true ? ' in overage' : ''}`);
    else if (status === 'in-overage') this.#add('source: none in overage');
    if (typeof free === 'string') this.#add(`free: ${free}`);
    if (typeof era === 'string') this.#add(`era: ${era}`);
  }

  countFigures(figures: Figures): void {
    for (const [name, figure] of Object.entries(figures)) {
      const [about, what] = name.split(' ');
      if (what === 'makers') this.#add(`makers: ${figure}`);
      else if (about === 'limit') this.#add(`limit: ${figure.split(' ').at(-1)}`);
      else if (about === 'tenant') this.#add(`tenant status: ${what} ${figure.split(' ').at(-1)}`);
      else if (what?.includes('credits') || what?.includes('sessions'))
        this.#add(`status: ${what} ${figure.split(' ')[0]} ${figure.split(' ').at(-1)}`);
    }
  }

  #add(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  /** Those of `wanted` that were met less often than `atLeast`. */
  missing(wanted: readonly string[], atLeast: number): string[] {
    return wanted
      .filter((what) => (this.counts.get(what) ?? 0) < atLeast)
      .map((what) => `${what}: ${this.counts.get(what) ?? 0} of ${atLeast}`);
  }

  toString(): string {
    const rows = [...this.counts].sort(([a], [b]) => (a < b ? -1 : 1));
    return rows.map(([what, count]) => `${String(count).padStart(8)}  ${what}`).join('\n');
  }
}

function outcomeOf({ refused, status, again, made }: Told): unknown {
  if (refused !== undefined) return refused;
  if (again) return 'again';
  if (made === false) return 'there already';
  return status ?? 'done';
}
