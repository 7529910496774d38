import type { FastifyInstance } from 'fastify';
import type { Contexts } from '../../context/contexts.ts';
import { parseContextLink } from '../../context/link-header.ts';
import type { Queryable } from '../../database/database.ts';
import { MEASURES, STEPS } from '../../history/analysis/analysis.ts';
import { RecentAnalyses } from '../../history/analysis/recent-analyses.ts';
import { namedKeys } from '../answers/named-keys.ts';
import { sendJson } from '../answers/send-json.ts';
import { callerOf } from '../requests/caller.ts';
import { readAnalysis } from '../requests/territory/analysis-request.ts';

const TEXT = { type: 'string' } as const;
const TEXTS = { type: 'array', items: TEXT } as const;
const ENTITIES = { type: TEXT, q: TEXT, scopes: TEXTS } as const;
const BODY = {
  type: 'object',
  required: ['type'],
  properties: {
    ...ENTITIES,
    near: { type: 'object', required: ['type', 'metres'], properties: { ...ENTITIES, metres: { type: 'number' } } },
    group: {
      type: 'array',
      maxItems: 2,
      items: {
        type: 'object',
        required: ['by'],
        properties: {
          by: { enum: ['attribute', 'scope', 'type', 'entity'] },
          attribute: TEXT,
          path: TEXT,
          levels: { type: 'integer' },
        },
      },
    },
    measure: { type: 'object', required: ['kind'], properties: { kind: { enum: MEASURES }, attribute: TEXT } },
    over: {
      type: 'object',
      required: ['from', 'to'],
      properties: {
        from: { type: 'string', format: 'date-time' },
        to: { type: 'string', format: 'date-time' },
        step: { enum: STEPS },
        timeZone: TEXT,
      },
    },
    limit: { type: 'integer', maximum: 5000 },
  },
} as const;
const EXAMPLE = {
  type: 'ServiceRequest',
  near: { type: 'Streetlight', q: 'illuminanceLevel<=0.3', metres: 50 },
  group: [{ by: 'scope' }],
  measure: { kind: 'count' },
};
const ROW = {
  type: 'object',
  properties: {
    keys: { type: 'array', items: { type: ['string', 'null'] } },
    at: { type: ['string', 'null'], format: 'date-time' },
    value: { type: ['number', 'null'] },
    count: { type: 'integer' },
  },
} as const;

/** `/territory/analysis`: groups and aggregates entities, within the rights of the caller. */
export function analysisRoutes(
  app: FastifyInstance,
  { db, contexts }: { readonly db: Queryable; readonly contexts: Contexts },
): void {
  const recent = new RecentAnalyses(db);
  app.post(
    '/territory/analysis',
    {
      config: {
        access: 'read',
        objects: { by: 'entities' },
        openapi: {
          summary: 'Groups and aggregates entities by current values or over time, also by nearby entities',
          body: BODY,
          example: EXAMPLE,
          answer: { type: 'object', properties: { rows: { type: 'array', items: ROW }, isCut: { type: 'boolean' } } },
        },
      },
    },
    async (request, reply) => {
      const context = await contexts.resolve(parseContextLink(request.headers.link));
      const asked = readAnalysis(request.body, context);
      const answer = await recent.analyse(callerOf(request, request.tenant), asked);
      return sendJson(reply, namedKeys(answer, asked, context));
    },
  );
}
