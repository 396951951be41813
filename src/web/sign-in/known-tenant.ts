// The tenant that somebody signed in to here the last time, so that they need not know its id by heart. It is no secret.

const STORAGE_NAME = 'bursar-tenant';

export function knownTenant(): string {
  try {
    return localStorage.getItem(STORAGE_NAME) ?? '';
  } catch {
    // A browser may keep its storage to itself.
    return '';
  }
}

export function keepTenant(tenantId: string): void {
  try {
    localStorage.setItem(STORAGE_NAME, tenantId);
  } catch {
    // Then it is typed again.
  }
}
