import { BY_ENTITIES, readable } from '@alzette/kit/objects';
import { operation } from '@alzette/kit/routes';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { InvalidInput } from '../input/invalid-input.ts';
import { readChoice, readObject, readText } from '../input/read.ts';
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

const BODY_LIMIT = 32 * 1024 * 1024;
const YES_NO = ['true', 'false'] as const;
const FORMATS = ['eclext', 'geojson', 'talq'] as const;

/** `/park`: import and export of lamps, and the quality of their data. */
export function parkRoutes(scope: FastifyInstance, parts: LightingParts): void {
  for (const type of ['text/csv', 'application/geo+json']) {
    scope.addContentTypeParser(type, { parseAs: 'string', bodyLimit: BODY_LIMIT }, (_request, body, done) =>
      done(null, body),
    );
  }
  const as = (request: FastifyRequest) => ({
    client: parts.clientOf(request),
    context: parts.context,
    tenant: request.tenant,
  });

  scope.post<{ Querystring: { apply?: string; columns?: string } }>(
    '/park/import',
    operation({
      access: 'write',
      objects: BY_ENTITIES,
      summary:
        'Compares a file of light points (EclExt CSV, GeoJSON or TALQ devices) with the park; apply=true writes the differences',
      bodyLimit: BODY_LIMIT,
    }),
    async (request) => {
      const { apply = 'false', columns } = request.query;
      const isApplied = readChoice(apply, 'apply', YES_NO) === 'true';
      const points = readFile(request, columns === undefined ? {} : readColumns(columns));
      const report = await importPark(as(request), parts.territory, points, isApplied);
      if (isApplied) await refreshPark(parts, request.tenant);
      return report;
    },
  );

  scope.get<{ Querystring: { format?: string } }>(
    '/park/export',
    operation({ access: 'read', objects: BY_ENTITIES, summary: 'The park as EclExt CSV, GeoJSON or TALQ' }),
    async (request, reply) => {
      const format = readChoice(request.query.format ?? 'eclext', 'format', FORMATS);
      const points = await readPoints(as(request));
      if (format === 'geojson') return reply.type('application/geo+json').send(writePointsGeoJson(points));
      if (format === 'talq') {
        const strategies = await listStrategies(parts.db, request.tenant);
        return talqExport(points, await readable(request, strategyKind(parts), strategies));
      }
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="eclairage-exterieur.csv"')
        .send(writePointsCsv(points));
    },
  );

  scope.get(
    '/park/quality',
    operation({
      access: 'read',
      objects: BY_ENTITIES,
      summary: 'Gaps in the data of the lamps, and lamps above 3,000 K',
    }),
    async (request) => qualityOf(await readLamps(as(request))),
  );
}

function readFile(request: FastifyRequest, columns: Readonly<Record<string, string>>) {
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

/** The file's names for our columns, `{"puissance": "puissance_active"}`. */
function readColumns(text: string): Record<string, string> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new InvalidInput('columns', text, 'a JSON object of column names');
  }
  const given = readObject(
    parsed,
    'columns',
    COLUMNS.map(({ header }) => header),
  );
  return Object.fromEntries(Object.entries(given).map(([name, header]) => [name, readText(header, `columns.${name}`)]));
}
