// The texts of every section of filters.

export const filterText = {
  clear: 'Clear all filters',
} as const;
