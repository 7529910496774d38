import { setTimeout as pause } from 'node:timers/promises';
import type { KeptHistory } from './load-years.ts';
import { LAMP, POWER } from './measured-series.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LAMPS = 20;
const TRIES = 30;
/** The name in the @context of the territory. */
const SHORT_NAME = 'powerConsumption';

/** Answers of the product about one lamp and about several, for the periods of measurements, hours and days. */
export interface ReadBack {
  /** Values of six hours, which fit into one page of an answer. */
  readonly measures: readonly unknown[];
  /** Hourly means of a week without measurements. */
  readonly hours: readonly unknown[];
  /** All daily means. */
  readonly days: readonly unknown[];
  /** Daily means of twenty lamps in the last year. */
  readonly lamps: readonly unknown[];
}

/** @throws Error: an answer does not have as many values as were loaded */
export async function readBack(
  url: string,
  { until, instancesFrom, hoursFrom, daysFrom }: KeptHistory,
): Promise<ReadBack> {
  const [attribute, type] = [POWER, LAMP].map(encodeURIComponent);
  const between = (from: number, to: number) =>
    `timerel=between&timeAt=${new Date(from).toISOString()}&endTimeAt=${new Date(to).toISOString()}&attrs=${attribute}`;
  const means = (duration: string) => `&format=aggregatedValues&aggrMethods=avg&aggrPeriodDuration=${duration}`;
  const ask = async (path: string): Promise<unknown> => {
    let response = await fetch(`${url}/ngsi-ld/v1/${path}`);
    // A server may be overloaded just after its start.
    for (let tries = 1; response.status === 503 && tries < TRIES; tries++) {
      await response.body?.cancel();
      await pause(1000);
      response = await fetch(`${url}/ngsi-ld/v1/${path}`);
    }
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text.slice(0, 300)}`);
    return JSON.parse(text);
  };
  const [lamp] = (await ask(`entities?type=${type}&limit=1&pick=id,type`)) as { id: string }[];
  const ofLamp = `temporal/entities/${encodeURIComponent(lamp?.id ?? '')}?`;
  const values = (answer: unknown, member: string) =>
    [answer].flat().flatMap((entity) => {
      const attributes = entity as { readonly [name: string]: { readonly [member: string]: unknown[] } };
      return (attributes[SHORT_NAME] ?? attributes[POWER])?.[member] ?? [];
    });
  const week = Math.max(hoursFrom, instancesFrom - 7 * DAY_MS);
  const year = Math.max(daysFrom, until - 365 * DAY_MS);
  const ofMany = `temporal/entities?type=${type}&limit=${LAMPS}&`;
  const read = {
    measures: values(await ask(`${ofLamp}${between(until - 6 * HOUR_MS, until - 1)}&format=temporalValues`), 'values'),
    hours: values(await ask(`${ofLamp}${between(week, instancesFrom)}${means('PT1H')}`), 'avg'),
    days: values(await ask(`${ofLamp}${between(daysFrom, until)}${means('P1D')}`), 'avg'),
    lamps: values(await ask(`${ofMany}${between(year, until)}${means('P1D')}`), 'avg'),
  };
  const expected = {
    measures: 24,
    hours: (instancesFrom - week) / HOUR_MS,
    days: (until - daysFrom) / DAY_MS,
    lamps: (LAMPS * (until - year)) / DAY_MS,
  };
  for (const [what, count] of Object.entries(expected)) {
    const got = read[what as keyof ReadBack].length;
    if (got !== count) throw new Error(`${what}: got ${got} values from the product, expected ${count}`);
  }
  return read;
}
