// How the admin centre is built: src/web → dist/web, which the server serves at `/`. Every address in it is relative, so that it
// works under any sub-path, and nothing is inlined, so that a strict Content-Security-Policy holds.

import react from '@vitejs/plugin-react';
import type { UserConfig } from 'vite';

const config: UserConfig = {
  base: './',
  plugins: [react()],
  build: {
    outDir: '../../dist/web',
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  // `npx vite` while working on the page: the API of a Bursar that runs on its usual port.
  server: { host: '127.0.0.1', proxy: { '/v1': process.env.BURSAR_URL ?? 'http://127.0.0.1:4600' } },
};

export default config;
