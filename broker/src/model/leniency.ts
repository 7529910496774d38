import { AsyncLocalStorage } from 'node:async_hooks';

/** What clients deviate in, as counted for each client. */
export const DEVIATIONS = [
  'unknownParameter',
  'unknownOption',
  'bothTemporalFormats',
  'contextInJson',
  'contextMissing',
  'contextTwice',
  'contextLink',
  'mergePatchMethod',
  'hyphenInName',
  'earlierMember',
  'earlierFormat',
  'vocabularyProperty',
  'geoUnitCode',
  'oneElementArray',
  'typedValue',
  'languageTag',
  'timeWithoutZone',
  'queryByIds',
  'absentAttribute',
  'encodedQuery',
  'sourceTenant',
  'mergeAsUpdate',
  'entityWithoutType',
] as const;

export type Deviation = (typeof DEVIATIONS)[number];

/** Decides which deviations are tolerated. */
export interface Leniency {
  /** @param warning what was found and how it is interpreted */
  tolerates(deviation: Deviation, warning: string): boolean;
}

/** The leniency of the current request. Strict requests have none. */
export const requestLeniency = new AsyncLocalStorage<Leniency>();

/**
 * Called where the standard requires a refusal. True if the tenant is lenient; the client then gets a warning.
 *
 * @param warning what was found and how it is interpreted
 */
export function tolerates(deviation: Deviation, warning: string): boolean {
  return requestLeniency.getStore()?.tolerates(deviation, warning) ?? false;
}

/** Documents of sources are read as tolerantly as possible, without warnings, and are not changed. */
export const RECEIVED: Leniency = { tolerates: (deviation) => deviation !== 'oneElementArray' };
