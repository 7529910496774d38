import { instantOf, type LocalDays, localDaysOf } from '@alzette/kit/calendar';
import { flatSamples, LAST_STEPS, ODD_FROM, type Oddity, oddityOf, slotsOf } from '@alzette/kit/forecasting';
import { type Asset, departmentAt, holidaysAt, readAssets, readSamples } from '../assets/read-assets.ts';
import { seriesFrom } from '../assets/series-from.ts';
import { type Target, WATCHED } from '../assets/target.ts';
import { rounded } from '../forecasts/forecast-entity.ts';
import type { InsightParts } from '../parts.ts';
import { LEARNING } from './learn-task.ts';
import { LEARN_DAYS } from './try-faults.ts';
import { forgetAll, forgetOldUsual, keepScore, keepUsual, readScores, readUsual } from './usual-rows.ts';

export const ANOMALY_USE = 'anomaly-scores';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** The usual values are learned again once a day; those that could not be learned, every hour. */
const LEARN_EVERY = DAY;
const AT_ONCE = 20;
/** The minimum change of a score to be written. */
const CHANGED_BY = 1;
const NULL = 'urn:ngsi-ld:null';

/** An attribute of an asset, with its score if it is anomalous. */
interface Found {
  readonly attribute: string;
  readonly oddity: Oddity;
}

/**
 * Compares all watched attributes in a tenant with their usual values. @returns the number of entities, and of
 * anomalous ones
 */
export async function scoreAll(
  parts: InsightParts,
  tenant: string,
  { signal, now = Date.now() }: { readonly signal?: AbortSignal; readonly now?: number } = {},
): Promise<{ readonly entities: number; readonly odd: number }> {
  if (!(await parts.register.isOn(ANOMALY_USE, tenant))) return { entities: 0, odd: 0 };
  const localDays = localDaysOf(parts.territories.of(tenant).timeZone);
  const worst = new Map<string, Found>();
  // Attributes for which the score is no better than a simple method get no score.
  const { notUsed = [] } = (await parts.register.evaluationOf(ANOMALY_USE, tenant)) ?? {};
  for (const target of WATCHED) {
    const assets = await readAssets(parts, tenant, target);
    for (let start = 0; start < assets.length; start += AT_ONCE) {
      signal?.throwIfAborted();
      const some = assets.slice(start, start + AT_ONCE);
      for (const [id, scored] of await scoreSome(parts, tenant, target, some, { localDays, now })) {
        const oddity = notUsed.includes(target.name) ? { ...scored, score: 0 } : scored;
        const known = worst.get(id);
        if (known === undefined || Math.abs(oddity.score) > Math.abs(known.oddity.score)) {
          worst.set(id, { attribute: target.attribute, oddity });
        }
      }
    }
  }
  const odd = await writeScores(parts, tenant, worst, localDays);
  await forgetOldUsual(parts.db, tenant);
  return { entities: worst.size, odd };
}

async function scoreSome(
  parts: InsightParts,
  tenant: string,
  target: Target,
  assets: readonly Asset[],
  { localDays, now }: { readonly localDays: LocalDays; readonly now: number },
): Promise<Map<string, Oddity>> {
  const { db, compute } = parts;
  const territory = parts.territories.of(tenant);
  const kept = await readUsual(
    db,
    tenant,
    target.attribute,
    assets.map(({ id }) => id),
  );
  const isDue = ({ id }: Asset) => {
    const known = kept.get(id);
    return known?.usual === undefined || now - known.learnedAt.getTime() > LEARN_EVERY;
  };
  const shape = { perDay: 24, localDays, now };
  const due = assets.filter(isDue);
  const usual = new Map(assets.map(({ id }) => [id, kept.get(id)?.usual]));
  if (due.length > 0) {
    const past = await readSamples(parts, tenant, target, due, { from: now - LEARN_DAYS * DAY, to: now - 6 * HOUR });
    const given = due.map((asset) => ({
      department: departmentAt(territory, asset),
      samples: flatSamples(past.get(asset.id) ?? []),
    }));
    const { timeZone } = territory;
    const learned = await compute.run(LEARNING, { target, timeZone, now: now - 6 * HOUR, assets: given }, { tenant });
    for (const [i, { id }] of due.entries()) {
      usual.set(id, learned[i]);
      await keepUsual(db, tenant, { entity: id, attribute: target.attribute }, learned[i]);
    }
  }
  const known = assets.filter(({ id }) => usual.get(id) !== undefined);
  if (known.length === 0) return new Map();
  const hold = (target.holdHours ?? 3) * HOUR;
  const recent = await readSamples(parts, tenant, target, known, {
    from: now - LAST_STEPS * HOUR - HOUR - hold,
    to: now,
  });
  return new Map(
    known.flatMap((asset): [string, Oddity][] => {
      const own = usual.get(asset.id);
      const series = seriesFrom(target, recent.get(asset.id) ?? [], shape);
      const oddity = own && oddityOf(series, own, slotsOf(24, holidaysAt(territory, asset)));
      const isRecent = oddity !== undefined && now - instantOf(oddity.step / 24, localDays) < 3 * HOUR;
      return isRecent ? [[asset.id, oddity]] : [];
    }),
  );
}

/** Writes scores that begin, change or end. @returns the number of anomalous entities */
async function writeScores(
  parts: InsightParts,
  tenant: string,
  worst: ReadonlyMap<string, Found>,
  localDays: LocalDays,
): Promise<number> {
  const { db, logger } = parts;
  const written = await readScores(db, tenant);
  let odd = 0;
  for (const [id, found] of worst) {
    const score = Math.abs(found.oddity.score);
    const [isOdd, before] = [score >= ODD_FROM, written.get(id)];
    if (isOdd) odd += 1;
    const wasOdd = before !== undefined && before >= ODD_FROM;
    if (!isOdd && !wasOdd) continue;
    if (isOdd && wasOdd && Math.abs(score - before) < CHANGED_BY) continue;
    try {
      await writeScore(parts, tenant, id, found, localDays);
      await keepScore(db, tenant, id, score);
    } catch (err) {
      logger.warn({ err, entity: id }, 'the score of could not write an entity');
    }
  }
  return odd;
}

/** Writes the score as a separate attribute, with the values that were compared. */
async function writeScore(
  { client, context, register }: InsightParts,
  tenant: string,
  id: string,
  { attribute, oddity }: Found,
  localDays: LocalDays,
): Promise<void> {
  const { step, observed, usual, low, high, cases } = oddity;
  const observedAt = new Date(instantOf((step + 1) / 24, localDays)).toISOString();
  const why = { attribute, observed: rounded(observed), usual: rounded(usual), low: rounded(low), high: rounded(high) };
  const score = Math.round(Math.abs(oddity.score) * 10) / 10;
  const output = await register.log({
    use: ANOMALY_USE,
    tenant,
    about: id,
    key: id,
    output: { score, observedAt },
    why: { ...why, cases },
  });
  if (output === '') return;
  const property = (value: unknown) => ({ type: 'Property', value });
  const anomalyScore = {
    ...property(score),
    observedAt,
    ofAttribute: property(attribute),
    observedValue: property(why.observed),
    usualValue: property(why.usual),
    usualLow: property(why.low),
    usualHigh: property(why.high),
    usualCases: property(cases),
    aiUse: property(ANOMALY_USE),
    aiOutput: property(output),
  };
  await client.mergeEntity(id, { anomalyScore }, { tenant, context });
}

/** Deletes all scores and learned values, because the use is turned off. */
export async function removeScores({ db, client, context, logger }: InsightParts, tenant: string): Promise<void> {
  for (const id of (await readScores(db, tenant)).keys()) {
    await client
      .mergeEntity(id, { anomalyScore: { type: 'Property', value: NULL } }, { tenant, context })
      .catch((err: unknown) => logger.warn({ err, entity: id }, 'could not remove the score of an entity'));
  }
  await forgetAll(db, tenant);
}
