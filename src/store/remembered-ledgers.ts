// What a lane remembers of its tenants between batches, so that the common batch (actions in environments that were met before) needs
// no loading and can be on its way while the one before is still committing. It never decides by itself: the batch is saved only if,
// under the tenants' locks, their versions are still those of the remembered ledgers, no hold is due and no key was used before; else
// PostgreSQL refuses the whole batch, what is remembered is forgotten, and the batch is decided again on what is stored.

import { isCatalogueCapability } from '../core/catalogue.ts';
import { forgetChanges, type Ledger } from '../core/ledger.ts';
import type { Instant } from '../core/month.ts';
import { storedMonth } from './activity.ts';
import { type Answer, decideBatch, nothingEarlier, type Pending, saveBatch, tenantsOf } from './batch.ts';
import { expectNoDueHolds } from './hold.ts';
import { expectUnusedKeys } from './idempotency.ts';
import type { Query } from './sql.ts';
import { expectVersions, lockTenants, type Scope } from './tenant.ts';

const MOST_TENANTS = 200;
/** Of all tenants of a lane together: some ten megabytes. */
const MOST_ENVIRONMENTS = 5_000;
/** Of one tenant; larger ones are loaded batch by batch, so that a batch never walks through more than it needs. */
const MOST_ENVIRONMENTS_OF_A_TENANT = 1_000;

interface Remembered {
  ledger: Ledger;
  version: bigint;
}

export interface Decided {
  tenantIds: readonly string[];
  answers: Answer[];
  save: Query[];
}

export class RememberedLedgers {
  readonly #byTenant = new Map<string, Remembered>();

  forget(): void {
    this.#byTenant.clear();
  }

  /** Takes ledgers as they were committed; `versions` are those before. What was remembered at the same version is kept beside it. */
  keep(ledgers: ReadonlyMap<string, Ledger>, versions: ReadonlyMap<string, bigint>): void {
    for (const [tenantId, ledger] of ledgers) {
      const before = this.#byTenant.get(tenantId);
      const version = versions.get(tenantId)!;
      if (before && before.version === version) {
        for (const [id, environment] of before.ledger.environments)
          if (!ledger.environments.has(id)) ledger.environments.set(id, environment);
        for (const capability of before.ledger.capabilities) {
          if (!ledger.capabilities.some((each) => each.id === capability.id && each.from === capability.from))
            ledger.capabilities.push(capability);
        }
      }
      this.#remember(tenantId, ledger, version);
    }
  }

  /** `before` is the version that the ledger was decided on: a commit that changed the tenant has raised it. */
  #remember(tenantId: string, ledger: Ledger, before: bigint): void {
    this.#byTenant.delete(tenantId);
    if (ledger.environments.size > MOST_ENVIRONMENTS_OF_A_TENANT) return;
    const version = ledger.changed ? before + 1n : before;
    forgetChanges(ledger);
    this.#byTenant.set(tenantId, { ledger, version });
    let environments = 0;
    for (const remembered of this.#byTenant.values()) environments += remembered.ledger.environments.size;
    // The one that was used longest ago is in front.
    for (const [oldest, remembered] of this.#byTenant) {
      if (this.#byTenant.size <= MOST_TENANTS && environments <= MOST_ENVIRONMENTS) return;
      this.#byTenant.delete(oldest);
      environments -= remembered.ledger.environments.size;
    }
  }

  /**
   * Decides a batch on what is remembered and says what is to be saved, in one flight; null where something is not remembered. After that
   * the ledgers are those after this batch: if the flight fails, `forget` must follow.
   */
  decide(cell: number, batch: readonly Pending[], now: Instant): Decided | null {
    if (!batch.every((pending) => this.#knows(pending))) return null;
    const tenantIds = tenantsOf(batch);
    const ledgers = new Map<string, Ledger>();
    const versions = new Map<string, bigint>();
    for (const tenantId of tenantIds) {
      const { ledger, version } = this.#byTenant.get(tenantId)!;
      if (!ledger.isSandbox) ledger.now = Math.max(now, ledger.now) as Instant;
      ledgers.set(tenantId, ledger);
      versions.set(tenantId, version);
    }
    const stored = storedMonth(now);
    const { results, keys } = decideBatch(batch, ledgers, new Map(), nothingEarlier(), stored);
    const scope: Scope = { cell, tenantIds, now };
    const saving = saveBatch(cell, [...ledgers.values()], versions, keys, stored);
    // A key that was used before answers what it did, also where its action would be refused today.
    const refused = batch.flatMap(({ tenantId, idempotency }, index) =>
      idempotency && 'refused' in results[index]!.outcome ? [{ tenantId, key: idempotency.key }] : [],
    );
    // Tenants to whom nothing is written: their refusals too hold only if nobody else has written since.
    const unwritten = tenantIds.filter((tenantId) => !ledgers.get(tenantId)!.changed);
    const save = [
      lockTenants(scope),
      expectNoDueHolds(scope),
      ...(refused.length === 0 ? [] : [expectUnusedKeys(cell, refused)]),
      ...(unwritten.length === 0 ? [] : [expectVersions(cell, unwritten, versions)]),
      ...saving,
    ];
    for (const [tenantId, ledger] of ledgers) this.#remember(tenantId, ledger, versions.get(tenantId)!);
    return { tenantIds, answers: results, save };
  }

  #knows({ tenantId, command }: Pending): boolean {
    if (command.do !== 'consume' && command.do !== 'hold') return false;
    const ledger = this.#byTenant.get(tenantId)?.ledger;
    if (!ledger?.environments.has(command.action.environmentId)) return false;
    const { capability } = command.action;
    return isCatalogueCapability(capability) || ledger.capabilities.some((each) => each.id === capability);
  }
}
