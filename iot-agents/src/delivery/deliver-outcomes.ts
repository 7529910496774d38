import { copyToPending, copyToQuarantine } from '../inbox/quarantine.ts';
import type { DeliveryContext } from './delivery-context.ts';
import type { Outcome } from './outcome.ts';
import type { DeviceProgress } from './progress.ts';
import { settle } from './progress-rows.ts';
import { persist, upsertFrames } from './upsert.ts';

interface OutcomeDelivery {
  push(outcomes: readonly Outcome[]): void;
}

/** Several statements of the broker: while one is written, the next is prepared. */
const FRAMES_AT_ONCE = 1_000;

/**
 * Sends outcomes to the broker, one batch at a time. Each batch is settled while the next one is being sent.
 * Longer than 80 lines: short functions that share the state at its top.
 */
export function createOutcomeDelivery(
  delivery: DeliveryContext,
  progress: ReadonlyMap<string, DeviceProgress>,
  onSettled: (outcomes: readonly Outcome[]) => void,
): OutcomeDelivery {
  const { client, contextOf, counters, signal, logger, inbox, membership } = delivery;
  const queue: Outcome[] = [];
  let running = false;
  const onRetry = (cause: unknown): void => {
    counters.retries += 1;
    logger.warn({ err: cause }, 'uplinks wait: the broker or the database does not answer');
  };

  const onLate = (attributes: number): void => {
    counters.late += attributes;
  };

  const deliver = async (batch: readonly Outcome[]): Promise<Outcome[]> => {
    const outcomes = [...batch];
    for (const tenant of new Set(
      batch.filter(({ entities }) => entities.length > 0).map((outcome) => outcome.tenant),
    )) {
      const places = [...batch.keys()].filter((place) => batch[place]?.tenant === tenant);
      const frames = places.map((place) => {
        const { entities = [], isOfReception = false, hops, trace } = batch[place] ?? {};
        return { entities, isOfReception, hops, trace };
      });
      for (const { entities } of frames) counters.entities += entities.length;
      const refused = await upsertFrames({ client, contextOf, signal, onRetry, onLate }, tenant, frames);
      for (const [index, message] of refused) {
        const place = places[index] ?? -1;
        const outcome = batch[place];
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
    }
    return outcomes;
  };

  const settleAll = async (outcomes: readonly Outcome[]): Promise<void> => {
    await persist(signal, onRetry, () => writeOutcomes(delivery, outcomes, progress));
    counters.delivered += outcomes.length;
    for (const { notes } of outcomes) {
      for (const { reason } of notes) counters.quarantined[reason] = (counters.quarantined[reason] ?? 0) + 1;
    }
    onSettled(outcomes);
  };

  /** Excludes what another process has taken over meanwhile, which delivers it. */
  const ownedOutcomes = async (batch: readonly Outcome[]): Promise<readonly Outcome[]> => {
    await membership.untilValid(signal);
    const ours = batch.filter(({ inboxId }) => inbox.holds(inboxId));
    if (ours.length < batch.length) onSettled(batch.filter(({ inboxId }) => !inbox.holds(inboxId)));
    return ours;
  };

  const run = async (): Promise<void> => {
    let settling: Promise<void> = Promise.resolve();
    while (queue.length > 0) {
      const outcomes = await deliver(await ownedOutcomes(queue.splice(0, FRAMES_AT_ONCE)));
      await settling;
      settling = settleAll(outcomes);
      settling.catch(() => undefined);
      // Only the last batch is awaited; otherwise the next one starts at once.
      if (queue.length === 0) await settling;
    }
  };

  return {
    push(outcomes) {
      queue.push(...outcomes);
      if (running) return;
      running = true;
      run()
        .catch((cause: unknown) => {
          // Shutdown: unsettled frames stay in the inbox.
          if (!signal.aborted) logger.error({ err: cause }, 'delivery stopped');
        })
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
