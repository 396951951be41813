// The names of the pages, as the navigation, the breadcrumbs and the headings say them.

export const navigationText = {
  label: 'Pages',
  breadcrumbs: 'Where you are',
  open: 'Show the pages',
  close: 'Close',

  home: 'Home',
  licensing: 'Licensing',
  capacitySummary: 'Capacity summary',
  capacityAddOns: 'Capacity add-ons',
  copilotStudio: 'Copilot Studio',
  environments: 'Environments',
  environment: 'Environment',
  reports: 'Reports',
  imports: 'Imports',
  activity: 'Activity',
  playground: 'Playground',
  calculator: 'Calculator',
  notices: 'Notices',
  audit: 'Audit log',
  settings: 'Settings',
} as const;
