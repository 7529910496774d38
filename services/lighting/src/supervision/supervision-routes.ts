import { BY_ENTITIES, judgeOf } from '@alzette/kit/objects';
import type { Handlers } from '@alzette/kit/serve';
import type { FastifyRequest } from 'fastify';
import type { Anomaly, SupervisionContract } from '../contract/contract.ts';
import { lastNight } from '../measure/night-rows.ts';
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

const MAX_SHOWN = 200;
const NOTHING = { lamps: [], cabinets: [] };

export function supervisionHandlers(parts: LightingParts): Handlers<SupervisionContract, 'lamps' | 'defects'> {
  const { db, context } = parts;
  const as = (request: FastifyRequest) => ({ client: parts.clientOf(request), context, tenant: request.tenant });
  return {
    lamps: {
      objects: BY_ENTITIES,
      async handle(request) {
        const { commune } = request.query;
        return { lamps: await lampStates(as(request), commune === undefined ? {} : { scopeQ: `/${commune}` }) };
      },
    },
    defects: {
      objects: BY_ENTITIES,
      async handle(request) {
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
        return {
          ...(night !== undefined && { night }),
          lamps: lamps.length,
          defects: defects.sort((a, b) => b.count - a.count),
        };
      },
    },
  };
}
