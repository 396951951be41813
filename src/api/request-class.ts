// The class of a request (I14): in which order requests are shed when the server cannot keep up. It follows from what a route is about; a
// row may name another.

/** The first is shed first. */
export const REQUEST_CLASSES = ['reports', 'imports', 'management', 'consume', 'check'] as const;
export type RequestClass = (typeof REQUEST_CLASSES)[number];

/** What is not named here is management. */
const OF_CONCEPT: Readonly<Record<string, RequestClass>> = {
  Reports: 'reports',
  Usage: 'reports',
  Planning: 'reports',
  Imports: 'imports',
  Holds: 'consume',
};

const OF_OPERATION: Readonly<Record<string, RequestClass>> = {
  // Over a whole period, action by action.
  compareViews: 'reports',
  priceAction: 'check',
  checkAction: 'check',
  consumeAction: 'consume',
  consumeBatch: 'consume',
};

/** null: never shed. Whoever asks how this server is must be told above all when it is not well. */
export function requestClassOf({ operation, concept }: { operation: string; concept: string }): RequestClass | null {
  if (concept === 'Health') return null;
  return OF_OPERATION[operation] ?? OF_CONCEPT[concept] ?? 'management';
}
