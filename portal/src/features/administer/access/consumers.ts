import type { HourOfUsage, Limit } from '@alzette/broker/contract';

export const PERIODS = ['minute', 'hour', 'day', 'month'] as const satisfies readonly Limit['per'][];

/** Who asks the API: `anonymous`, `key:…`, `client:…` or `subject:…`, with the sums of the hours and the limits. */
export interface Consumer extends Omit<HourOfUsage, 'hour'> {
  readonly limits: readonly Limit[];
}

interface Told {
  readonly usage: readonly Omit<HourOfUsage, 'hour'>[];
  readonly limits: readonly { readonly consumer: string; readonly limits: readonly Limit[] }[];
}

/** Everybody who asked or has limits, those who ask most first. */
export function consumersOf({ usage, limits }: Told): Consumer[] {
  const of = new Map<string, Consumer>();
  const known = (consumer: string): Consumer =>
    of.get(consumer) ?? { consumer, requests: 0, refused: 0, limited: 0, limits: [] };
  for (const { consumer, limits: own } of limits) of.set(consumer, { ...known(consumer), limits: own });
  for (const { consumer, requests, refused, limited } of usage) {
    const sum = known(consumer);
    of.set(consumer, {
      ...sum,
      requests: sum.requests + requests,
      refused: sum.refused + refused,
      limited: sum.limited + limited,
    });
  }
  return [...of.values()].sort((a, b) => b.requests - a.requests);
}
