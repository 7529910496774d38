import { httpLoad } from '../load/http-load.ts';
import type { Counted } from '../load/measurement.ts';
import { FIGURE_WORKLOADS, figureSettings } from '../report/figures.ts';
import { loadOfRow } from '../report/measure-rows.ts';
import { reachState } from '../report/own-state.ts';
import { rowsFor } from '../report/rows.ts';
import { rest } from '../seed.ts';
import { STELLIO_WORKLOADS } from '../stellio/workloads.ts';
import type { OwnTarget } from '../target.ts';

const CONNECTIONS = 32;

/** One row of the report, measured on any of our products. */
export interface PairedRow {
  readonly name: string;
  /** What is compared: the rate, or the p95 of a load whose rate is fixed. */
  readonly compared: 'rate' | 'p95';
  /** Before the first run on a started product. */
  prepare(target: OwnTarget): Promise<void>;
  run(target: OwnTarget, turn: number): Promise<Counted>;
}

/** All rows of the report, in its order; the loads of the first ones use this number of entities. */
export function pairedRows(entities: number, seconds: number): PairedRow[] {
  const settings = figureSettings(seconds);
  const figures = Object.values(FIGURE_WORKLOADS);
  const paced: readonly unknown[] = [FIGURE_WORKLOADS.paced, FIGURE_WORKLOADS.uplinkPace];
  return [
    ...rowsFor(entities).map(
      (row): PairedRow => ({
        name: row.name,
        compared: 'rate',
        prepare: ({ url }) => reachState(url, row.needs, entities),
        run: ({ url }) => loadOfRow(row, { url, connections: CONNECTIONS, seconds, request: row.ours }),
      }),
    ),
    ...figures.map(
      (workload): PairedRow => ({
        name: workload.name,
        compared: paced.includes(workload) ? 'p95' : 'rate',
        prepare: async (target) => workload.prepare?.(target, settings),
        run: (target, turn) => workload.run(target, settings, turn),
      }),
    ),
    ...STELLIO_WORKLOADS.flatMap(({ name, users = [10], prepare, request }) =>
      users.map(
        (connections): PairedRow => ({
          name: `Stellio: ${name}, ${connections} connections`,
          compared: 'rate',
          async prepare({ url }) {
            await prepare(url);
            await rest();
          },
          run: ({ url }) => httpLoad({ url, connections, seconds, request }),
        }),
      ),
    ),
  ];
}
