import type { TerritoryInfo } from '@alzette/kit/service';
import type { Series } from '../contract/statistics.ts';
import type { Library } from '../library/library.ts';
import { type Asked, type KpiSeries, readSeries } from './kpi-entities.ts';

/** The statistics that the client may read, by variable, with their sums over the communes. */
export async function readStatistics(
  asked: Asked,
  { flows }: Library,
  territory: TerritoryInfo,
  only?: { readonly flow: string; readonly variable: string },
): Promise<Series[]> {
  const all = await readSeries(asked, 'statistic', only && `${only.flow}/${only.variable}`);
  const groups = Map.groupBy(all, ({ product }) => product);
  return [...groups].flatMap(([product, own]) => {
    const [flowId = '', variableId = ''] = product.split('/');
    const flow = flows.get(flowId);
    const variable = flow?.variables.find(({ id }) => id === variableId);
    if (flow === undefined || variable === undefined) return [];
    const { level } = flow.place;
    const nameOf = (code: string) => territory.communes.find((each) => each.code === code)?.name ?? code;
    return [
      {
        flow: flowId,
        variable: variableId,
        title: variable.title,
        unit: variable.unit,
        publisher: flow.publisher,
        licence: flow.licence,
        places: own
          .map(({ area, values, vintage }) => ({
            code: area,
            name: nameOf(area),
            level,
            ...(vintage !== undefined && { vintage }),
            values: values.map(({ period, value, status }) => ({
              period,
              status,
              ...(value !== undefined && { value }),
            })),
          }))
          .sort((a, b) => a.name.localeCompare(b.name)),
        sums: variable.isAddable && level === 'commune' ? sumsOf(own, territory.communes.length) : [],
      },
    ];
  });
}

/** A sum with a withheld part, or without one of the communes, has no bound. */
export function sumsOf(all: readonly KpiSeries[], communes: number): Series['sums'] {
  const periods = [...new Set(all.flatMap(({ values }) => values.map(({ period }) => period)))].sort();
  return periods.map((period) => {
    const values = all.flatMap((series) => series.values.find((each) => each.period === period)?.value ?? []);
    const isUnbounded = values.length < Math.max(communes, all.length);
    const sum = values.reduce((total, value) => total + value, 0);
    return { period, isUnbounded, known: values.length, ...(!isUnbounded && { value: sum }) };
  });
}
