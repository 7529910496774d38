import { bodyReader } from '@alzette/kit/bodies';
import { object, Type } from '@alzette/kit/contract';
import { BY_ENTITIES, readable } from '@alzette/kit/objects';
import type { Handlers } from '@alzette/kit/serve';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { BODY_LIMIT, type ParkContract, words } from '../contract/contract.ts';
import { InvalidInput } from '../input/invalid-input.ts';
import { refreshPark } from '../measure/night-jobs.ts';
import { qualityOf } from '../park/data-quality.ts';
import { importPark } from '../park/import-park.ts';
import { readPointsCsv, writePointsCsv } from '../park/light-point-csv.ts';
import { readPointsGeoJson, writePointsGeoJson } from '../park/light-point-geojson.ts';
import { readPointsTalq } from '../park/light-point-talq.ts';
import { COLUMNS } from '../park/park-columns.ts';
import { readPoints } from '../park/point-entities.ts';
import { readLamps } from '../park/read-park.ts';
import type { LightingParts } from '../parts.ts';
import { strategyKind } from '../strategies/strategy-kind.ts';
import { listStrategies } from '../strategies/strategy-rows.ts';
import { talqExport } from './talq-export.ts';

/** Lets a scope parse files of light points that are not JSON, as texts. */
export function readParkFiles(scope: FastifyInstance): void {
  for (const type of ['text/csv', 'application/geo+json']) {
    scope.addContentTypeParser(type, { parseAs: 'string', bodyLimit: BODY_LIMIT }, (_request, body, done) =>
      done(null, body),
    );
  }
}

export function parkHandlers(parts: LightingParts): Handlers<ParkContract> {
  const as = (request: FastifyRequest) => ({
    client: parts.clientOf(request),
    context: parts.context,
    tenant: request.tenant,
  });
  return {
    import: {
      objects: BY_ENTITIES,
      async handle(request) {
        const { apply, columns } = request.query;
        const points = readFile(request, columns === undefined ? {} : readColumns(columns));
        const report = await importPark(as(request), parts.territories.of(request.tenant), points, apply);
        if (apply) await refreshPark(parts, request.tenant);
        return report;
      },
    },
    export: {
      objects: BY_ENTITIES,
      async handle(request, reply) {
        const { format } = request.query;
        const points = await readPoints(as(request));
        if (format === 'geojson') {
          reply.type('application/geo+json');
          return JSON.stringify(writePointsGeoJson(points));
        }
        if (format === 'talq') {
          const strategies = await listStrategies(parts.db, request.tenant);
          reply.type('application/json; charset=utf-8');
          return JSON.stringify(talqExport(points, await readable(request, strategyKind(parts), strategies)));
        }
        reply.header('content-disposition', 'attachment; filename="eclairage-exterieur.csv"');
        return writePointsCsv(points);
      },
    },
    quality: {
      objects: BY_ENTITIES,
      handle: async (request) => qualityOf(await readLamps(as(request))),
    },
  };
}

function readFile(request: Pick<FastifyRequest, 'body' | 'headers'>, columns: Readonly<Record<string, string>>) {
  const { body } = request;
  const type = request.headers['content-type']?.split(';')[0];
  if (type === 'text/csv') return readPointsCsv(String(body), columns);
  if (typeof body === 'string') {
    try {
      return readPointsGeoJson(JSON.parse(body), columns);
    } catch (cause) {
      if (cause instanceof SyntaxError) throw new InvalidInput('body', body.slice(0, 100), 'GeoJSON');
      throw cause;
    }
  }
  if (type === 'application/json') return isTalq(body) ? readPointsTalq(body) : readPointsGeoJson(body, columns);
  throw new InvalidInput('Content-Type', type, 'text/csv, application/geo+json or application/json');
}

function isTalq(body: unknown): boolean {
  return Array.isArray(body) || (typeof body === 'object' && body !== null && 'devices' in body);
}

const readNames = bodyReader<{ readonly columns: Record<string, string> }>(
  object({ columns: object(Object.fromEntries(COLUMNS.map(({ header }) => [header, Type.Optional(words())]))) }),
);

/** The file's names for our columns, `{"puissance": "puissance_active"}`. */
function readColumns(text: string): Record<string, string> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new InvalidInput('columns', text, 'a JSON object of column names');
  }
  return readNames({ columns: parsed }).columns;
}
