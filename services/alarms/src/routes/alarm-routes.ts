import { randomUUID } from 'node:crypto';
import { bodyReader, object } from '@alzette/kit/bodies';
import { BY_ENTITIES } from '@alzette/kit/objects';
import { readPath, readQuery, text, uri } from '@alzette/kit/parameters';
import { Problem } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { ServiceContext } from '@alzette/kit/service';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { actOnAlarm } from '../acting/act-on-alarm.ts';
import { raiseByHand, readNewAlarm } from '../acting/raise-by-hand.ts';
import { type Alarm, STATUSES } from '../alarm/alarm.ts';
import { PERSON_ACT, readPersonAct } from '../alarm/person-acts.ts';
import type { AlarmParts } from '../parts.ts';
import { SEVERITIES } from '../ports.ts';
import { readJournal } from '../records/journal.ts';
import { visibleEntity } from '../records/perform.ts';
import { loadRecords } from '../records/records.ts';
import { actorOf } from './actor-of.ts';
import { FILTERS, queryOf } from './alarm-query.ts';
import { outcomeOf } from './outcome.ts';
import { PAGE } from './page.ts';
import { mayReadWhole } from './whole.ts';

const MAX_CONCURRENT = 200;
const ALARM_ID = { type: 'string', format: 'uri', maxLength: 500 };
const readBulk = bodyReader<{ alarms: readonly string[]; act: unknown }>(
  object(
    {
      alarms: { type: 'array', items: ALARM_ID, minItems: 1, maxItems: MAX_CONCURRENT, uniqueItems: true },
      act: { type: 'object' },
    },
    ['alarms', 'act'],
  ),
);
const ENTITY = { type: 'object', description: 'An Alert in simplified form' };
const list = (name: string, items: object) => object({ [name]: { type: 'array', items } }, [name]);
const BY_NAME = { type: 'object', additionalProperties: { type: 'integer' } };
const KEY = text({ max: 128, pattern: /^[\w.:-]+$/, expected: 'letters, digits, ".", ":", "_" and "-"' });

/** `/alarms`: alarms, and the acts of people on them. */
export function alarmRoutes(scope: FastifyInstance, parts: AlarmParts, given: ServiceContext): void {
  listRoutes(scope, parts, given);
  oneAlarmRoutes(scope, parts, given);
}

function listRoutes(scope: FastifyInstance, parts: AlarmParts, given: ServiceContext): void {
  const { alarms } = parts;
  scope.get(
    '',
    operation({
      access: 'read',
      objects: BY_ENTITIES,
      summary: 'Alarms, newest first; by default those that are not closed',
      query: { ...FILTERS, ...PAGE },
      answer: {
        ...list('alarms', ENTITY),
        properties: { alarms: { type: 'array', items: ENTITY }, count: { type: 'integer' } },
      },
    }),
    async (request) => {
      const { limit, offset, ...filters } = readQuery(request, { ...FILTERS, ...PAGE });
      const { tenant, client } = actorOf(given, request);
      const { entities, count } = await client.queryEntities({
        ...queryOf(filters, new Date()),
        orderBy: 'dateIssued;desc',
        format: 'simplified',
        tenant,
        context: alarms.context,
        limit,
        offset,
        count: true,
      });
      return { alarms: entities, count: count ?? entities.length };
    },
  );

  scope.get(
    '/counts',
    operation({
      access: 'read',
      objects: BY_ENTITIES,
      summary: 'The number of alarms by status, and of open alarms by severity and missed deadline',
      query: { scope: FILTERS.scope },
      answer: object({ status: BY_NAME, severity: BY_NAME, overdue: BY_NAME }),
    }),
    async (request) => {
      const { scope: scopeQ } = readQuery(request, { scope: FILTERS.scope });
      const { tenant, client } = actorOf(given, request);
      const now = new Date();
      const count = async (filters: Parameters<typeof queryOf>[0]) => {
        const query = { ...queryOf({ ...filters, scope: scopeQ }, now), tenant, context: alarms.context };
        return (await client.queryEntities({ ...query, limit: 1, count: true })).count ?? 0;
      };
      const none = {} as Parameters<typeof queryOf>[0]; // every filter is optional
      const counted = async <Name extends string>(
        names: readonly Name[],
        one: (name: Name) => Parameters<typeof queryOf>[0],
      ) => Object.fromEntries(await Promise.all(names.map(async (name) => [name, await count(one(name))])));
      return {
        status: await counted(STATUSES, (name) => ({ ...none, status: [name] })),
        severity: await counted(SEVERITIES, (name) => ({ ...none, severity: [name] })),
        overdue: await counted(['acknowledge', 'resolve'] as const, (name) => ({ ...none, overdue: name })),
      };
    },
  );
}

function oneAlarmRoutes(scope: FastifyInstance, parts: AlarmParts, given: ServiceContext): void {
  const { db, alarms } = parts;
  scope.post(
    '',
    operation({
      access: 'write',
      objects: BY_ENTITIES,
      summary: 'Raises an alarm by hand',
      body: readNewAlarm.schema,
      answer: object({ id: ALARM_ID }),
    }),
    async (request, reply) => {
      const { kept, isNew } = await raiseByHand(parts, actorOf(given, request), readNewAlarm(request.body));
      return reply
        .code(isNew ? 201 : 200)
        .header('location', `${given.publicUrl}/alarms/${encodeURIComponent(kept.id)}`)
        .send({ id: kept.id });
    },
  );

  scope.get(
    '/:id',
    operation({
      access: 'read',
      objects: BY_ENTITIES,
      summary: 'One alarm with its journal, which is for who may read all of its attributes',
      answer: object({ alarm: ENTITY, journal: { type: 'array' } }),
    }),
    async (request) => {
      const { id } = readPath(request, { id: uri({ required: true }) });
      const actor = actorOf(given, request);
      const alarm = await visibleEntity(alarms, actor, id);
      const record = (await loadRecords<Alarm>(db, actor.tenant, alarms.name, [id])).get(id);
      if (!(await mayReadWhole(request, alarms, id, record))) return { alarm, journal: [], hidden: ['journal'] };
      return { alarm, journal: await readJournal(db, actor.tenant, id) };
    },
  );

  scope.post(
    '/:id/acts',
    operation({
      access: 'write',
      objects: BY_ENTITIES,
      summary: 'Acknowledges, shelves, clears, assigns, comments on or closes an alarm, once per Idempotency-Key',
      body: PERSON_ACT,
      answer: object({ isChanged: { type: 'boolean' }, version: { type: 'integer' } }),
    }),
    async (request) => {
      const { id } = readPath(request, { id: uri({ required: true }) });
      const wanted = readPersonAct(request.body);
      const { kept, isChanged } = await actOnAlarm(parts, actorOf(given, request), id, wanted, keyOf(request));
      return { isChanged, version: kept.version };
    },
  );

  scope.post(
    '/acts',
    operation({
      access: 'write',
      objects: BY_ENTITIES,
      summary: `Applies one act to up to ${MAX_CONCURRENT} alarms, with a result for each`,
      body: object({ ...readBulk.schema.properties, act: PERSON_ACT }, ['alarms', 'act']),
      answer: list('results', { type: 'object' }),
    }),
    async (request) => {
      const { alarms: ids, act } = readBulk(request.body);
      const wanted = readPersonAct(act);
      const actor = actorOf(given, request);
      const key = keyOf(request) ?? randomUUID();
      const results: object[] = [];
      for (const id of ids)
        results.push({ alarm: id, ...(await outcomeOf(() => actOnAlarm(parts, actor, id, wanted, key))) });
      return { results };
    },
  );
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
