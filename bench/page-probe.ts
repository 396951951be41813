// What is measured inside the page: a script that the browser runs before those of the page. Times are of the page's own clock, in ms
// since it was opened; a moment counts when the frame that shows it has been drawn.

export const PROBE = `
  globalThis.probe = {
    /** When 'isTrue' is first true of what has been drawn. */
    when(isTrue) {
      const begun = performance.now();
      return new Promise((resolve, reject) => {
        const look = () => {
          if (isTrue()) requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
          else if (performance.now() - begun > 30_000)
            reject(new Error(isTrue + ' is not true after 30 s: ' + location + ' ' + document.querySelector('main')?.innerText));
          else requestAnimationFrame(look);
        };
        look();
      });
    },
    /** The page has its heading, what 'selectors' name, and nothing that stands for what is to come. */
    isShown(selectors) {
      const main = document.querySelector('main');
      if (!main?.querySelector('h1')?.textContent) return false;
      if (main.querySelector('[aria-busy=true], .fui-Spinner')) return false;
      return selectors.every((selector) => main.querySelector(selector)?.getClientRects().length > 0);
    },
    frames: [],
    longTasks: [],
    watch() {
      probe.frames = [];
      probe.longTasks = [];
      probe.watching = true;
      let last;
      const frame = (now) => {
        if (last !== undefined) probe.frames.push(now - last);
        last = now;
        if (probe.watching) requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
    },
    watched() {
      probe.watching = false;
      return { frames: probe.frames, longTasks: probe.longTasks };
    },
  };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) probe.longTasks.push(duration);
  }).observe({ type: 'longtask' });
`;

export interface Watched {
  /** From one frame to the next, ms. */
  frames: number[];
  /** What kept the page busy for more than 50 ms, ms. */
  longTasks: number[];
}
