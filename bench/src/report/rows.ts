import { benchEntity, entityId, TYPE } from '../bench-entity.ts';
import type { Load } from '../load/load.ts';

type Request = Load['request'];

/** One row of the report: one of our operations, compared with the minimum work for the same. */
export interface Row {
  readonly name: string;
  readonly unit: string;
  /** Items per request, e.g. the entities of a batch. */
  readonly perRequest?: number;
  /** The required state; rows with the same state are measured together. */
  readonly needs: 'nothing' | 'entities' | 'indexes';
  readonly ours: Request;
  /** The bare route for the same work. */
  readonly bare: Request;
  /** The bare route that groups waiting requests into one statement. */
  readonly batched?: Request;
  /** A file of bench/pgbench. */
  readonly raw?: string;
  readonly must: Goal;
  readonly stretch: Goal;
}

export interface Goal {
  readonly of: 'bare' | 'batched' | 'raw';
  readonly times: number;
}

const API = '/ngsi-ld/v1';
const BATCH = 100;

// Ids of created entities continue from run to run.
let created = 1_000_000;
let value = 0;

// Longer than 80 lines: a list of what is measured.
/** The rows, whose loads use this number of entities. */
export function rowsFor(entities: number): Row[] {
  const lamp = (n: number) => entityId((n * 7919) % entities);
  const get =
    (path: (n: number) => string): Request =>
    (n) => ({ method: 'GET', path: path(n) });
  const post =
    (path: string): Request =>
    () => ({ method: 'POST', path, body: JSON.stringify(benchEntity(created++)) });
  const patch =
    (path: string): Request =>
    (n) => ({
      method: 'PATCH',
      path: `${path}/entities/${lamp(n)}/attrs/power`,
      body: `{"value":${++value}}`,
    });
  const upsert =
    (path: string): Request =>
    (n) => {
      const items = Array.from({ length: BATCH }, (_, index) => benchEntity((n * BATCH + index) % entities));
      return { method: 'POST', path, body: JSON.stringify(items) };
    };
  const query = (rest: string, limit: number) => `${API}/entities?type=${TYPE}&limit=${limit}${rest}`;
  const q = (text: string, limit: number) => query(`&q=${encodeURIComponent(text)}`, limit);
  const street = (n: number) => `Rue ${(n * 31) % Math.max(1, entities / 100)}`;
  const energy = (n: number) => (n * 7919) % (entities - 20);
  // In the middle of the grid of entities.
  const x = (n: number) => (5.905 + ((n * 37) % 90) / 1000).toFixed(4);
  const y = (n: number) => (49.405 + ((n * 23) % Math.max(1, entities / 1000 - 10)) / 1000).toFixed(4);
  const near = (limit: number, metres: number): Pick<Row, 'ours' | 'bare'> => ({
    ours: get((n) =>
      query(`&georel=near;maxDistance==${metres}&geometry=Point&coordinates=%5B${x(n)},${y(n)}%5D`, limit),
    ),
    bare: get((n) => `/queries/near?values=${x(n)},${y(n)},${metres},${limit}`),
  });
  const half = { of: 'raw', times: 0.5 } as const;
  const most = { of: 'raw', times: 0.7 } as const;

  return [
    {
      name: 'create',
      unit: 'entities',
      needs: 'nothing',
      ours: post(`${API}/entities`),
      bare: post('/entities'),
      batched: post('/batched/entities'),
      must: { of: 'bare', times: 1 },
      stretch: { of: 'batched', times: 0.7 },
    },
    {
      name: 'retrieve by id',
      unit: 'requests',
      needs: 'entities',
      ours: get((n) => `${API}/entities/${lamp(n)}`),
      bare: get((n) => `/entities/${lamp(n)}`),
      raw: 'retrieve.sql',
      must: { of: 'bare', times: 0.6 },
      stretch: { of: 'bare', times: 1 },
    },
    {
      name: 'partial update of one attribute',
      unit: 'updates',
      needs: 'entities',
      ours: patch(API),
      bare: patch(''),
      batched: patch('/batched'),
      raw: 'update-with-history.sql',
      must: { of: 'raw', times: 1 },
      stretch: { of: 'batched', times: 0.7 },
    },
    {
      name: `batch upsert of ${BATCH}`,
      unit: 'entities',
      perRequest: BATCH,
      needs: 'entities',
      ours: upsert(`${API}/entityOperations/upsert`),
      bare: upsert('/upsert'),
      raw: 'upsert-100.sql',
      must: { of: 'raw', times: 0.25 },
      stretch: { of: 'raw', times: 0.4 },
    },
    {
      name: 'query by type, limit 20',
      unit: 'requests',
      needs: 'indexes',
      ours: get(() => query('', 20)),
      bare: get((n) => `/queries/page?values=${lamp(n)}`),
      raw: 'page-by-type.sql',
      must: { of: 'raw', times: 0.3 },
      stretch: { of: 'raw', times: 0.5 },
    },
    {
      name: 'q equality, 100 hits',
      unit: 'requests',
      needs: 'indexes',
      ours: get((n) => q(`street=="${street(n)}"`, 100)),
      bare: get((n) => `/queries/equality?values=${encodeURIComponent(street(n))}`),
      raw: 'equality-100.sql',
      must: half,
      stretch: most,
    },
    {
      name: 'q range, 20 hits',
      unit: 'requests',
      needs: 'indexes',
      ours: get((n) => q(`energy>=${energy(n)};energy<${energy(n) + 20}`, 20)),
      bare: get((n) => `/queries/range?values=${energy(n)}`),
      raw: 'range-20.sql',
      must: half,
      stretch: most,
    },
    {
      name: 'near, 100 hits',
      unit: 'requests',
      needs: 'indexes',
      ...near(100, 160),
      raw: 'near-100.sql',
      must: half,
      stretch: most,
    },
    {
      name: 'near, 20 hits',
      unit: 'requests',
      needs: 'indexes',
      ...near(20, 71),
      raw: 'near-20.sql',
      must: half,
      stretch: most,
    },
  ];
}
