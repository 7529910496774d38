import { createHash } from 'node:crypto';
import { refused } from '@alzette/kit/problems';
import type { CommuneInfo, Territories, TerritoryInfo } from '@alzette/kit/service';
import type { Flow } from '../contract/statistics.ts';
import type { Library } from '../library/library.ts';
import type { DecisionParts } from '../parts.ts';
import { endImport, keepImport, PRODUCT, readMovesOf, waitingImport } from './import-rows.ts';
import { type KpiWritten, WriteRefused, writeSeries } from './kpi-entities.ts';
import type { Ground, Observation } from './observation.ts';
import { READ_STATISTICS } from './read-task.ts';

export interface FileToImport {
  readonly flow: string;
  readonly bytes: Buffer;
  readonly vintage: number;
  readonly period?: string | undefined;
  /** A result of `authorOf`; `product`: the product itself, for its demo. */
  readonly author: object | null | typeof PRODUCT;
  readonly signal?: AbortSignal | undefined;
}

export interface Importer {
  /** Reads a file, and has it written soon. @returns the id of the import. @throws Problem 400, 422 */
  take(tenant: string, file: FileToImport): Promise<string>;
  /** Writes an import with the rights that its author has now. */
  write(tenant: string, id: string, signal: AbortSignal): Promise<object>;
}

export function createImporter(
  parts: DecisionParts,
  { flows }: Library,
  enqueue: (tenant: string, id: string, tx: Parameters<typeof keepImport>[0]) => Promise<void>,
): Importer {
  const { db, compute, territories, context } = parts;
  return {
    async take(tenant, { flow: name, bytes, vintage, period, author, signal }) {
      const flow = flows.get(name);
      if (flow === undefined) throw refused('flow', name, `one of ${[...flows.keys()].join(', ')}`);
      const ground = { communes: await groundOf(territories, tenant), moves: await readMovesOf(db, tenant) };
      const given = { flow, bytes, vintage, ...(period !== undefined && { period }), ground };
      const read = await compute.run(READ_STATISTICS, given, { tenant, signal });
      if ('fault' in read) throw refused('file', `${bytes.length} bytes`, read.fault);
      const id = hashOf(name, vintage, period ?? '', JSON.stringify(ground.moves), bytes);
      await db.transaction(async (tx) => {
        await keepImport(tx, tenant, { id, flow: name, vintage, author, ...read });
        await enqueue(tenant, id, tx);
      });
      return id;
    },
    async write(tenant, id, signal) {
      const waiting = await waitingImport(db, tenant, id);
      const flow = flows.get(waiting?.flow ?? '');
      if (waiting === undefined || flow === undefined) return { series: 0 };
      const all = seriesOf(waiting.flow, flow, waiting, territories.of(tenant));
      try {
        const { author } = waiting;
        const client = author === PRODUCT ? parts.client : parts.clientAs(author);
        await writeSeries({ client, tenant, context }, all, signal);
      } catch (cause) {
        if (!(cause instanceof WriteRefused)) throw cause;
        await endImport(db, tenant, id, cause.message.slice(0, 500));
        return { series: 0 };
      }
      await endImport(db, tenant, id, 'done');
      return { series: all.length };
    },
  };
}

function hashOf(...parts: readonly (string | number | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(typeof part === 'number' ? String(part) : part).update('\0');
  return hash.digest('hex').slice(0, 32);
}

async function groundOf(territories: Territories, tenant: string): Promise<Ground['communes']> {
  const { boundaries } = await territories.shapes(tenant);
  return territories.of(tenant).communes.flatMap(({ slug, code, name }) => {
    if (code === undefined) return [];
    const boundary = boundaries.get(slug);
    const polygons =
      boundary === undefined ? [] : boundary.type === 'Polygon' ? [boundary.coordinates] : boundary.coordinates;
    return [{ code, name, rings: polygons.map(([ring = []]) => ring) }];
  });
}

function seriesOf(
  id: string,
  flow: Flow,
  { observations, vintage }: { readonly observations: readonly Observation[]; readonly vintage: number },
  { communes }: TerritoryInfo,
): KpiWritten[] {
  const communeOf = (code: string | undefined): CommuneInfo | undefined => communes.find((each) => each.code === code);
  const groups = Map.groupBy(observations, ({ variable, code }) => `${variable} ${code}`);
  return [...groups.values()].flatMap((own) => {
    const [first] = own;
    const variable = flow.variables.find(({ id: of }) => of === first?.variable);
    if (first === undefined || variable === undefined) return [];
    const commune = communeOf(first.commune ?? first.code);
    const place = commune?.code === first.code ? commune.name : first.code;
    return [
      {
        process: 'statistic',
        product: `${id}/${variable.id}`,
        area: first.code,
        name: `${variable.title.fr}, ${place}`,
        provider: flow.publisher,
        vintage,
        ...(commune && { scope: commune.scope }),
        values: own.map(({ period, value, status }) => ({ period, status, ...(value !== undefined && { value }) })),
      },
    ];
  });
}
