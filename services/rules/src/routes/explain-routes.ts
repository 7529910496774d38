import type { Queryable } from '@alzette/kit/database';
import {
  documents,
  documentsInBody,
  judged,
  judgeOf,
  lacking,
  named,
  type ObjectKind,
  OF_SENDER,
  readable,
} from '@alzette/kit/objects';
import { missing, refused } from '@alzette/kit/problems';
import type { Handlers } from '@alzette/kit/serve';
import type { ServiceContext } from '@alzette/kit/service';
import type { FastifyRequest } from 'fastify';
import type { BookAlarm } from '../alarm-register/book-alarm.ts';
import { backtest } from '../backtest/backtest.ts';
import { readHistory } from '../backtest/read-history.ts';
import { replayed } from '../backtest/replayed.ts';
import type { RuleContract } from '../contract/contract.ts';
import { attributesBehind } from '../document/attributes-behind.ts';
import type { TerritoryFacts } from '../engine/rule-set.ts';
import { explain } from '../explain/explain.ts';
import { alarmForReader, hiddenOf } from '../explain/for-reader.ts';
import { alarmsOf, findAlarm, readMaintenance } from '../store/alarm-rows.ts';
import { readEntities } from '../store/entity-rows.ts';
import { rulesOf, type StoredRule, versionsOf } from '../store/rule-rows.ts';
import { rulesKind } from './rule-kind.ts';
import { draft } from './rule-routes.ts';

const LONGEST_DAYS = 400;

type Backtests = 'backtestDraft' | 'backtest' | 'replay';
type Reasons = 'explain' | 'explainAlarm';
type FactsOf = (tenant: string) => TerritoryFacts;

/** Back-tests and explanations of alarms, for users who may read the data. */
export function explainHandlers(
  context: ServiceContext,
  territoryOf: FactsOf,
): Handlers<RuleContract, Backtests | Reasons> {
  return { ...backtestHandlers(context, territoryOf), ...reasonHandlers(context, territoryOf) };
}

function backtestHandlers(context: ServiceContext, territoryOf: FactsOf): Handlers<RuleContract, Backtests> {
  const { db, clientOf } = context;
  const rules = rulesKind(db);
  const test = async (request: FastifyRequest<{ Body: { readonly from: string; readonly to: string } }>) => {
    const rule = judged(request, rules);
    const { from, to } = periodOf(request.body.from, 'to', request.body.to);
    const others = await readable(request, rules, await rulesOf(db, rule.tenant));
    const maintenance = (await readMaintenance(db, from)).get(rule.tenant) ?? [];
    const disconnected = new AbortController();
    request.raw.once('aborted', () => disconnected.abort());
    return backtest(
      { rule, others, maintenance, from, to: Math.min(to, Date.now()) },
      {
        history: (asked) => readHistory({ ...asked, client: clientOf(request), context: context.context }),
        territory: territoryOf(rule.tenant),
        signal: disconnected.signal,
      },
    );
  };
  return {
    backtestDraft: {
      objects: documentsInBody(rules, async (request) => [await draft(context, request, request.body.rule)], 'read'),
      handle: test,
    },
    backtest: { objects: named(rules, { action: 'read' }), handle: test },
    replay: {
      objects: OF_SENDER,
      async handle(request) {
        const { rule, entity, readings, until } = request.body;
        const period = periodOf(readings[0]?.at ?? '', 'until', until);
        const query = { rule: await draft(context, request, rule), others: [], maintenance: [], ...period };
        return backtest(query, { history: () => replayed(entity, readings), territory: territoryOf(request.tenant) });
      },
    },
  };
}

/** In milliseconds since 1970. @throws Problem 400: it is too long, or ends before it begins */
function periodOf(first: string, member: string, last: string): { readonly from: number; readonly to: number } {
  const [from, to] = [Date.parse(first), Date.parse(last)];
  if (from >= to || to - from > LONGEST_DAYS * 86_400_000) {
    throw refused(member, last, `a time after ${first}, by at most ${LONGEST_DAYS} days`);
  }
  return { from, to };
}

function reasonHandlers(context: ServiceContext, territoryOf: FactsOf): Handlers<RuleContract, Reasons> {
  const { db } = context;
  const rules = rulesKind(db);
  const alarms = alarmsKind(db);
  return {
    explain: {
      objects: named(rules),
      async handle(request) {
        const { tenant } = request;
        const { entity } = request.query;
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
        return {
          rule: none.rule,
          entity,
          causes: explain(rule, found.kept, territoryOf(tenant), Date.now()),
          alarms: await Promise.all(past.map((alarm) => alarmForReader(judge, alarm))),
        };
      },
    },
    explainAlarm: {
      objects: documents(alarms, async ({ tenant, query }) => {
        const alarm = await alarms.find(tenant, query.alarm);
        if (alarm === undefined) throw missing('alarm', query.alarm);
        return [alarm];
      }),
      async handle(request) {
        const alarm = judged(request, alarms);
        const judge = judgeOf(request);
        const versions = await versionsOf(db, request.tenant, alarm.rule);
        const document = versions.find(({ version }) => version === alarm.version)?.document;
        const values = alarm.evidence?.values.map(({ attr }) => attr) ?? [];
        const attributes = [...new Set([...(document ? attributesBehind(document) : []), ...values])];
        const hidden = await hiddenOf(judge, alarm.entity, attributes);
        const { text, evidence, ...rest } = await alarmForReader(judge, alarm);
        const isSeen = hidden.length === 0;
        const about = document && { ...NO_RULE, tenant: request.tenant, document, version: alarm.version };
        const [visible] = about ? await readable(request, rules, [about]) : [];
        return {
          alarm: { ...rest, ...(isSeen && { ...(text && { text }), ...(evidence && { evidence }) }) },
          rule: visible?.document ?? null,
          ...(!isSeen && { hidden, reason: HIDDEN }),
        };
      },
    },
  };
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
