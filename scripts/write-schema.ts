// Writes migrations/schema.sql: the schema after all migrations, from a private PostgreSQL that is made for it and thrown away.

import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { migrate } from '../src/store/migrate.ts';
import { startPrivatePostgres } from '../src/store/private-postgres.ts';
import { describeSchema } from '../src/store/schema.ts';

const folder = await mkdtemp(join(tmpdir(), 'bursar-schema-'));
await chmod(folder, 0o755);
const postgres = await startPrivatePostgres({ folder: join(folder, 'data'), explicit: true, log: () => {} });
try {
  await migrate(postgres.url, () => {});
  const file = fileURLToPath(new URL('../migrations/schema.sql', import.meta.url));
  await writeFile(file, await describeSchema(postgres.url));
  console.log(`wrote ${file}`);
} finally {
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}
