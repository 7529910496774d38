import { Agent, request as send } from 'undici';
import type { Load } from '../load/load.ts';
import { postJson } from '../seed.ts';
import { measures, oxygen, relationOf, SAID, station, stationId, stationType } from './station.ts';

/** One of Stellio's published measurements, repeated here. */
interface StellioWorkload {
  readonly name: string;
  /**
   * Requests per second that Stellio reached on 8 virtual cores, with the load on a second machine; the best of its
   * runs.
   */
  readonly published: number;
  /** The numbers of virtual users, if not only ten. */
  readonly users?: readonly number[];
  prepare(url: string): Promise<void>;
  request: Load['request'];
}

const API = '/ngsi-ld/v1';
const CHUNK = 200;
const FEW_AND_MANY = [10, 50];
const AGGREGATES = ['totalCount', 'distinctCount', 'sum', 'avg', 'min', 'max', 'stddev', 'sumsq'];
const OBSERVED = ['ammonium', 'waterTemperature', 'dissolvedOxygen'];

/** Separates the entities of runs. */
const run = Date.now().toString(36);
/** Aggregations start here: the initial measurements of the entities have earlier times. */
const since = new Date().toISOString();
let created = 0;

const updated = `U${run}`;
const UPDATED = 1000;

export const STELLIO_WORKLOADS: readonly StellioWorkload[] = [
  {
    name: 'create',
    published: 241,
    users: FEW_AND_MANY,
    prepare: async () => undefined,
    request: () => post('/entities', station(`C${run}`, created++, 1, 10)),
  },
  {
    name: `partial update of one attribute, ${UPDATED} entities`,
    published: 417,
    users: FEW_AND_MANY,
    prepare: (url) => fill(url, updated, UPDATED, 1, 10),
    request: () => ({
      method: 'PATCH',
      path: `${API}/entities/${stationId(updated, below(UPDATED))}/attrs/dissolvedOxygen`,
      body: JSON.stringify(oxygen(new Date().toISOString())),
    }),
  },
  {
    name: `update of three attributes (five instances), ${UPDATED} entities`,
    published: 197,
    users: FEW_AND_MANY,
    prepare: (url) => fill(url, updated, UPDATED, 1, 10),
    request: () => update(stationId(updated, below(UPDATED))),
  },
  ...queries(1000, 5),
  ...queries(10_000, 10),
  ...queries(100_000, 10),
  temporal(1000, 137),
  temporal(10_000, 86),
  temporal(100_000, 42),
];

/** Two properties, and a property with a relationship. */
function queries(entities: number, types: number): StellioWorkload[] {
  const set = `Q${entities}${run}`;
  const networks = 10;
  const conditions = Object.entries(SAID).map(([name, value]) => `${name}=="${value}"`);
  const prepare = (url: string) => fill(url, set, entities, types, networks);
  const query = (other: () => string): Load['request'] => {
    return () => {
      const q = `${OBSERVED[below(3)]}>${below(101)};${other()}`;
      const path = `${API}/entities?type=${stationType(set, below(types))}&q=${encodeURIComponent(q)}`;
      return { method: 'GET', path };
    };
  };
  const among = `${entities.toLocaleString('en')} entities of ${types} types`;
  return [
    {
      name: `q of two properties, ${among}`,
      published: 33,
      prepare,
      request: query(() => conditions[below(3)] as string),
    },
    {
      name: `q of a property and a relationship, ${among}`,
      published: 36,
      prepare,
      request: query(() => `partOf==${relationOf(set, below(networks))}`),
    },
  ];
}

/** Ten entities with this number of instances in total. */
function temporal(instances: number, published: number): StellioWorkload {
  const entities = 10;
  const set = `T${instances}${run}`;
  return {
    name: `temporal aggregate by PT1S, 10 entities with ${instances.toLocaleString('en')} instances in all`,
    published,
    async prepare(url) {
      await fill(url, set, entities, 1, 1);
      const agent = new Agent({ connections: entities });
      const one = async (index: number) => {
        // Five instances per update.
        for (let done = 0; done < instances / entities / 5; done++) {
          const { method, path, body } = update(stationId(set, index));
          const options = {
            method,
            body: body ?? null,
            dispatcher: agent,
            headers: { 'content-type': 'application/json' },
          };
          await (await send(url + path, options)).body.dump();
        }
      };
      await Promise.all(Array.from({ length: entities }, (_, index) => one(index)));
      await agent.close();
    },
    request: () => ({
      method: 'GET',
      path:
        `${API}/temporal/entities/${stationId(set, below(entities))}?timerel=after&timeAt=${since}` +
        `&aggrMethods=${AGGREGATES[below(AGGREGATES.length)]}&aggrPeriodDuration=PT1S&options=aggregatedValues`,
    }),
  };
}

function update(id: string): ReturnType<Load['request']> {
  const body = JSON.stringify(measures(new Date().toISOString()));
  return { method: 'PATCH', path: `${API}/entities/${id}/attrs`, body };
}

function post(path: string, body: unknown): ReturnType<Load['request']> {
  return { method: 'POST', path: API + path, body: JSON.stringify(body) };
}

async function fill(url: string, set: string, entities: number, types: number, networks: number): Promise<void> {
  for (let start = 0; start < entities; start += CHUNK) {
    const length = Math.min(CHUNK, entities - start);
    const chunk = Array.from({ length }, (_, index) => station(set, start + index, types, networks));
    await postJson(`${url}${API}/entityOperations/upsert`, chunk);
  }
}

function below(bound: number): number {
  return Math.floor(Math.random() * bound);
}
