import { BY_ENTITIES, judgeOf } from '@alzette/kit/objects';
import { operation } from '@alzette/kit/routes';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { optional, readText } from '../input/read.ts';
import { type Anomaly, lastNight } from '../measure/night-rows.ts';
import { readableFindings } from '../measure/readable-figures.ts';
import type { LightingParts } from '../parts.ts';
import { lampStates, lastingEvents } from './lamp-states.ts';

/** The TALQ events of anomalies found in the nights; other anomalies have none. */
const EVENT_OF: Partial<Record<Anomaly['kind'], string>> = {
  dayBurner: 'lampUnexpectedOn',
  tooMuch: 'lampPowerTooHigh',
  tooLittle: 'lampPowerTooLow',
  silent: 'communicationFailure',
};

/** `/lamps`: the state of lamps for the operator; `/defects`: the number of defects of each kind. */
export function supervisionRoutes(scope: FastifyInstance, parts: LightingParts): void {
  const { db, context } = parts;
  const as = (request: FastifyRequest) => ({ client: parts.clientOf(request), context, tenant: request.tenant });

  scope.get<{ Querystring: { commune?: string } }>(
    '/lamps',
    operation({
      access: 'read',
      objects: BY_ENTITIES,
      summary: 'The lamps with their current state and lasting TALQ events',
    }),
    async (request) => {
      const commune = optional<string | undefined>(request.query.commune, undefined, (text) =>
        readText(text, 'commune'),
      );
      return { lamps: await lampStates(as(request), commune === undefined ? {} : { scopeQ: `/${commune}` }) };
    },
  );

  scope.get(
    '/defects',
    operation({
      access: 'read',
      objects: BY_ENTITIES,
      summary: 'The lasting TALQ events: reported ones, and those detected from nights',
    }),
    async (request) => {
      const { tenant } = request;
      const night = await lastNight(db, tenant);
      const [lamps, all, findings] = await Promise.all([
        lampStates(as(request)),
        lastingEvents(as(request)),
        night === undefined ? NOTHING : readableFindings(db, tenant, night, judgeOf(request)),
      ]);
      const found = new Map<string, Set<string>>();
      const add = (event: string, id: string) => found.set(event, (found.get(event) ?? new Set()).add(id));
      for (const { id, events } of lamps) for (const event of events) add(event, id);
      for (const [id, events] of all)
        if (id.includes(':StreetlightControlCabinet:')) for (const event of events) add(event, id);
      for (const { lamp, kind } of findings.lamps) if (EVENT_OF[kind]) add(EVENT_OF[kind], lamp);
      for (const { cabinet, kind } of findings.cabinets) if (kind === 'silent') add('communicationFailure', cabinet);
      const defects = [...found].map(([event, ids]) => ({
        event,
        count: ids.size,
        ids: [...ids].slice(0, MAX_SHOWN),
      }));
      return { night, lamps: lamps.length, defects: defects.sort((a, b) => b.count - a.count) };
    },
  );
}

const MAX_SHOWN = 200;
const NOTHING = { lamps: [], cabinets: [] };
