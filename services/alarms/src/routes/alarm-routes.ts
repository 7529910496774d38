import { randomUUID } from 'node:crypto';
import { text } from '@alzette/kit/contract';
import { BY_ENTITIES } from '@alzette/kit/objects';
import { Problem } from '@alzette/kit/problems';
import { answer, type Handlers } from '@alzette/kit/serve';
import type { FastifyRequest } from 'fastify';
import { actOnAlarm } from '../actions/act-on-alarm.ts';
import { raiseByHand } from '../actions/raise-by-hand.ts';
import type { Alarm } from '../alarm/alarm.ts';
import { checkLink } from '../alarm/person-acts.ts';
import { type ActOutcome, type AlarmContract, SEVERITIES, STATUSES } from '../contract/contract.ts';
import type { AlarmParts } from '../parts.ts';
import { readJournal } from '../records/journal.ts';
import { visibleEntity } from '../records/perform.ts';
import { loadRecords } from '../records/records.ts';
import { actorOf } from './actor-of.ts';
import { type Filters, queryOf } from './alarm-query.ts';
import { outcomeOf } from './outcome.ts';
import { mayReadWhole } from './whole.ts';

const KEY = text({ max: 128, pattern: /^[\w.:-]+$/, expected: 'letters, digits, ".", ":", "_" and "-"' });

/** `/alarms`: alarms, and the acts of people on them. */
export function alarmHandlers(parts: AlarmParts): Handlers<AlarmContract> {
  return { ...listHandlers(parts), ...oneAlarmHandlers(parts), ...actHandlers(parts) };
}

function listHandlers(parts: AlarmParts): Handlers<AlarmContract, 'list' | 'counts'> {
  const { context } = parts.alarms;
  return {
    list: {
      objects: BY_ENTITIES,
      async handle(request) {
        const { limit, offset } = request.query;
        const { tenant, client } = actorOf(parts, request);
        const { entities, count } = await client.queryEntities({
          ...queryOf(request.query, new Date()),
          orderBy: 'dateIssued;desc',
          format: 'simplified',
          tenant,
          context,
          limit,
          offset,
          count: true,
        });
        return { alarms: entities, count: count ?? entities.length };
      },
    },
    counts: {
      objects: BY_ENTITIES,
      async handle(request) {
        const { scope } = request.query;
        const { tenant, client } = actorOf(parts, request);
        const now = new Date();
        const counted = async <Name extends string>(names: readonly Name[], filtersOf: (name: Name) => Filters) => {
          const count = async (name: Name) => {
            const query = { ...queryOf({ ...filtersOf(name), scope }, now), tenant, context };
            return (await client.queryEntities({ ...query, limit: 1, count: true })).count ?? 0;
          };
          return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await count(name)] as const)));
        };
        return {
          status: await counted(STATUSES, (name) => ({ status: [name] })),
          severity: await counted(SEVERITIES, (name) => ({ severity: [name] })),
          overdue: await counted(['acknowledge', 'resolve'], (name) => ({ overdue: name })),
        };
      },
    },
  };
}

function oneAlarmHandlers(parts: AlarmParts): Handlers<AlarmContract, 'raise' | 'one'> {
  const { db, alarms, publicUrl } = parts;
  return {
    raise: {
      objects: BY_ENTITIES,
      async handle(request, reply) {
        const { kept, isNew } = await raiseByHand(parts, actorOf(parts, request), request.body);
        reply.header('location', `${publicUrl}/alarms/${encodeURIComponent(kept.id)}`);
        return answer(isNew ? 201 : 200, { id: kept.id });
      },
    },
    one: {
      objects: BY_ENTITIES,
      async handle(request) {
        const { id } = request.params;
        const actor = actorOf(parts, request);
        const alarm = await visibleEntity(alarms, actor, id);
        const record = (await loadRecords<Alarm>(db, actor.tenant, alarms.name, [id])).get(id);
        if (!(await mayReadWhole(request, alarms, id, record))) return { alarm, journal: [], hidden: ['journal'] };
        return { alarm, journal: await readJournal(db, actor.tenant, id) };
      },
    },
  };
}

function actHandlers(parts: AlarmParts): Handlers<AlarmContract, 'act' | 'actOnSeveral'> {
  return {
    act: {
      objects: BY_ENTITIES,
      async handle(request) {
        checkLink(request.body);
        const { id } = request.params;
        const { kept, isChanged } = await actOnAlarm(parts, actorOf(parts, request), id, request.body, keyOf(request));
        return { isChanged, version: kept.version };
      },
    },
    actOnSeveral: {
      objects: BY_ENTITIES,
      async handle(request) {
        const { alarms, act } = request.body;
        checkLink(act);
        const actor = actorOf(parts, request);
        const key = keyOf(request) ?? randomUUID();
        const results: (ActOutcome & { readonly alarm: string })[] = [];
        for (const alarm of alarms) {
          results.push({ alarm, ...(await outcomeOf(() => actOnAlarm(parts, actor, alarm, act, key))) });
        }
        return { results };
      },
    },
  };
}

/** @throws Problem 400 */
function keyOf({ headers }: FastifyRequest): string | undefined {
  const given = headers['idempotency-key'];
  if (given === undefined) return undefined;
  const key = KEY.parse(String(given));
  if (key === undefined)
    throw new Problem(400, 'The request is not valid', `Idempotency-Key: expected ${KEY.expected}`);
  return key;
}
