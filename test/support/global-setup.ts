// One PostgreSQL for the whole run: that of DATABASE_URL, else a private one in a temporary folder. Test files take databases of their
// own from a template that is migrated once.

import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { migrate } from '../../src/store/migrate.ts';
import { startPrivatePostgres } from '../../src/store/private-postgres.ts';
import { databaseUrl } from './a-database.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    postgresUrl: string;
    template: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.DATABASE_URL;
  const folder = given ? null : await mkdtemp(join(tmpdir(), 'bursar-test-'));
  // Started by root, the database runs as another user, who must be able to enter.
  if (folder) await chmod(folder, 0o755);
  const postgres = folder ? await startPrivatePostgres({ folder: join(folder, 'data'), explicit: true, log: () => {} }) : null;
  const url = given ?? postgres!.url;
  const template = `bursar_template_${process.pid}_${Date.now()}`;
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  await admin.query(`create database ${template}`);
  await migrate(databaseUrl(url, template), () => {});
  project.provide('postgresUrl', url);
  project.provide('template', template);
  return async () => {
    await admin.query(`drop database ${template} with (force)`);
    await admin.end();
    await postgres?.stop();
    if (folder) await rm(folder, { recursive: true, force: true });
  };
}
