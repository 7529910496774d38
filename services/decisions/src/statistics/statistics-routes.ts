import { BY_ENTITIES, documents, forEveryone } from '@alzette/kit/objects';
import { refused } from '@alzette/kit/problems';
import type { Handlers } from '@alzette/kit/serve';
import type { StatisticsContract } from '../contract/contract.ts';
import type { Library } from '../library/library.ts';
import type { DecisionParts } from '../parts.ts';
import { STATISTICS_FILE } from '../stored/kinds.ts';
import type { Importer } from './import.ts';
import { listImports, replaceMoves } from './import-rows.ts';
import { readMoves } from './moves.ts';
import { readStatistics } from './read-statistics.ts';

/** `/decisions/statistics`: files that are read by flows, and what they say of places. */
export function statisticsHandlers(
  parts: DecisionParts,
  library: Library,
  importer: Importer,
): Handlers<StatisticsContract> {
  const { db, clientOf, context, territories, authorOf } = parts;
  const files = documents(STATISTICS_FILE, async () => [{}]);
  return {
    flows: {
      objects: forEveryone('flows come with the product'),
      handle: () => ({ flows: [...library.flows].map(([id, flow]) => ({ id, flow })) }),
    },
    statistics: {
      objects: BY_ENTITIES,
      async handle(request) {
        const { flow, variable } = request.query;
        const asked = { client: clientOf(request), tenant: request.tenant, context };
        const only = flow !== undefined && variable !== undefined ? { flow, variable } : undefined;
        const series = await readStatistics(asked, library, territories.of(request.tenant), only);
        return { series: series.filter((each) => flow === undefined || each.flow === flow) };
      },
    },
    imports: {
      objects: documents(STATISTICS_FILE, async () => [{}], 'write'),
      handle: async ({ tenant }) => ({ imports: await listImports(db, tenant) }),
    },
    importFile: {
      objects: files,
      async handle(request) {
        const { flow, vintage, period } = request.query;
        const id = await importer.take(request.tenant, {
          flow,
          vintage,
          bytes: bytesOf(request.body),
          author: authorOf(request),
          ...(period !== undefined && { period: String(period) }),
        });
        const kept = (await listImports(db, request.tenant)).find((each) => each.id === id);
        if (kept === undefined) throw new Error(`the import ${id} was not kept`);
        return kept;
      },
    },
    communeMoves: {
      objects: files,
      async handle({ tenant, body }) {
        const moves = readList(bytesOf(body).toString('utf8'));
        await db.transaction((tx) => replaceMoves(tx, tenant, moves));
        return { moves: moves.length };
      },
    },
  };
}

function readList(text: string) {
  try {
    return readMoves(text);
  } catch (cause) {
    throw refused('file', text.slice(0, 60), cause instanceof Error ? cause.message : 'a list of communes');
  }
}

function bytesOf(body: unknown): Buffer {
  if (!Buffer.isBuffer(body) || body.length === 0) throw refused('file', undefined, 'a CSV file as the body');
  return body;
}
