import type { TerritoryInfo } from '@alzette/kit/service';
import type { Indicator } from '../contract/indicator.ts';
import type { Library } from '../library/library.ts';
import type { DecisionParts } from '../parts.ts';
import { type KpiWritten, readSeries, writeSeries } from '../statistics/kpi-entities.ts';
import type { DocumentRows } from '../stored/document-rows.ts';
import { computeIndicator, WHOLE } from './compute-indicators.ts';

/** The indicators of the product, and those of a tenant. */
export async function indicatorsOf(
  { db }: Pick<DecisionParts, 'db'>,
  library: Library,
  rows: DocumentRows<Indicator>,
  tenant: string,
): Promise<ReadonlyMap<string, Indicator>> {
  const own = await rows.list(db, tenant);
  return new Map([...library.indicators, ...own.map(({ id, document }) => [id, document] as const)]);
}

/** Computes all indicators of a tenant, and writes what changed. @returns the number of series that were written */
export async function computeIndicators(
  parts: DecisionParts,
  library: Library,
  rows: DocumentRows<Indicator>,
  tenant: string,
  signal: AbortSignal,
): Promise<number> {
  const { client, context, territories, analyse, logger } = parts;
  const territory = territories.of(tenant);
  const asked = { client, tenant, context };
  const statistics = await readSeries(asked, 'statistic');
  const today = new Date().toISOString().slice(0, 10);
  const ground = { communes: territory.communes, statistics, analyse, tenant, today };
  const written: KpiWritten[] = [];
  for (const [id, indicator] of await indicatorsOf(parts, library, rows, tenant)) {
    signal.throwIfAborted();
    try {
      const computed = await computeIndicator(indicator, ground);
      written.push(...seriesOf(id, indicator, computed, territory));
    } catch (cause) {
      // Another indicator may be fine.
      logger.warn({ indicator: id, tenant, err: cause }, 'could not compute an indicator');
    }
  }
  await writeSeries(asked, written, signal);
  return written.length;
}

function seriesOf(
  id: string,
  { title, answers }: Indicator,
  computed: Awaited<ReturnType<typeof computeIndicator>>,
  { communes, name: territoryName }: TerritoryInfo,
): KpiWritten[] {
  return [...computed].flatMap(([slug, values]) => {
    const commune = communes.find((each) => each.slug === slug);
    if (values.length === 0 || values.every(({ status }) => status === 'notAvailable')) return [];
    return [
      {
        process: 'indicator',
        product: id,
        area: slug === WHOLE ? WHOLE : slug,
        name: `${title.fr}, ${commune?.name ?? territoryName}`,
        provider: answers,
        ...(commune && { scope: commune.scope }),
        values,
      },
    ];
  });
}
