import type { Plan, PlanLampState } from '../contract/contract.ts';
import type { LightingParts } from '../parts.ts';
import { assign, openAssigned, type Placed } from '../strategies/assignments.ts';
import { findStrategy } from '../strategies/strategy-rows.ts';
import { tonight } from '../sun/tonight.ts';
import { publishGroups } from '../zones/zone-groups.ts';
import { SERVICE, withActs } from './acts.ts';
import { lampCommands } from './lamp-commands.ts';
import { askerOfPlan, findPlan, lampsIn, markLamps, movePlan, type PlanLamp } from './plan-rows.ts';

const LAMP = `SELECT id, commune, street, cabinet, zones FROM lighting.lamp WHERE tenant = $1 AND id = ANY ($2::text[])`;

/** The states of applying a plan, and of rolling it back. */
const THERE = { sent: 'sent', done: 'done', failed: 'failed', unanswered: 'unanswered' } as const;
const BACK = { sent: 'backSent', done: 'back', failed: 'backFailed', unanswered: 'backUnanswered' } as const;

/**
 * Advances a plan by one step: sends the commands of its stage, reads the answers of lamps, gives up on lamps that do
 * not answer in time, and continues with the next stage, the rollback, or the end. After a crash it sends again what
 * was not marked as sent.
 *
 * @returns false: the plan has ended
 */
export async function advancePlan(parts: LightingParts, tenant: string, id: string): Promise<boolean> {
  const plan = await findPlan(parts.db, tenant, id);
  if (plan === undefined) return false;
  if (plan.state === 'running') await advanceStage(parts, tenant, plan);
  else if (plan.state === 'rollingBack') await advanceBack(parts, tenant, plan);
  const { state } = (await findPlan(parts.db, tenant, id)) ?? plan;
  return state === 'running' || state === 'rollingBack';
}

async function advanceStage(parts: LightingParts, tenant: string, plan: Plan): Promise<void> {
  const { db } = parts;
  const { id, stage } = plan;
  const row = await findStrategy(db, tenant, plan.strategy, plan.version);
  await send(parts, tenant, plan, await lampsIn(db, tenant, id, ['waiting'], stage), THERE, () => row?.document);
  await hear(parts, tenant, plan, await lampsIn(db, tenant, id, ['sent'], stage), THERE);
  const open = await lampsIn(db, tenant, id, ['waiting', 'sent'], stage);
  if (open.length > 0) return;
  const all = await lampsIn(db, tenant, id, ['done', 'failed', 'unanswered'], stage);
  const failed = all.filter(({ state }) => state !== 'done').length;
  const isDone = await withActs(parts, tenant, async (tx, record) => {
    const locked = await findPlan(tx, tenant, id, true);
    if (locked?.state !== 'running' || locked.stage !== stage) return false; // it was stopped in the meantime
    const details = { stage, lamps: all.length, failed };
    if (failed > all.length * plan.mostFailures) {
      const reason = `${failed} of ${all.length} lamps of stage ${stage + 1} failed`;
      await movePlan(tx, tenant, { id, state: 'rollingBack', stage, reason });
      await record(id, { actor: SERVICE, action: 'rollBack', details });
    } else if (stage + 1 < plan.stages) {
      await movePlan(tx, tenant, { id, state: 'running', stage: stage + 1 });
      await record(id, { actor: SERVICE, action: 'finishStage', details });
    } else {
      await movePlan(tx, tenant, { id, state: 'done', stage });
      // The strategy counts from the next night on, because the present night has both.
      const { kind, zone, strategy, version } = plan;
      await assign(tx, tenant, { kind, zone, strategy, version, from: tonight(parts.siteOf(tenant).timeZone) });
      await record(id, { actor: SERVICE, action: 'finish', details });
      return true;
    }
    return false;
  });
  if (isDone) await publishGroups(parts, tenant, tonight(parts.siteOf(tenant).timeZone));
}

/** Sends the previous strategies to all lamps that received a command. */
async function advanceBack(parts: LightingParts, tenant: string, plan: Plan): Promise<void> {
  const { db } = parts;
  const commandedLamps = await lampsIn(db, tenant, plan.id, ['sent', 'done', 'failed', 'unanswered']);
  const before = await documentsBefore(parts, tenant, commandedLamps);
  await send(parts, tenant, plan, commandedLamps, BACK, (lamp) => before.get(lamp) ?? null);
  await hear(parts, tenant, plan, await lampsIn(db, tenant, plan.id, ['backSent']), BACK);
  const open = await lampsIn(db, tenant, plan.id, ['sent', 'done', 'failed', 'unanswered', 'backSent']);
  if (open.length > 0) return;
  await withActs(parts, tenant, async (tx, record) => {
    await movePlan(tx, tenant, { id: plan.id, state: 'rolledBack', stage: plan.stage });
    await record(plan.id, { actor: SERVICE, action: 'finishRollBack' });
  });
}

type Way = typeof THERE | typeof BACK;

/** There with the rights of who proposed the plan; back with the product's, because rights may have been lost since. */
async function send(
  { db, client, clientAs, context }: LightingParts,
  tenant: string,
  { id, command }: Plan,
  lamps: readonly PlanLamp[],
  way: Way,
  documentFor: (lamp: string) => unknown,
): Promise<void> {
  const at = new Date();
  const author = way === BACK ? client : clientAs((await askerOfPlan(db, tenant, id)).grant, { isAdmitted: true });
  const groups = Map.groupBy(lamps, ({ lamp }) => documentFor(lamp));
  for (const [document, group] of groups) {
    const ids = group.map(({ lamp }) => lamp);
    const refused = await lampCommands({ client, author, context, tenant }).send(ids, command, document);
    const marks = ids.map((lamp) => {
      const info = refused.get(lamp);
      return info === undefined ? { lamp, state: way.sent } : { lamp, state: way.failed, info };
    });
    await markLamps(db, tenant, id, marks, at);
  }
}

async function hear(
  { db, client, context }: LightingParts,
  tenant: string,
  { id, command, deadlineS }: Plan,
  lamps: readonly PlanLamp[],
  way: Way,
): Promise<void> {
  const sentAt = new Map(lamps.map(({ lamp, sent_at }) => [lamp, sent_at]));
  const answers = await lampCommands({ client, context, tenant }).answers(
    lamps.map(({ lamp }) => lamp),
    command,
    (lamp) => sentAt.get(lamp) ?? null,
  );
  const deadline = Date.now() - deadlineS * 1000;
  const marks = lamps.flatMap(({ lamp, sent_at }): { lamp: string; state: PlanLampState; info?: string }[] => {
    const answer = answers.get(lamp);
    if (answer)
      return [{ lamp, state: answer.isDone ? way.done : way.failed, ...(answer.info && { info: answer.info }) }];
    if (sent_at !== null && sent_at.getTime() > deadline) return [];
    return [{ lamp, state: way.unanswered, info: `no answer within ${deadlineS} s` }];
  });
  await markLamps(db, tenant, id, marks);
}

/** The previous strategies by lamp. A lamp without one burns all night again. */
async function documentsBefore(
  { db, siteOf }: LightingParts,
  tenant: string,
  lamps: readonly PlanLamp[],
): Promise<ReadonlyMap<string, unknown>> {
  const ids = lamps.map(({ lamp }) => lamp);
  const { rows } = await db.query<Placed>({ text: LAMP, values: [tenant, ids] });
  const site = siteOf(tenant);
  const assigned = await openAssigned(db, tenant, site);
  const night = tonight(site.timeZone);
  const documents = new Map<string, unknown>();
  const known = new Map<string, unknown>();
  for (const lamp of rows) {
    const { strategy, version } = assigned.promiseFor(lamp, night);
    if (strategy === undefined || version === undefined) continue;
    const key = `${strategy} ${version}`;
    if (!known.has(key)) known.set(key, (await findStrategy(db, tenant, strategy, version))?.document);
    documents.set(lamp.id, known.get(key));
  }
  return documents;
}
