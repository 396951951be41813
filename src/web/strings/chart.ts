// The texts of every chart.

export const chartText = {
  asTable: 'Show as a table',
  asChart: 'Show as a chart',
  csv: 'Download as CSV',
  day: 'Day',
  name: 'Name',
  credits: 'Credits',
  none: 'Nothing was consumed in this time.',
  tableOf: (title: string) => `${title}: table`,
  drawn: (title: string) => `${title}: chart. The same figures are in its table.`,
} as const;
