import { isNodeAway } from '../frames/broker-refusal.ts';
import { copyToPending, copyToQuarantine } from '../inbox/quarantine.ts';
import type { DeliveryContext } from './delivery-context.ts';
import type { Outcome } from './outcome.ts';
import type { DeviceProgress } from './progress.ts';
import { settle } from './progress-rows.ts';
import { persist, upsertFrames } from './upsert.ts';

export interface OutcomeDelivery {
  push(outcomes: readonly Outcome[]): void;
  /** Whether outcomes of the tenant wait for the broker, beside those of others. */
  isWaiting(tenant: string): boolean;
  /** The number of outcomes that wait because a node of the broker's database is away. */
  aside(): number;
  /** Whether the tenant's node is away, and so many outcomes wait for nodes that further ones must not. */
  isFull(tenant: string): boolean;
}

interface DeliveryListener {
  onSettled(outcomes: readonly Outcome[]): void;
  /** Some of them wait for a node. */
  onAside(): void;
}

/** Outcomes of a tenant that are sent beside those of others, which they would hold up. */
interface TenantLane {
  readonly queue: Outcome[];
  /** The number of those being sent. */
  sent: number;
  isNodeAway: boolean;
}

/** Several statements of the broker: while one is written, the next is prepared. */
const FRAMES_AT_ONCE = 1_000;
/** If a batch takes longer, the tenants whose outcomes are not written yet get a lane of their own. */
const PATIENCE_MS = 1_000;
const ASIDE = 1_000;

/**
 * Sends outcomes to the broker, one batch at a time. Each batch is settled while the next one is being sent. A tenant
 * that the broker does not serve at once gets a lane of its own until its outcomes are written.
 *
 * Longer than 80 lines: short functions that share the state at its top.
 */
export function createOutcomeDelivery(
  delivery: DeliveryContext,
  progress: ReadonlyMap<string, DeviceProgress>,
  { onSettled, onAside }: DeliveryListener,
): OutcomeDelivery {
  const { client, contextOf, counters, signal, logger, inbox, membership } = delivery;
  const queue: Outcome[] = [];
  const lanes = new Map<string, TenantLane>();
  let running = false;
  let settling: Promise<void> = Promise.resolve();
  const onRetry = (cause: unknown): void => {
    counters.retries += 1;
    logger.warn({ err: cause }, 'uplinks wait: the broker or the database does not answer');
  };

  const onLate = (attributes: number): void => {
    counters.late += attributes;
  };

  /** @returns them with the reasons of those that the broker refuses */
  const write = async (
    tenant: string,
    own: readonly Outcome[],
    onFailure: (cause: unknown) => void,
  ): Promise<Outcome[]> => {
    const outcomes = [...own];
    for (const { entities } of own) counters.entities += entities.length;
    const frames = own.map(({ entities, isOfReception = false, hops, trace }) => ({
      entities,
      isOfReception,
      hops,
      trace,
    }));
    const refused = await upsertFrames({ client, contextOf, signal, onRetry: onFailure, onLate }, tenant, frames);
    for (const [place, message] of refused) {
      const outcome = own[place];
      if (outcome === undefined) continue;
      const { inboxId, devEui } = outcome;
      const note = {
        inboxId,
        reason: 'broker_rejected' as const,
        message,
        ...(devEui === undefined ? {} : { devEui }),
      };
      outcomes[place] = { ...outcome, notes: [...outcome.notes, note] };
    }
    return outcomes;
  };

  const settleAll = async (outcomes: readonly Outcome[]): Promise<void> => {
    if (outcomes.length === 0) return;
    await persist(signal, onRetry, () => writeOutcomes(delivery, outcomes, progress));
    counters.delivered += outcomes.length;
    for (const { notes } of outcomes) {
      for (const { reason } of notes) counters.quarantined[reason] = (counters.quarantined[reason] ?? 0) + 1;
    }
    onSettled(outcomes);
  };

  /** One after another, so that the progress of a device never becomes older. */
  const settleInTurn = (outcomes: readonly Outcome[]): Promise<void> => {
    settling = settling.then(() => settleAll(outcomes));
    settling.catch(() => undefined);
    return settling;
  };

  /** Excludes what another process has taken over meanwhile, which delivers it. */
  const ownedOutcomes = async (batch: readonly Outcome[]): Promise<readonly Outcome[]> => {
    await membership.untilValid(signal);
    const ours = batch.filter(({ inboxId }) => inbox.holds(inboxId));
    if (ours.length < batch.length) onSettled(batch.filter(({ inboxId }) => !inbox.holds(inboxId)));
    return ours;
  };

  const runLane = async (tenant: string, lane: TenantLane, first: Promise<readonly Outcome[]>): Promise<void> => {
    let written = first;
    for (;;) {
      const outcomes = await written;
      lane.isNodeAway = false;
      await settling;
      const settled = settleInTurn(outcomes);
      if (lane.queue.length === 0) await settled;
      if (lane.queue.length === 0) break;
      const own = await ownedOutcomes(lane.queue.splice(0, FRAMES_AT_ONCE));
      lane.sent = own.length;
      written = write(tenant, own, onRetryOf(lane));
    }
    lanes.delete(tenant);
    inbox.wake();
  };

  const onRetryOf =
    (lane: TenantLane) =>
    (cause: unknown): void => {
      onRetry(cause);
      lane.isNodeAway = isNodeAway(cause);
      onAside();
    };

  /** Writes them. If that fails or takes until the deadline, it goes on in a lane. @returns those that are written */
  const writeInTime = async (
    tenant: string,
    own: readonly Outcome[],
    deadline: number,
  ): Promise<readonly Outcome[]> => {
    const lane: TenantLane = { queue: [], sent: own.length, isNodeAway: false };
    const late = Promise.withResolvers<undefined>();
    const onRetryOfLane = onRetryOf(lane);
    const written = write(tenant, own, (cause) => {
      onRetryOfLane(cause);
      late.resolve(undefined);
    });
    const timer = setTimeout(() => late.resolve(undefined), Math.max(0, deadline - performance.now()));
    const inTime = await Promise.race([written, late.promise]).finally(() => clearTimeout(timer));
    if (inTime !== undefined) return inTime;
    lanes.set(tenant, lane);
    onAside();
    runLane(tenant, lane, written).catch(stopped);
    return [];
  };

  /** @returns those that are written, or have nothing to write */
  const deliver = async (batch: readonly Outcome[]): Promise<readonly Outcome[]> => {
    const done = batch.filter(({ entities }) => entities.length === 0);
    const deadline = performance.now() + PATIENCE_MS;
    const others = done.length === 0 ? batch : batch.filter(({ entities }) => entities.length > 0);
    for (const [tenant, own] of Map.groupBy(others, (outcome) => outcome.tenant)) {
      const lane = lanes.get(tenant);
      if (lane !== undefined) lane.queue.push(...own);
      else done.push(...(await writeInTime(tenant, own, deadline)));
    }
    return done;
  };

  const run = async (): Promise<void> => {
    while (queue.length > 0) {
      const outcomes = await deliver(await ownedOutcomes(queue.splice(0, FRAMES_AT_ONCE)));
      await settling;
      const settled = settleInTurn(outcomes);
      // Only the last batch is awaited; otherwise the next one starts at once.
      if (queue.length === 0) await settled;
    }
  };

  const stopped = (cause: unknown): void => {
    // Shutdown: unsettled frames stay in the inbox.
    if (!signal.aborted) logger.error({ err: cause }, 'delivery stopped');
  };

  const aside = (): number => {
    let count = 0;
    for (const { isNodeAway, sent, queue } of lanes.values()) if (isNodeAway) count += sent + queue.length;
    return count;
  };

  return {
    aside,
    isWaiting: (tenant) => lanes.has(tenant),
    isFull: (tenant) => lanes.get(tenant)?.isNodeAway === true && aside() >= ASIDE,
    push(outcomes) {
      queue.push(...outcomes);
      if (running) return;
      running = true;
      run()
        .catch(stopped)
        .finally(() => {
          running = false;
        });
    },
  };
}

async function writeOutcomes(
  { db, membership }: DeliveryContext,
  outcomes: readonly Outcome[],
  progress: ReadonlyMap<string, DeviceProgress>,
): Promise<void> {
  const inboxIds = outcomes.map(({ inboxId }) => inboxId);
  const notes = outcomes.flatMap((outcome) => outcome.notes);
  const pending: { inboxId: number; devEui: string }[] = [];
  const seen = new Map<string, DeviceProgress>();
  for (const { inboxId, devEui, pending: unknown } of outcomes) {
    if (devEui === undefined) continue;
    if (unknown === true) pending.push({ inboxId, devEui });
    const device = progress.get(devEui);
    if (device !== undefined) seen.set(devEui, device);
  }
  if (notes.length === 0 && pending.length === 0) return settle(db, membership.process, inboxIds, seen);
  await db.transaction(async (tx) => {
    if (notes.length > 0) await copyToQuarantine(tx, notes);
    if (pending.length > 0) await copyToPending(tx, pending);
    await settle(tx, membership.process, inboxIds, seen);
  });
}
