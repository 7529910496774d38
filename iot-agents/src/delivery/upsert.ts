import { setTimeout as sleep } from 'node:timers/promises';
import { withTrace } from '@alzette/kit/tracing';
import type { Entity, NgsiLdClient, ProblemDetails } from '@alzette/ngsi-ld-schemas';
import { NgsiLdClientError } from '@alzette/ngsi-ld-schemas/client';
import { isNodeAway, isRefusal } from '../frames/broker-refusal.ts';
import type { ContextOf } from '../frames/context-of.ts';
import { runsByTime } from './time-runs.ts';
import { traceOfEach } from './trace-of-each.ts';

/** The entities of one frame. */
interface FrameEntities {
  readonly entities: readonly Entity[];
  /** They are not compared with current values, because they have no time but that of reception. */
  readonly isOfReception?: boolean;
  /** The number of notifications that led to them. */
  readonly hops?: number | undefined;
  /** The request id of the frame, as text. */
  readonly trace?: string | undefined;
}

export interface UpsertOptions {
  readonly client: NgsiLdClient;
  readonly contextOf: ContextOf;
  readonly signal: AbortSignal;
  /** Called for each attempt that failed because the broker did not answer. */
  readonly onRetry: (cause: unknown) => void;
  /** Called with the number of attributes that were older than the current ones and went to the history only. */
  readonly onLate: (attributes: number) => void;
}

const NOTHING: FrameEntities = { entities: [] };
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 30_000;
/** While a node is away, the broker itself has little to do with a request. */
const LONGEST_OF_NODE_MS = 5_000;

/**
 * Upserts the entities of many frames in order; an entity may occur several times. Waits for a broker that is down.
 * Returns what the broker permanently refuses, by the index of the frame. @throws AbortError
 */
export async function upsertFrames(
  options: UpsertOptions,
  tenant: string,
  frames: readonly FrameEntities[],
): Promise<Map<number, string>> {
  const refused = new Map<number, string>();
  for (const { places, isOfReception, hops } of runsByTime(frames)) {
    const run = places.map((place) => frames[place]?.entities ?? []);
    const traced = traceOfEach(places.map((place) => frames[place] ?? NOTHING));
    const upsert = () => upsertRun(options, tenant, run, { isOfReception, hops });
    for (const [at, message] of await withTrace(traced, upsert)) {
      refused.set(places[at] ?? -1, message);
    }
  }
  return refused;
}

async function upsertRun(
  { client, contextOf, signal, onRetry, onLate }: UpsertOptions,
  tenant: string,
  frames: readonly (readonly Entity[])[],
  { isOfReception, hops }: { readonly isOfReception: boolean; readonly hops: number | undefined },
): Promise<Map<number, string>> {
  const how = {
    ...(isOfReception ? { update: true } : { lateToHistory: true }),
    ...(hops !== undefined && { hops }),
  };
  const send = async (entities: Entity[]): Promise<Map<string, ProblemDetails>> =>
    persist(signal, onRetry, async () => {
      const { errors, late = 0 } = await client.batchUpsert(entities, { ...how, tenant, context: contextOf(tenant) });
      const transient = errors.find(({ error }) => (error.status ?? 0) >= 500 || error.type.endsWith('/InternalError'));
      if (transient !== undefined) {
        const { entityId, error } = transient;
        throw new Error(`${entityId}: ${error.detail}`, { cause: new NgsiLdClientError(error.status ?? 500, error) });
      }
      onLate(late);
      return new Map(errors.map(({ entityId, error }) => [entityId, error]));
    });

  const refused = new Map<number, string>();
  const all = frames.flat();
  if (all.length === 0) return refused;
  let suspects: Map<string, ProblemDetails> | undefined;
  try {
    suspects = await send(all);
  } catch (cause) {
    if (!isRefusal(cause)) throw cause;
  }
  if (suspects?.size === 0) return refused;
  // One frame at a time, to find out which of several states of an entity was refused.
  for (const [index, entities] of frames.entries()) {
    if (suspects !== undefined && !entities.some(({ id }) => suspects.has(id))) continue;
    try {
      const [problem] = (await send([...entities])).values();
      if (problem !== undefined) refused.set(index, problem.detail || problem.title);
    } catch (cause) {
      if (!isRefusal(cause)) throw cause;
      refused.set(index, cause.message);
    }
  }
  return refused;
}

/** Retries with growing pauses until it succeeds; rethrows permanent errors. @throws AbortError */
export async function persist<T>(
  signal: AbortSignal,
  onRetry: (cause: unknown) => void,
  work: () => Promise<T>,
): Promise<T> {
  for (let pause = FIRST_PAUSE_MS; ; pause *= 2) {
    try {
      signal.throwIfAborted();
      return await work();
    } catch (cause) {
      if (signal.aborted || isRefusal(cause)) throw cause;
      onRetry(cause);
      pause = Math.min(pause, isNodeAway(cause) ? LONGEST_OF_NODE_MS : LONGEST_PAUSE_MS);
      await sleep(pause * (0.75 + Math.random() / 2), undefined, { signal });
    }
  }
}
