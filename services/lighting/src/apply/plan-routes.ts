import { randomUUID } from 'node:crypto';
import { actor } from '@alzette/kit/access';
import type { Job } from '@alzette/kit/jobs';
import { conflict, denied, missing } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { InvalidInput } from '../input/invalid-input.ts';
import { optional, readChoice, readNumber, readObject, readText, readWhole } from '../input/read.ts';
import { refreshPark } from '../measure/night-jobs.ts';
import type { LightingParts } from '../parts.ts';
import { ZONE_KINDS, type ZoneKind } from '../strategies/assignments.ts';
import { findStrategy } from '../strategies/strategy-rows.ts';
import { listActs, withActs } from './acts.ts';
import { countLamps, findPlan, insertPlan, lampsIn, listPlans, movePlan, type Plan } from './plan-rows.ts';

const LAMPS_OF_ZONE = `
  SELECT id, coalesce(commune || '/' || street, '') AS street FROM lighting.lamp
  WHERE tenant = $1 AND CASE $2 WHEN 'all' THEN true WHEN 'commune' THEN commune = $3 WHEN 'cabinet' THEN cabinet = $3
    WHEN 'street' THEN commune || '/' || street = $3
    WHEN 'zone' THEN $3 = ANY (zones) ELSE id = $3 END
  ORDER BY street, id`;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const COMMAND = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

const APPLY_COMMAND = 'applyStrategy';
const HOUR_S = 3600;

/** The plan that a job advances. */
export interface PlanJob {
  readonly tenant: string;
  readonly plan: string;
}

type WithId = FastifyRequest<{ Params: { id: string } }>;

/** `/plans`: a strategy is proposed for a zone, approved by another person, and sent street by street. */
export function planRoutes(scope: FastifyInstance, parts: LightingParts, advance: Job<PlanJob>): void {
  planListRoutes(scope, parts);
  decisionRoutes(scope, parts, advance);
}

function planListRoutes(scope: FastifyInstance, parts: LightingParts): void {
  const { db } = parts;
  const who = (request: FastifyRequest) => actor(parts.callerOf(request));
  const found = async ({ tenant, params }: WithId): Promise<Plan> => {
    const plan = UUID.test(params.id) ? await findPlan(db, tenant, params.id) : undefined;
    if (plan === undefined) throw missing('lighting plan', params.id);
    return plan;
  };
  scope.post(
    '/plans',
    operation({ access: 'write', summary: 'Proposes a plan that applies a lighting strategy in a zone' }),
    async (request, reply) => {
      const { tenant } = request;
      const given = readPlan(request.body);
      const row = await findStrategy(db, tenant, given.strategy, given.version);
      if (row === undefined) throw new InvalidInput('strategy', given.strategy, 'a lighting strategy that exists');
      await refreshPark(parts, tenant);
      const { rows } = await db.query<{ id: string; street: string }>({
        text: LAMPS_OF_ZONE,
        values: [tenant, given.kind, given.zone],
      });
      if (rows.length === 0) throw new InvalidInput('zone', given.zone, `a ${given.kind} with lamps`);
      const lamps = stagesOf(rows);
      const plan = {
        ...given,
        id: randomUUID(),
        version: row.version,
        stages: Math.max(...lamps.map(({ stage }) => stage)) + 1,
        author: who(request),
      };
      await withActs(parts, tenant, async (tx, record) => {
        await insertPlan(tx, tenant, plan, lamps);
        const details = {
          strategy: plan.strategy,
          version: plan.version,
          kind: plan.kind,
          zone: plan.zone,
          lamps: lamps.length,
        };
        await record(plan.id, { actor: plan.author, action: 'propose', details });
      });
      return reply
        .code(201)
        .header('location', `/lighting/plans/${plan.id}`)
        .send(await shown(parts, tenant, plan.id));
    },
  );

  scope.get(
    '/plans',
    operation({ access: 'read', summary: 'The plans that apply lighting strategies, newest first' }),
    async ({ tenant }) => ({ plans: await listPlans(db, tenant) }),
  );

  scope.get<{ Params: { id: string } }>(
    '/plans/:id',
    operation({
      access: 'read',
      summary: 'One lighting plan with its progress, failed lamps and the journal of acts',
    }),
    async (request) => shown(parts, request.tenant, (await found(request)).id),
  );
}

function decisionRoutes(scope: FastifyInstance, parts: LightingParts, advance: Job<PlanJob>): void {
  const { db } = parts;
  const who = (request: FastifyRequest) => actor(parts.callerOf(request));
  const found = async ({ tenant, params }: WithId): Promise<Plan> => {
    const plan = UUID.test(params.id) ? await findPlan(db, tenant, params.id) : undefined;
    if (plan === undefined) throw missing('lighting plan', params.id);
    return plan;
  };
  const decide = (action: 'approve' | 'reject' | 'cancel') =>
    scope.post<{ Params: { id: string } }>(
      `/plans/:id/${action}`,
      operation({ access: action === 'cancel' ? 'write' : 'administer', summary: SUMMARIES[action] }),
      async (request) => {
        const { tenant } = request;
        const { id, author } = await found(request);
        const by = who(request);
        const { reason } = readObject(request.body ?? {}, 'body', ['reason']);
        // Four eyes: where access is open, callers are anonymous and can't be distinguished.
        if (action === 'approve' && by === author && by !== 'open') {
          throw denied('the plan is your own, expected the approval of another person');
        }
        await withActs(parts, tenant, async (tx, record) => {
          const plan = (await findPlan(tx, tenant, id, true)) as Plan;
          const next = NEXT[action][plan.state];
          if (next === undefined) throw conflict(`the plan is "${plan.state}": it is too late to ${action} it`);
          const why = optional<string | undefined>(reason, undefined, (text) => readText(text, 'reason', 500));
          await movePlan(tx, tenant, {
            id,
            state: next,
            stage: plan.stage,
            decidedBy: by,
            ...(why && { reason: why }),
          });
          await record(id, { actor: by, action, ...(why !== undefined && { reason: why }) });
          if (next === 'running' || next === 'rollingBack')
            await advance.enqueue({ tenant, plan: id }, { key: id, tx });
        });
        return shown(parts, tenant, id);
      },
    );
  decide('approve');
  decide('reject');
  decide('cancel');
}

async function shown({ db }: LightingParts, tenant: string, id: string) {
  const [plan, lamps, troubled, acts] = await Promise.all([
    findPlan(db, tenant, id),
    countLamps(db, tenant, id),
    lampsIn(db, tenant, id, ['failed', 'unanswered', 'backFailed', 'backUnanswered']),
    listActs(db, tenant, id),
  ]);
  return { ...plan, lamps, troubled: troubled.slice(0, MAX_TROUBLED), acts };
}

const MAX_TROUBLED = 500;
const SUMMARIES = {
  approve: 'Approves a lighting plan that somebody else proposed, and starts it',
  reject: 'Rejects a lighting plan',
  cancel: 'Cancels a lighting plan; a running plan is rolled back',
} as const;
const NEXT: Readonly<Record<keyof typeof SUMMARIES, Partial<Record<Plan['state'], Plan['state']>>>> = {
  approve: { proposed: 'running' },
  reject: { proposed: 'rejected' },
  cancel: { proposed: 'cancelled', running: 'rollingBack' },
};

function readPlan(body: unknown) {
  const given = readObject(body, 'body', [
    'strategy',
    'version',
    'kind',
    'zone',
    'command',
    'deadlineS',
    'mostFailures',
  ]);
  const kind: ZoneKind = readChoice(given.kind, 'kind', ZONE_KINDS);
  const command = optional(given.command, APPLY_COMMAND, (name) => {
    if (typeof name !== 'string' || !COMMAND.test(name))
      throw new InvalidInput('command', name, 'the name of a command');
    return name;
  });
  return {
    strategy: readText(given.strategy, 'strategy'),
    version: optional<number | undefined>(given.version, undefined, (n) =>
      readWhole(n, 'version', { min: 1 }),
    ) as number,
    kind,
    zone: kind === 'all' ? '' : readText(given.zone, 'zone', 500),
    command,
    deadlineS: optional(given.deadlineS, HOUR_S, (n) => readWhole(n, 'deadlineS', { min: 1, max: 24 * HOUR_S })),
    mostFailures: optional(given.mostFailures, 0.1, (n) => readNumber(n, 'mostFailures', { min: 0, max: 1 })),
  };
}

/**
 * Stages: one street first, then a quarter of the rest, then all others; a street is never split. The rows are ordered
 * by street.
 */
function stagesOf(rows: readonly { readonly id: string; readonly street: string }[]) {
  const streets = [...Map.groupBy(rows, ({ street }) => street).values()];
  const rest = rows.length - (streets[0]?.length ?? 0);
  let taken = 0;
  return streets.flatMap((lamps, i) => {
    const stage = i === 0 ? 0 : taken < rest / 4 ? 1 : 2;
    if (i > 0) taken += lamps.length;
    return lamps.map(({ id }) => ({ lamp: id, stage }));
  });
}
