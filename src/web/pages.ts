// The one table of pages: addresses, navigation and breadcrumbs are made from it. Each page is a room of its own, loaded when it is
// opened.

import { AlertRegular } from '@fluentui/react-icons/svg/alert';
import { ArrowImportRegular } from '@fluentui/react-icons/svg/arrow-import';
import { BotRegular } from '@fluentui/react-icons/svg/bot';
import { CalculatorRegular } from '@fluentui/react-icons/svg/calculator';
import { DataUsageRegular } from '@fluentui/react-icons/svg/data-usage';
import { DocumentTableRegular } from '@fluentui/react-icons/svg/document-table';
import { GlobeRegular } from '@fluentui/react-icons/svg/globe';
import { HomeRegular } from '@fluentui/react-icons/svg/home';
import { LayerRegular } from '@fluentui/react-icons/svg/layer';
import { PlayRegular } from '@fluentui/react-icons/svg/play';
import { PulseRegular } from '@fluentui/react-icons/svg/pulse';
import { SettingsRegular } from '@fluentui/react-icons/svg/settings';
import { ShieldTaskRegular } from '@fluentui/react-icons/svg/shield-task';
import type { ComponentType } from 'react';
import { navigationText } from './strings/navigation.ts';

export interface PageRow {
  /** With `$name` for what varies. */
  path: string;
  title: string;
  /** The heading that it stands under in the navigation. */
  group?: string;
  /** Without one it is not in the navigation: it is opened from the page above it. */
  icon?: ComponentType;
  load: () => Promise<ComponentType>;
}

export const PAGES = [
  {
    path: '/',
    title: navigationText.home,
    icon: HomeRegular,
    load: async () => (await import('./home/home-page.tsx')).HomePage,
  },
  {
    path: '/licensing/capacity',
    title: navigationText.capacitySummary,
    group: navigationText.licensing,
    icon: DataUsageRegular,
    load: async () => (await import('./licensing/capacity-summary-page.tsx')).CapacitySummaryPage,
  },
  {
    path: '/licensing/add-ons',
    title: navigationText.capacityAddOns,
    group: navigationText.licensing,
    icon: LayerRegular,
    load: async () => (await import('./licensing/capacity-add-ons-page.tsx')).CapacityAddOnsPage,
  },
  {
    path: '/licensing/copilot-studio',
    title: navigationText.copilotStudio,
    group: navigationText.licensing,
    icon: BotRegular,
    load: async () => (await import('./licensing/copilot-studio-page.tsx')).CopilotStudioPage,
  },
  {
    path: '/environments',
    title: navigationText.environments,
    icon: GlobeRegular,
    load: async () => (await import('./environment/environments-page.tsx')).EnvironmentsPage,
  },
  {
    path: '/environments/$environmentId',
    title: navigationText.environment,
    load: async () => (await import('./environment/environment-page.tsx')).EnvironmentPage,
  },
  {
    path: '/reports',
    title: navigationText.reports,
    icon: DocumentTableRegular,
    load: async () => (await import('./report/reports-page.tsx')).ReportsPage,
  },
  {
    path: '/imports',
    title: navigationText.imports,
    icon: ArrowImportRegular,
    load: async () => (await import('./import/imports-page.tsx')).ImportsPage,
  },
  {
    path: '/activity',
    title: navigationText.activity,
    icon: PulseRegular,
    load: async () => (await import('./activity/activity-page.tsx')).ActivityPage,
  },
  {
    path: '/playground',
    title: navigationText.playground,
    icon: PlayRegular,
    load: async () => (await import('./playground/playground-page.tsx')).PlaygroundPage,
  },
  {
    path: '/calculator',
    title: navigationText.calculator,
    icon: CalculatorRegular,
    load: async () => (await import('./calculator/calculator-page.tsx')).CalculatorPage,
  },
  {
    path: '/notices',
    title: navigationText.notices,
    icon: AlertRegular,
    load: async () => (await import('./notice/notices-page.tsx')).NoticesPage,
  },
  {
    path: '/audit',
    title: navigationText.audit,
    icon: ShieldTaskRegular,
    load: async () => (await import('./audit/audit-page.tsx')).AuditPage,
  },
  {
    path: '/settings',
    title: navigationText.settings,
    icon: SettingsRegular,
    load: async () => (await import('./settings/settings-page.tsx')).SettingsPage,
  },
] as const satisfies readonly PageRow[];

/** The addresses of the pages. */
export type PagePath = (typeof PAGES)[number]['path'];
