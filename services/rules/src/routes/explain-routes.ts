import { bodyReader, object } from '@alzette/kit/bodies';
import type { Queryable } from '@alzette/kit/database';
import { documents, judged, judgeOf, lacking, named, type ObjectKind, readable } from '@alzette/kit/objects';
import { readQuery, uri } from '@alzette/kit/parameters';
import { missing, refused } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { ServiceContext } from '@alzette/kit/service';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { backtest } from '../backtest/backtest.ts';
import type { BookAlarm } from '../book/book-alarm.ts';
import { attributesBehind } from '../document/attributes-behind.ts';
import type { TerritoryFacts } from '../engine/rule-set.ts';
import { explain } from '../explain/explain.ts';
import { alarmForReader, hiddenOf } from '../explain/for-reader.ts';
import { alarmsOf, findAlarm, readMaintenance } from '../store/alarm-rows.ts';
import { readEntities } from '../store/entity-rows.ts';
import { rulesOf, type StoredRule, versionsOf } from '../store/rule-rows.ts';
import { rulesKind } from './rule-kind.ts';
import { draft } from './rule-routes.ts';

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
  const { db, clientOf } = context;
  const rules = rulesKind(db);
  const test = async (request: FastifyRequest, rule: StoredRule, period: { from: string; to: string }) => {
    const [from, to] = [Date.parse(period.from), Date.parse(period.to)];
    if (from >= to) throw refused('to', period.to, `a time after ${period.from}`);
    if (to - from > LONGEST_DAYS * 86_400_000)
      throw refused('from', period.from, `at most ${LONGEST_DAYS} days before to`);
    const others = await readable(request, rules, await rulesOf(db, rule.tenant));
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
      objects: documents(
        rules,
        async (request) => [await draft(context, request, readDraft(request.body).rule)],
        'read',
      ),
      summary: 'The alarms that a draft would have raised',
      body: readDraft.schema,
      answer: ANSWER,
    }),
    async (request) => test(request, judged(request, rules), readDraft(request.body)),
  );

  scope.post(
    '/:id/backtest',
    operation({
      access: 'read',
      objects: named(rules, { action: 'read' }),
      summary: 'The alarms that a rule would have raised',
      body: readPeriod.schema,
      answer: ANSWER,
    }),
    async (request) => test(request, judged(request, rules), readPeriod(request.body)),
  );
}

function reasonRoutes(scope: FastifyInstance, context: ServiceContext, territory: TerritoryFacts): void {
  const { db } = context;
  const rules = rulesKind(db);
  const alarms = alarmsKind(db);
  scope.get(
    '/:id/explain',
    operation({
      access: 'read',
      objects: named(rules),
      summary: 'Why an entity has an alarm of a rule, or none; for who may read the attributes that the rule reads',
      query: ENTITY,
      answer: ANSWER,
    }),
    async (request) => {
      const { tenant } = request;
      const { entity } = readQuery(request, ENTITY);
      const rule = judged(request, rules);
      const { document, version } = rule;
      await checkVisible(context, request, entity);
      const judge = judgeOf(request);
      const [found] = await readEntities(db, [{ tenant, id: entity }]);
      const type = found?.kept.facts.type ?? document.scope.types[0] ?? '';
      const none = { rule: { id: document.id, version }, entity, causes: [], alarms: [] };
      const hidden = await hiddenOf(judge, { id: entity, type }, attributesBehind(document));
      if (hidden.length > 0) return { ...none, hidden, reason: HIDDEN };
      if (found === undefined || found.kept.state.rules[document.id] === undefined) {
        return { ...none, reason: reasonOf(rule) };
      }
      const past = await alarmsOf(db, tenant, document.id, entity);
      const explained = explain(rule, found.kept, past, territory, Date.now());
      return { ...explained, alarms: await Promise.all(past.map((alarm) => alarmForReader(judge, alarm))) };
    },
  );

  scope.get(
    '/explain',
    operation({
      access: 'read',
      objects: documents(alarms, async (request) => {
        const { alarm: urn } = readQuery(request, ALARM);
        const alarm = await alarms.find(request.tenant, urn);
        if (alarm === undefined) throw missing('alarm', urn);
        return [alarm];
      }),
      summary: 'Why there is an alarm: its values, window and rule; without values of attributes that you may not read',
      query: ALARM,
      answer: ANSWER,
    }),
    async (request) => {
      const alarm = judged(request, alarms);
      const judge = judgeOf(request);
      const versions = await versionsOf(db, request.tenant, alarm.rule);
      const document = versions.find(({ version }) => version === alarm.version)?.document;
      const values = alarm.evidence?.values.map(({ attr }) => attr) ?? [];
      const attributes = [...new Set([...(document ? attributesBehind(document) : []), ...values])];
      const hidden = await hiddenOf(judge, alarm.entity, attributes);
      const { text, evidence, ...rest } = await alarmForReader(judge, alarm);
      const isSeen = hidden.length === 0;
      return {
        alarm: { ...rest, ...(isSeen && { ...(text && { text }), ...(evidence && { evidence }) }) },
        rule:
          document !== undefined &&
          (await readable(request, rules, [{ ...NO_RULE, tenant: request.tenant, document, version: alarm.version }]))
            .length > 0
            ? document
            : null,
        ...(!isSeen && { hidden, reason: HIDDEN }),
      };
    },
  );
}

/** What is not known of an earlier version, and not needed to judge it. */
const NO_RULE = { evaluatedSince: 0, silenceMs: 0, isEnabled: true };
const HIDDEN = 'It reads attributes that you may not read';

/** An alarm is explained to a known person who may read its entity. */
function alarmsKind(db: Queryable): ObjectKind<BookAlarm> {
  return {
    name: 'alarm',
    find: (tenant, urn) => findAlarm(db, tenant, urn),
    async may(action, { entity: { id, type } }, judge) {
      if (judge.caller.kind === 'anonymous') return false;
      return (await lacking(judge, action, { type, ids: [id], attributes: [] })).size === 0;
    },
  };
}

/** @throws Problem 404: the caller sees no such entity */
async function checkVisible({ clientOf, context }: ServiceContext, request: FastifyRequest, id: string): Promise<void> {
  const { tenant } = request;
  const found = await clientOf(request).retrieveEntity(id, { tenant, context });
  if (found === undefined) throw missing('entity', id);
}

function reasonOf({ isEnabled }: StoredRule): string {
  return isEnabled ? 'The entity is none of those that the rule is for' : 'The rule is off';
}
