// What pay-as-you-go costs, as people read it.

const costFormat = new Intl.NumberFormat('en', { style: 'currency', currency: 'USD', maximumFractionDigits: 2 });

/** `'1234.5678'` → `'$1,234.57'`. */
export function formatCost(amount: string): string {
  return costFormat.format(amount as `${number}`);
}
