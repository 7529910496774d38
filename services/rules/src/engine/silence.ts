import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas/client';
import type { RuleDocument } from '../contract/rule.ts';
import { attributesReadBy } from '../document/check-cycles.ts';

const HOUR = 3_600_000;
const LOOKED_BACK_MS = 3 * 24 * HOUR;
const MAX_ENTITIES = 20;
/** The number of consecutive reports that may be lost. */
const REPORTS = 4;
const SHORTEST_MS = 10 * 60_000;
const LONGEST_MS = 7 * 24 * HOUR;

/** Used without observations. */
export const UNKNOWN_SILENCE_MS = 24 * HOUR;

/**
 * The time without data after which entities of a rule count as absent, if the rule does not define it: four times the
 * median interval of samples in the last three days, from ten minutes to a week; one day without samples.
 *
 * @param rule a document that may not have been checked
 */
export async function silenceOf(
  rule: object,
  { client, context }: { readonly client: NgsiLdClient; readonly context: string },
  tenant: string,
): Promise<number> {
  const { absence, scope } = rule as Partial<RuleDocument>;
  const isAsked = typeof absence === 'object' && absence.after === undefined && Array.isArray(scope?.types);
  if (!isAsked) return UNKNOWN_SILENCE_MS;
  const attrs = absence.attr === undefined ? [...attributesReadBy(rule as RuleDocument)] : [absence.attr];
  if (attrs.length === 0) return UNKNOWN_SILENCE_MS;
  const now = Date.now();
  const found = await client
    .queryTemporal({
      type: scope?.types.join(',') ?? '',
      attrs,
      from: new Date(now - LOOKED_BACK_MS),
      to: new Date(now),
      limit: MAX_ENTITIES,
      tenant,
      context,
    })
    .catch(() => []); // the check refuses this name next, or the tenant has no data yet
  const gaps = found
    .flatMap(({ attributes }) => Object.values(attributes))
    .flatMap((samples) => samples.slice(1).map(([, at], i) => at - (samples[i]?.[1] ?? at)))
    .filter((gap) => gap > 0)
    .sort((a, b) => a - b);
  const median = gaps[gaps.length >> 1];
  return median === undefined ? UNKNOWN_SILENCE_MS : Math.min(LONGEST_MS, Math.max(SHORTEST_MS, REPORTS * median));
}
