// Copies runner and scenarios from ../shared/conformance, so that a clone alone can run them: npm run refresh-conformance

import { cp, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const from = fileURLToPath(new URL('../../shared/conformance/', import.meta.url));
const to = fileURLToPath(new URL('../test/conformance/', import.meta.url));
await rm(to, { recursive: true, force: true });
await cp(from, to, { recursive: true, preserveTimestamps: true });
console.log(`copied ${from} to ${to}`);
