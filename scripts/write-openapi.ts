// Writes openapi.json from the table of routes: `node scripts/write-openapi.ts`. A test checks that it is fresh.

import { writeFileSync } from 'node:fs';
import { openApiDocument } from '../src/api/openapi.ts';
import { ROUTES } from '../src/api/routes.ts';

writeFileSync(new URL('../openapi.json', import.meta.url), `${JSON.stringify(openApiDocument(ROUTES), null, 2)}\n`);
