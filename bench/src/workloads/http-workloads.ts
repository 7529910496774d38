import { benchEntity, entityId, TYPE } from '../bench-entity.ts';
import { httpLoad } from '../load/http-load.ts';
import { seed } from '../seed.ts';
import type { Workload } from '../workload.ts';

const API = '/ngsi-ld/v1';
const BATCH = 100;

// Ids of created entities continue from run to run.
let created = 1_000_000;

export const create: Workload = {
  name: 'create',
  unit: 'entities',
  run: ({ url }, { connections, seconds }) =>
    httpLoad({
      url,
      connections,
      seconds,
      request: () => ({ method: 'POST', path: `${API}/entities`, body: JSON.stringify(benchEntity(created++)) }),
    }),
};

export const partialUpdate: Workload = {
  name: 'partial update',
  unit: 'updates',
  prepare: (target, { entities }) => seed(target, entities),
  run: ({ url }, { connections, seconds, entities }, run) =>
    httpLoad({
      url,
      connections,
      seconds,
      request: (n) => ({
        method: 'PATCH',
        path: `${API}/entities/${entityId((n * 7919) % entities)}/attrs/power`,
        body: `{"value":${run * 1_000_000 + n},"observedAt":"${new Date().toISOString()}"}`,
      }),
    }),
};

export const retrieve: Workload = {
  name: 'retrieve',
  unit: 'requests',
  prepare: (target, { entities }) => seed(target, entities),
  run: ({ url }, { connections, seconds, entities }) =>
    httpLoad({
      url,
      connections,
      seconds,
      request: (n) => ({ method: 'GET', path: `${API}/entities/${entityId((n * 7919) % entities)}` }),
    }),
};

export const queryByType: Workload = {
  name: 'query by type, limit 20',
  unit: 'requests',
  prepare: (target, { entities }) => seed(target, entities),
  run: ({ url }, { connections, seconds }) =>
    httpLoad({
      url,
      connections,
      seconds,
      request: () => ({ method: 'GET', path: `${API}/entities?type=${TYPE}&limit=20` }),
    }),
};

export const batchUpsert: Workload = {
  name: `batch upsert of ${BATCH}`,
  unit: 'entities',
  prepare: (target, { entities }) => seed(target, entities),
  async run({ url }, { connections, seconds, entities }) {
    const measured = await httpLoad({
      url,
      connections: Math.min(connections, 8),
      seconds,
      request(n) {
        const items = Array.from({ length: BATCH }, (_, index) => benchEntity((n * BATCH + index) % entities));
        return { method: 'POST', path: `${API}/entityOperations/upsert`, body: JSON.stringify(items) };
      },
    });
    return { ...measured, perSecond: measured.perSecond * BATCH, answers: measured.answers * BATCH };
  },
};
