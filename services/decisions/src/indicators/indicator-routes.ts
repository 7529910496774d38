import { BY_ENTITIES } from '@alzette/kit/objects';
import { missing, refused } from '@alzette/kit/problems';
import { answer, type Handlers } from '@alzette/kit/serve';
import type { FastifyRequest } from 'fastify';
import { poissonInterval } from '../chance/poisson.ts';
import type { IndicatorContract } from '../contract/contract.ts';
import type { Indicator, IndicatorShown, IndicatorValue } from '../contract/indicator.ts';
import type { Library } from '../library/library.ts';
import type { DecisionParts } from '../parts.ts';
import { type KpiSeries, readSeries } from '../statistics/kpi-entities.ts';
import type { DocumentRows } from '../stored/document-rows.ts';
import { saveDocument } from '../stored/save.ts';
import { checkIndicator, WHOLE } from './compute-indicators.ts';
import { indicatorsOf } from './indicator-jobs.ts';

/** Below this count, chance moves a rate more than anything that was done. */
const SMALL_COUNT = 20;
const MOST_COUNTED = 100_000;

/** `/decisions/indicators`: the catalogue, and what each indicator is in the communes that the reader may see. */
export function indicatorHandlers(
  parts: DecisionParts,
  library: Library,
  rows: DocumentRows<Indicator>,
  computeSoon: (tenant: string) => Promise<void>,
): Handlers<IndicatorContract> {
  const { db, clientOf, context, territories } = parts;
  const read = (request: FastifyRequest, id?: string) =>
    readSeries({ client: clientOf(request), tenant: request.tenant, context }, 'indicator', id);
  const versionsOf = async (tenant: string) =>
    new Map((await rows.list(db, tenant)).map(({ id, version }) => [id, version]));
  const shownOf = (
    tenant: string,
    [id, indicator]: readonly [string, Indicator],
    series: readonly KpiSeries[],
    version: number | undefined,
  ): IndicatorShown => {
    const own = series.filter(({ product }) => product === id);
    const valuesOf = (area: string) =>
      (own.find((each) => each.area === area)?.values ?? []).map((v) => shown(indicator, v));
    return {
      id,
      ...(version !== undefined && { version }),
      indicator,
      sources: sourcesOf(indicator, library),
      territory: valuesOf(WHOLE),
      communes: territories.of(tenant).communes.map(({ slug, name }) => ({ slug, name, values: valuesOf(slug) })),
    };
  };
  return {
    list: {
      objects: BY_ENTITIES,
      async handle(request) {
        const { tenant } = request;
        const [all, series, versions] = await Promise.all([
          indicatorsOf(parts, library, rows, tenant),
          read(request),
          versionsOf(tenant),
        ]);
        return { indicators: [...all].map((each) => shownOf(tenant, each, series, versions.get(each[0]))) };
      },
    },
    one: {
      objects: BY_ENTITIES,
      async handle(request) {
        const { id } = request.params;
        const indicator = (await indicatorsOf(parts, library, rows, request.tenant)).get(id);
        if (indicator === undefined) throw missing('indicator', id);
        const version = (await versionsOf(request.tenant)).get(id);
        return shownOf(request.tenant, [id, indicator], await read(request, id), version);
      },
    },
    async save(request) {
      const { id } = request.params;
      if (library.indicators.has(id)) throw refused('id', id, 'the id of none of the indicators of the product');
      checkIndicator(request.body);
      checkStatistics(request.body, library);
      const given = { id, version: request.query.version, document: request.body, what: 'indicator' };
      const { kept, isNew } = await saveDocument(parts, rows, request, given);
      await computeSoon(request.tenant);
      return isNew ? answer(201, { version: kept.version }) : answer(200, { version: kept.version });
    },
    async remove({ tenant, params: { id } }) {
      if ((await rows.find(db, tenant, id)) === undefined) throw missing('indicator', id);
      await rows.remove(db, tenant, id);
    },
    async compute({ tenant }) {
      await computeSoon(tenant);
    },
  };
}

function checkStatistics({ inputs }: Indicator, { flows }: Library): void {
  for (const [name, { statistic }] of Object.entries(inputs)) {
    if (statistic === undefined) continue;
    const flow = flows.get(statistic.flow);
    if (flow === undefined)
      throw refused(`inputs.${name}.statistic.flow`, statistic.flow, `one of ${[...flows.keys()].join(', ')}`);
    const known = flow.variables.map(({ id }) => id);
    if (!known.includes(statistic.variable))
      throw refused(`inputs.${name}.statistic.variable`, statistic.variable, `one of ${known.join(', ')}`);
  }
}

/** With the interval that chance alone explains, if it counts events. */
function shown({ isCount, per = 1 }: Indicator, value: KpiSeries['values'][number]): IndicatorValue {
  const { numerator, denominator } = value;
  if (!isCount || numerator === undefined || numerator > MOST_COUNTED) return value;
  const { low, high } = poissonInterval(Math.round(numerator));
  const factor = per / (denominator ?? 1);
  return { ...value, low: low * factor, high: high * factor, isSmall: numerator < SMALL_COUNT };
}

function sourcesOf({ inputs }: Indicator, { flows }: Library): IndicatorShown['sources'] {
  const used = new Set(Object.values(inputs).flatMap(({ statistic }) => statistic?.flow ?? []));
  return [...used].flatMap((id) => {
    const flow = flows.get(id);
    if (flow === undefined) return [];
    const { title, publisher, licence, address } = flow;
    return [{ title, publisher, licence, address }];
  });
}
