// The keys of the server as its start needs them; what a key looks like is in api/key-secret.ts.

export { hashKey, newKey, newOperatorKey } from '../api/key-secret.ts';
