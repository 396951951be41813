// A tenant's settings with the defaults of the rules that they belong to.

export interface Settings {
  /** A4: whether an environment without an allocation may use the pool of AI Builder credits. */
  consumeUnallocatedAiBuilderCredits: boolean;
  /** T3: who may allocate. */
  allocationBy: 'anyone' | 'tenant-admins';
  /** E5: whether seeded credits of contracts begun before 2025-11-01 live until their end date. */
  honourSeededCreditsUntilTerm: boolean;
  /** C3: for how many days usage of last month is accepted, 0 to 31. */
  lateUsageDays: number;
  enforcement: {
    /** D9: whether allocation and pool are judged on what is recorded up to this moment, or on the last computed figure. */
    view: 'realtime' | 'computed';
    /** D3. */
    admission: 'until-exhausted' | 'never-exceed';
    /** D3: per cent of allocation and pool from which they are no longer usable. */
    fallbackAtPercent: number;
    /** D5: per cent of allocation and pool from which nothing runs in overage. */
    blockAtPercent: number;
  };
  /** M1: per cent from which an environment is near its capacity. */
  nearAtPercent: number;
  computation: {
    /** C2: for how many days usage stays out of the computed figures, 0 to 31; of sandboxes only, to show what lateness does. */
    delayDays: number;
  };
}

export const DEFAULT_SETTINGS: Settings = {
  consumeUnallocatedAiBuilderCredits: true,
  allocationBy: 'anyone',
  honourSeededCreditsUntilTerm: false,
  lateUsageDays: 7,
  enforcement: { view: 'realtime', admission: 'until-exhausted', fallbackAtPercent: 100, blockAtPercent: 125 },
  nearAtPercent: 80,
  computation: { delayDays: 0 },
};

/** The parts of the settings that a change names; `enforcement` and `computation` are changed member by member. */
export type SettingsChange = Partial<Omit<Settings, 'enforcement' | 'computation'>> & {
  enforcement?: Partial<Settings['enforcement']>;
  computation?: Partial<Settings['computation']>;
};

export function changeSettings(settings: Settings, change: SettingsChange): Settings {
  return {
    ...settings,
    ...change,
    enforcement: { ...settings.enforcement, ...change.enforcement },
    computation: { ...settings.computation, ...change.computation },
  };
}
