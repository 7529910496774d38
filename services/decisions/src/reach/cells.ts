import type { LonLat } from '@alzette/ngsi-ld-schemas/geo';
import { type Asked, readSeries } from '../statistics/kpi-entities.ts';
import { middleOfCell } from './grid-cells.ts';

export interface PopulatedCell {
  readonly at: LonLat;
  readonly people: number;
  readonly isImputed: boolean;
}

const PRODUCT = 'insee-grid/cellPeople';

/** The inhabitants of 200 m cells that the client may read, of the latest year. */
export async function readCells(asked: Asked): Promise<PopulatedCell[]> {
  const series = await readSeries(asked, 'statistic', PRODUCT);
  return series.flatMap(({ area, values }) => {
    const at = middleOfCell(area);
    const last = values
      .toSorted((a, b) => a.period.localeCompare(b.period))
      .findLast(({ value }) => value !== undefined);
    if (at === undefined || last?.value === undefined) return [];
    return [{ at, people: last.value, isImputed: last.status === 'imputed' }];
  });
}
