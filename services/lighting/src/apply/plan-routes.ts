import { randomUUID } from 'node:crypto';
import { actor } from '@alzette/kit/access';
import type { Job } from '@alzette/kit/jobs';
import { documentsInBody, judged, listed, named, readable } from '@alzette/kit/objects';
import { conflict } from '@alzette/kit/problems';
import type { AnswerOf, Handlers, RequestOf } from '@alzette/kit/serve';
import type { Plan, PlanBody, PlanContract } from '../contract/contract.ts';
import { InvalidInput } from '../input/invalid-input.ts';
import { refreshPark } from '../measure/night-jobs.ts';
import type { LightingParts } from '../parts.ts';
import { zoneOf } from '../rights/lamp-zones.ts';
import { lampsOfZone } from '../rights/zone-lamps.ts';
import { findStrategy } from '../strategies/strategy-rows.ts';
import { listActs, withActs } from './acts.ts';
import { readCommand } from './command-name.ts';
import { type PlanObject, planKind } from './plan-kind.ts';
import { askerOfPlan, countLamps, findPlan, insertPlan, lampsIn, listPlans, movePlan } from './plan-rows.ts';
import { checkHasPerson, checkSecondPerson } from './second-person.ts';

const APPLY_COMMAND = 'applyStrategy';
const HOUR_S = 3600;
const MAX_TROUBLED = 500;

/** The plan that a job advances. */
export interface PlanJob {
  readonly tenant: string;
  readonly plan: string;
}

type Operations = PlanContract['operations'];

/** A plan that a request would make, with the stages of its lamps. */
type AskedPlan = PlanObject &
  Omit<Plan, 'state' | 'stage' | 'stages' | 'author' | 'decidedBy' | 'reason'> & {
    readonly lamps: readonly { readonly lamp: string; readonly stage: number }[];
  };

export function planHandlers(parts: LightingParts, advance: Job<PlanJob>): Handlers<PlanContract> {
  const kind = planKind(parts);
  return {
    ...proposeHandler(parts),
    list: {
      objects: listed(kind),
      handle: async (request) => ({
        plans: await readable(request, kind, await listPlans(parts.db, request.tenant)),
      }),
    },
    plan: {
      objects: named(kind),
      handle: (request) => shown(parts, request.tenant, judged(request, kind).id),
    },
    approve: { objects: named(kind), handle: (request) => decide(parts, advance, 'approve', request) },
    reject: { objects: named(kind), handle: (request) => decide(parts, advance, 'reject', request) },
    cancel: { objects: named(kind), handle: (request) => decide(parts, advance, 'cancel', request) },
  };
}

function proposeHandler(parts: LightingParts): Handlers<PlanContract, 'propose'> {
  const kind = planKind(parts);
  return {
    propose: {
      objects: documentsInBody(kind, async ({ tenant, body }: RequestOf<Operations['propose']>) => [
        await askedPlan(parts, tenant, body),
      ]),
      async handle(request, reply) {
        const { tenant } = request;
        const { lamps, newLamps: _, ...given } = judged(request, kind) as AskedPlan; // from `askedPlan`
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
        reply.header('location', `/lighting/plans/${plan.id}`);
        return shown(parts, tenant, plan.id);
      },
    },
  };
}

async function askedPlan(parts: LightingParts, tenant: string, body: PlanBody): Promise<AskedPlan> {
  const { strategy, deadlineS = HOUR_S, mostFailures = 0.1 } = body;
  const place = zoneOf(body);
  const command = await readCommand(parts, body.command, APPLY_COMMAND);
  const row = await findStrategy(parts.db, tenant, strategy, body.version);
  if (row === undefined) throw new InvalidInput('strategy', strategy, 'a lighting strategy that exists');
  await refreshPark(parts, tenant);
  const rows = await lampsOfZone(parts.db, tenant, place);
  const newLamps = rows.map(({ id }) => id);
  const given = { ...place, strategy, version: row.version, command, deadlineS, mostFailures };
  return { ...given, id: randomUUID(), newLamps, lamps: stagesOf(rows) };
}

const NEXT: Readonly<Record<'approve' | 'reject' | 'cancel', Partial<Record<Plan['state'], Plan['state']>>>> = {
  approve: { proposed: 'running' },
  reject: { proposed: 'rejected' },
  cancel: { proposed: 'cancelled', running: 'rollingBack' },
};

async function decide(
  parts: LightingParts,
  advance: Job<PlanJob>,
  action: keyof typeof NEXT,
  request: RequestOf<Operations['approve']>,
): Promise<AnswerOf<Operations['approve']>> {
  const { db } = parts;
  const { tenant } = request;
  const { id } = request.params;
  const { reason } = request.body;
  const caller = parts.callerOf(request);
  const by = actor(caller);
  if (action === 'approve') checkSecondPerson((await askerOfPlan(db, tenant, id)).person, caller);
  await withActs(parts, tenant, async (tx, record) => {
    const { state, stage } = (await findPlan(tx, tenant, id, true)) as Plan; // found before
    const next = NEXT[action][state];
    if (next === undefined) throw conflict(`the plan is "${state}": it is too late to ${action} it`);
    await movePlan(tx, tenant, { id, state: next, stage, decidedBy: by, ...(reason && { reason }) });
    await record(id, { actor: by, action, ...(reason !== undefined && { reason }) });
    if (next === 'running' || next === 'rollingBack') await advance.enqueue({ tenant, plan: id }, { key: id, tx });
  });
  return shown(parts, tenant, id);
}

async function shown({ db }: LightingParts, tenant: string, id: string): Promise<AnswerOf<Operations['plan']>> {
  const [plan, lamps, troubled, acts] = await Promise.all([
    findPlan(db, tenant, id),
    countLamps(db, tenant, id),
    lampsIn(db, tenant, id, ['failed', 'unanswered', 'backFailed', 'backUnanswered']),
    listActs(db, tenant, id),
  ]);
  return {
    ...(plan as Plan), // found before
    lamps,
    troubled: troubled
      .slice(0, MAX_TROUBLED)
      .map(({ sent_at, ...lamp }) => ({ ...lamp, sent_at: sent_at?.toISOString() ?? null })),
    acts,
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
