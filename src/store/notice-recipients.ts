// Whom a tenant's notices are mailed to (N2).

import { recordDone } from './audit.ts';
import type { Database } from './database.ts';
import { sql, texts } from './sql.ts';
import type { TenantAddress } from './store.ts';

export async function noticeRecipients(database: Database, { cell, tenantId }: TenantAddress): Promise<string[]> {
  const [row] = await database.of({ tenantId }).query(sql`
    select emails
    from notice_recipients
    where cell = ${cell} and tenant_id = ${tenantId}`);
  return row?.emails ?? [];
}

export async function setNoticeRecipients(database: Database, tenant: TenantAddress, emails: readonly string[]): Promise<void> {
  const { cell, tenantId } = tenant;
  await database.of(tenant).transaction(async (fly) => {
    const [before] = await fly([
      sql`
        select emails
        from notice_recipients
        where cell = ${cell} and tenant_id = ${tenantId}
        for update`,
      sql`
        insert into notice_recipients (cell, tenant_id, emails)
        values (${cell}, ${tenantId}, ${texts(emails)}::text[])
        on conflict (cell, tenant_id)
        do update set emails = excluded.emails`,
    ]);
    const had: string[] = before!.rows[0]?.emails ?? [];
    await fly(recordDone(tenant, { subject: 'notice-recipients', before: { emails: had }, after: { emails } }));
  });
}
