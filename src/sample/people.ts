// Who works at Contoso: people with names, by department, the busiest of each first. Their ids are their addresses, as in a real tenant.

const FIRST_NAMES = (
  'Ada Bruno Chiara Dmitri Elif Farid Grace Hiro Ines Jonas Kavya Liam Mei Noah Olga Pedro Quynh Rosa Samir Tomas Uma Viktor Wanda ' +
  'Xavier Yara Zoltan Amina Bjorn Celine Diego Esther'
).split(' ');
/** As many as have no divisor in common with the first names: so every person has a name that nobody else has. */
const LAST_NAMES = (
  'Almeida Becker Costa Dubois Eriksson Fontana Garcia Haddad Ivanova Jensen Kowalski Lindqvist Moreau Nakamura Okafor Petrov Quinn ' +
  'Rossi Schmidt Tanaka Ulrich Vargas Weber Xu Yilmaz Zhang Andersen Banerjee Cohen'
).split(' ');

const SIZES = {
  sales: 24,
  service: 20,
  finance: 16,
  people: 9,
  legal: 8,
  procurement: 8,
  logistics: 12,
  manufacturing: 14,
  marketing: 12,
  technology: 14,
  makers: 8,
  northwind: 10,
} as const;
export type Department = keyof typeof SIZES;

/** Every fourth one of the staff has a Microsoft 365 Copilot licence (F4). */
const LICENSED_EVERY = 4;
const VISITORS = 24;

function person(index: number): string {
  const name = `${FIRST_NAMES[index % FIRST_NAMES.length]}.${LAST_NAMES[index % LAST_NAMES.length]}`;
  return `${name.toLowerCase()}@contoso.com`;
}

const staff: readonly string[] = Array.from({ length: Object.values(SIZES).reduce((sum, size) => sum + size, 0) }, (_, index) =>
  person(index),
);
const licensed: ReadonlySet<string> = new Set(staff.filter((_, index) => index % LICENSED_EVERY === 1));

export const DEPARTMENTS: Readonly<Record<Department, readonly string[]>> = inDepartments();

function inDepartments(): Record<Department, readonly string[]> {
  const departments = {} as Record<Department, readonly string[]>;
  let taken = 0;
  for (const name of Object.keys(SIZES) as Department[]) {
    departments[name] = staff.slice(taken, taken + SIZES[name]);
    taken += SIZES[name];
  }
  return departments;
}

/** Customers and partners, who are nobody's employees. */
export const VISITORS_OF_THE_WEBSITE: readonly string[] = Array.from(
  { length: VISITORS },
  (_, index) => `visitor-${String(index + 1).padStart(2, '0')}@web.contoso.com`,
);

/** One after another, as many as are left of each, so that every department has its busy ones in front. */
export function everybody(): string[] {
  const longest = Math.max(...Object.values(SIZES));
  return Array.from({ length: longest }, (_, place) =>
    Object.values(DEPARTMENTS).flatMap((people) => people[place] ?? []),
  ).flat();
}

export function hasMicrosoft365Copilot(userId: string): boolean {
  return licensed.has(userId);
}
