import { bodyReader, object } from '@alzette/kit/bodies';
import { readPath, readQuery, uri } from '@alzette/kit/parameters';
import { missing, refused } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { ServiceContext } from '@alzette/kit/service';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { backtest } from '../backtest/backtest.ts';
import type { TerritoryFacts } from '../engine/rule-set.ts';
import { explain } from '../explain/explain.ts';
import { alarmsOf, findAlarm, readMaintenance } from '../store/alarm-rows.ts';
import { readEntities } from '../store/entity-rows.ts';
import { rulesOf, type StoredRule, versionsOf } from '../store/rule-rows.ts';
import { draft, existing, RULE_ID } from './rule-routes.ts';

const DATE_TIME = { type: 'string', format: 'date-time' };
const readPeriod = bodyReader<{ from: string; to: string }>(object({ from: DATE_TIME, to: DATE_TIME }, ['from', 'to']));
const readDraft = bodyReader<{ rule: Record<string, unknown>; from: string; to: string }>(
  object({ rule: { type: 'object' }, from: DATE_TIME, to: DATE_TIME }, ['rule', 'from', 'to']),
);
const LONGEST_DAYS = 400;
const ANSWER = { type: 'object' };
const ENTITY = { entity: uri({ required: true }) };
const ALARM = { alarm: uri({ required: true }) };

/** Back-tests and explanations of alarms, for users who may read the data. */
export function explainRoutes(scope: FastifyInstance, context: ServiceContext, territory: TerritoryFacts): void {
  backtestRoutes(scope, context, territory);
  reasonRoutes(scope, context, territory);
}

function backtestRoutes(scope: FastifyInstance, context: ServiceContext, territory: TerritoryFacts): void {
  const { db, callerOf, clientOf } = context;
  const test = async (request: FastifyRequest, rule: StoredRule, period: { from: string; to: string }) => {
    const [from, to] = [Date.parse(period.from), Date.parse(period.to)];
    if (from >= to) throw refused('to', period.to, `a time after ${period.from}`);
    if (to - from > LONGEST_DAYS * 86_400_000)
      throw refused('from', period.from, `at most ${LONGEST_DAYS} days before to`);
    const others = await rulesOf(db, rule.tenant);
    const maintenance = (await readMaintenance(db, from)).get(rule.tenant) ?? [];
    const disconnected = new AbortController();
    request.raw.once('aborted', () => disconnected.abort());
    return backtest(
      { rule, others, maintenance, from, to: Math.min(to, Date.now()) },
      { client: clientOf(request), context: context.context, territory, signal: disconnected.signal },
    );
  };
  scope.post(
    '/backtest',
    operation({
      access: 'read',
      summary: 'The alarms that a draft would have raised',
      body: readDraft.schema,
      answer: ANSWER,
    }),
    async (request) => {
      const { rule, ...period } = readDraft(request.body);
      return test(request, await draft(context, callerOf(request).tenant, rule), period);
    },
  );

  scope.post(
    '/:id/backtest',
    operation({
      access: 'read',
      summary: 'The alarms that a rule would have raised',
      body: readPeriod.schema,
      answer: ANSWER,
    }),
    async (request) => {
      const { id } = readPath(request, RULE_ID);
      const period = readPeriod(request.body);
      return test(request, await existing(context, callerOf(request).tenant, id), period);
    },
  );
}

function reasonRoutes(scope: FastifyInstance, context: ServiceContext, territory: TerritoryFacts): void {
  const { db, callerOf } = context;
  scope.get(
    '/:id/explain',
    operation({
      access: 'read',
      summary: 'Why an entity has an alarm of a rule, or none',
      query: ENTITY,
      answer: ANSWER,
    }),
    async (request) => {
      const { tenant } = callerOf(request);
      const { id } = readPath(request, RULE_ID);
      const { entity } = readQuery(request, ENTITY);
      const rule = await existing(context, tenant, id);
      await checkVisible(context, request, entity);
      const [found] = await readEntities(db, [{ tenant, id: entity }]);
      if (found === undefined || found.kept.state.rules[id] === undefined) {
        return { rule: { id, version: rule.version }, entity, causes: [], alarms: [], reason: reasonOf(rule) };
      }
      return explain(rule, found.kept, await alarmsOf(db, tenant, id, entity), territory, Date.now());
    },
  );

  scope.get(
    '/explain',
    operation({
      access: 'read',
      summary: 'Why there is an alarm: its values, window and rule',
      query: ALARM,
      answer: ANSWER,
    }),
    async (request) => {
      const { tenant } = callerOf(request);
      const { alarm: urn } = readQuery(request, ALARM);
      const alarm = await findAlarm(db, tenant, urn);
      if (alarm === undefined) throw missing('alarm', urn);
      await checkVisible(context, request, alarm.entity.id);
      const versions = await versionsOf(db, tenant, alarm.rule);
      return { alarm, rule: versions.find(({ version }) => version === alarm.version)?.document ?? null };
    },
  );
}

/** @throws Problem 404: the caller sees no such entity */
async function checkVisible(
  { callerOf, clientOf, context }: ServiceContext,
  request: FastifyRequest,
  id: string,
): Promise<void> {
  const { tenant } = callerOf(request);
  const found = await clientOf(request).retrieveEntity(id, { tenant, context });
  if (found === undefined) throw missing('entity', id);
}

function reasonOf({ isEnabled }: StoredRule): string {
  return isEnabled ? 'The entity is none of those that the rule is for' : 'The rule is off';
}
