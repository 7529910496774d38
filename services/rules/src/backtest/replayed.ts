import { refused } from '@alzette/kit/problems';
import type { Replay } from '../contract/schemas.ts';
import type { Sample, Value } from '../evaluate/series.ts';
import type { PastEntity } from './read-history.ts';

const ENTITY = 'urn:ngsi-ld:Entity:replayed';

/**
 * Readings as the past of one entity.
 *
 * @throws Problem 400: they are not in the order of time
 */
export async function* replayed(
  { type, id = ENTITY, scope }: Replay['entity'],
  readings: Replay['readings'],
): AsyncGenerator<PastEntity> {
  const series = new Map<string, Sample[]>();
  let before = Number.NEGATIVE_INFINITY;
  for (const [place, { at, values }] of readings.entries()) {
    const time = Date.parse(at);
    if (time <= before) throw refused(`readings.${place}.at`, at, 'a time after that of the reading before');
    before = time;
    for (const [attr, value] of Object.entries(values)) {
      series.set(attr, [...(series.get(attr) ?? []), [time, value as Value]]);
    }
  }
  const facts = { id, type, scope: scope === undefined ? [] : [scope], parents: {} };
  yield { facts, series: Object.fromEntries(series) };
}
