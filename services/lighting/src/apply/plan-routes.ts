import { randomUUID } from 'node:crypto';
import { actor } from '@alzette/kit/access';
import type { Job } from '@alzette/kit/jobs';
import { documents, judged, listed, named, readable } from '@alzette/kit/objects';
import { conflict } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { InvalidInput } from '../input/invalid-input.ts';
import { optional, readChoice, readNumber, readObject, readText, readWhole } from '../input/read.ts';
import { refreshPark } from '../measure/night-jobs.ts';
import type { LightingParts } from '../parts.ts';
import { lampsOfZone } from '../rights/zone-lamps.ts';
import { ZONE_KINDS, type ZoneKind } from '../strategies/assignments.ts';
import { findStrategy } from '../strategies/strategy-rows.ts';
import { listActs, withActs } from './acts.ts';
import { readCommand } from './command-name.ts';
import { type PlanObject, planKind } from './plan-kind.ts';
import { askerOfPlan, countLamps, findPlan, insertPlan, lampsIn, listPlans, movePlan, type Plan } from './plan-rows.ts';
import { checkHasPerson, checkSecondPerson } from './second-person.ts';

const APPLY_COMMAND = 'applyStrategy';
const HOUR_S = 3600;
/** The audit is never deleted, so it does not contain what people wrote. */
const WRITTEN_TEXTS = ['reason'];

/** The plan that a job advances. */
export interface PlanJob {
  readonly tenant: string;
  readonly plan: string;
}

type GivenPlan = Awaited<ReturnType<typeof readPlan>>;

/** `/plans`: a strategy is proposed for a zone, approved by another person, and sent street by street. */
export function planRoutes(scope: FastifyInstance, parts: LightingParts, advance: Job<PlanJob>): void {
  proposeRoute(scope, parts);
  readRoutes(scope, parts);
  decisionRoutes(scope, parts, advance);
}

/** A plan that a request would make, with the stages of its lamps. */
type AskedPlan = PlanObject &
  GivenPlan & { readonly stages: readonly { readonly lamp: string; readonly stage: number }[] };

function proposeRoute(scope: FastifyInstance, parts: LightingParts): void {
  const { db } = parts;
  const kind = planKind(parts);
  const asked = async ({ tenant, body }: FastifyRequest): Promise<AskedPlan[]> => {
    const given = await readPlan(parts, body);
    const row = await findStrategy(db, tenant, given.strategy, given.version);
    if (row === undefined) throw new InvalidInput('strategy', given.strategy, 'a lighting strategy that exists');
    await refreshPark(parts, tenant);
    const rows = await lampsOfZone(db, tenant, given);
    const newLamps = rows.map(({ id }) => id);
    return [{ ...given, id: randomUUID(), version: row.version, newLamps, stages: stagesOf(rows) }];
  };
  scope.post(
    '/plans',
    operation({
      access: 'write',
      objects: documents(kind, asked),
      audited: { values: 'body', hidden: WRITTEN_TEXTS },
      summary: 'Proposes a plan that applies a lighting strategy in a zone',
    }),
    async (request, reply) => {
      const { tenant } = request;
      const { stages: lamps, newLamps: _, ...given } = judged(request, kind) as AskedPlan; // from `asked`
      if (lamps.length === 0) throw new InvalidInput('zone', given.zone, `a ${given.kind} with lamps`);
      const caller = parts.callerOf(request);
      checkHasPerson(caller);
      const stages = Math.max(...lamps.map(({ stage }) => stage)) + 1;
      const plan = { ...given, stages, author: actor(caller) };
      await withActs(parts, tenant, async (tx, record) => {
        const { id, strategy, version, kind, zone } = plan;
        const asker = { grant: parts.authorOf(request), person: caller.person ?? null };
        await insertPlan(tx, tenant, plan, lamps, asker);
        const details = { strategy, version, kind, zone, lamps: lamps.length };
        await record(id, { actor: plan.author, action: 'propose', details });
      });
      return reply
        .code(201)
        .header('location', `/lighting/plans/${plan.id}`)
        .send(await shown(parts, tenant, plan.id));
    },
  );
}

function readRoutes(scope: FastifyInstance, parts: LightingParts): void {
  const kind = planKind(parts);
  scope.get(
    '/plans',
    operation({
      access: 'read',
      objects: listed(kind),
      summary: 'The plans that apply lighting strategies, newest first',
    }),
    async (request) => ({ plans: await readable(request, kind, await listPlans(parts.db, request.tenant)) }),
  );

  scope.get(
    '/plans/:id',
    operation({
      access: 'read',
      objects: named(kind),
      summary: 'One lighting plan with its progress, failed lamps and the journal of acts',
    }),
    async (request) => shown(parts, request.tenant, judged(request, kind).id),
  );
}

function decisionRoutes(scope: FastifyInstance, parts: LightingParts, advance: Job<PlanJob>): void {
  const { db } = parts;
  const kind = planKind(parts);
  const decide = (action: 'approve' | 'reject' | 'cancel') =>
    scope.post(
      `/plans/:id/${action}`,
      operation({
        access: action === 'cancel' ? 'write' : 'administer',
        objects: named(kind),
        audited: { values: 'body', hidden: WRITTEN_TEXTS },
        ...(action === 'approve' && { recentSignIn: true }),
        summary: SUMMARIES[action],
      }),
      async (request) => {
        const { tenant } = request;
        const { id } = judged(request, kind);
        const caller = parts.callerOf(request);
        const by = actor(caller);
        const { reason } = readObject(request.body ?? {}, 'body', ['reason']);
        if (action === 'approve') checkSecondPerson((await askerOfPlan(db, tenant, id)).person, caller);
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
  approve: 'Approves a lighting plan that another person proposed, and starts it',
  reject: 'Rejects a lighting plan',
  cancel: 'Cancels a lighting plan; a running plan is rolled back',
} as const;
const NEXT: Readonly<Record<keyof typeof SUMMARIES, Partial<Record<Plan['state'], Plan['state']>>>> = {
  approve: { proposed: 'running' },
  reject: { proposed: 'rejected' },
  cancel: { proposed: 'cancelled', running: 'rollingBack' },
};

async function readPlan(parts: LightingParts, body: unknown) {
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
  return {
    strategy: readText(given.strategy, 'strategy'),
    version: optional<number | undefined>(given.version, undefined, (n) =>
      readWhole(n, 'version', { min: 1 }),
    ) as number,
    kind,
    zone: kind === 'all' ? '' : readText(given.zone, 'zone', 500),
    command: await readCommand(parts, given.command, APPLY_COMMAND),
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
