// A tenant of 10,000 environments, made through the API: a fifth of them with credits of their own, some of those spent; the others draw
// from the pool. Names are of words and a number, as people give them.

import { Bursar } from '../sdk/src/index.ts';

export const ENVIRONMENTS = 10_000;
export const ALLOCATED_EVERY = 5;
const CREATED_AT_ONCE = 64;
const CHANGES_AT_ONCE = 1_000;
const REGIONS = ['North', 'South', 'East', 'West', 'Central', 'Nordics', 'Iberia', 'Benelux', 'Alps', 'Baltics', 'Adriatic'];
const DEPARTMENTS = ['Sales', 'Finance', 'Customer support', 'Logistics', 'Legal', 'Research', 'Marketing', 'Procurement'];
const TYPES = ['production', 'sandbox', 'developer'] as const;

export function environmentId(index: number): string {
  return `e-${String(index).padStart(5, '0')}`;
}

/** `East Legal 00042`: the number is that of its id, so that a search for it is known to find it. */
export function environmentName(index: number): string {
  const [region, department] = [REGIONS[index % REGIONS.length], DEPARTMENTS[index % DEPARTMENTS.length]];
  return `${region} ${department} ${String(index).padStart(5, '0')}`;
}

/** Answers the key of its administrator. */
export async function makeLargeTenant(url: string, operatorKey: string): Promise<string> {
  const tenant = await new Bursar({ url, key: operatorKey }).tenants.create({ name: 'Ten thousand environments' });
  if (!('adminKey' in tenant)) throw new Error(`tenant ${tenant.id} was there already`);
  const key = tenant.adminKey;
  const bursar = new Bursar({ url, key });
  await bursar.entitlements.create({ product: 'copilot-credit-pack', quantity: 600 });
  const waiting = Array.from({ length: ENVIRONMENTS }, (_, index) => index);
  const work = async () => {
    for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
      await bursar.environments.create({
        id: environmentId(index),
        name: environmentName(index),
        type: TYPES[index % TYPES.length]!,
      });
    }
  };
  await Promise.all(Array.from({ length: CREATED_AT_ONCE }, work));
  const allocated = Array.from({ length: ENVIRONMENTS / ALLOCATED_EVERY }, (_, index) => environmentId(index * ALLOCATED_EVERY));
  for (let from = 0; from < allocated.length; from += CHANGES_AT_ONCE) {
    const changes = allocated.slice(from, from + CHANGES_AT_ONCE).map((id, index) => ({
      environmentId: id,
      currency: 'copilot-credits' as const,
      credits: String(1_000 + (index % 90) * 100),
    }));
    await bursar.allocations.change(changes);
  }
  await bursar.consumeBatch(Array.from({ length: 1_000 }, (_, index) => anAnswer(index * 10)));
  return key;
}

/** An action of some credits in the environment of this place. */
export function anAnswer(index: number) {
  return {
    environmentId: environmentId(index % ENVIRONMENTS),
    userId: `user-${index % 97}@contoso.com`,
    caller: 'agent' as const,
    capability: 'generative-answer',
    usage: { responses: 1 + (index % 40) },
  };
}

/** So many actions a second until it is stopped; answers how many there were. */
export function keepActing(url: string, key: string, actionsPerSecond: number): () => Promise<number> {
  const bursar = new Bursar({ url, key });
  const begun = performance.now();
  const under = new Set<Promise<unknown>>();
  let made = 0;
  let failure: Error | null = null;
  const timer = setInterval(() => {
    const due = ((performance.now() - begun) / 1000) * actionsPerSecond;
    for (; made < due; made += 1) {
      const acting: Promise<unknown> = bursar
        .consume(anAnswer(made * 7))
        .catch((error: Error) => {
          failure = error;
        })
        .finally(() => under.delete(acting));
      under.add(acting);
    }
  }, 10);
  return async () => {
    clearInterval(timer);
    await Promise.all(under);
    if (failure) throw failure;
    return made;
  };
}
