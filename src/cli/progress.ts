// Progress of long work, on stderr: a bar on a terminal; elsewhere a plain line now and then.

import { SingleBar } from 'cli-progress';
import { grouped, note } from './print.ts';

export interface Progress {
  done(count: number): void;
  stop(): void;
}

const LINE_EVERY_MS = 5000;

export function progressOf(what: string, total: number): Progress {
  if (process.stderr.isTTY) {
    const bar = new SingleBar({
      format: `${what} {bar} {percentage}% | {value}/{total} | {rate}/s | {eta_formatted} left`,
      stream: process.stderr,
      hideCursor: true,
      etaBuffer: 20,
    });
    const began = performance.now();
    let count = 0;
    bar.start(total, 0, { rate: '0' });
    return {
      done(more) {
        count += more;
        bar.update(count, { rate: grouped(rate(count, began)) });
      },
      stop: () => bar.stop(),
    };
  }
  const began = performance.now();
  let [count, told] = [0, began];
  return {
    done(more) {
      count += more;
      if (performance.now() - told < LINE_EVERY_MS) return;
      told = performance.now();
      note(`${what}: ${grouped(count)} of ${grouped(total)}, ${grouped(rate(count, began))}/s`);
    },
    stop() {},
  };
}

function rate(count: number, began: number): number {
  return Math.round(count / Math.max(0.001, (performance.now() - began) / 1000));
}
