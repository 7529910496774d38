import type { Cause, CompiledCause } from './compile-rule.ts';
import type { Reading } from './condition.ts';
import type { EntityReader } from './entity-reader.ts';

/** How far one cause of a rule has come on one entity. Times are milliseconds since 1970. */
export interface Track {
  /** Since when the condition has held, while its `for` runs. */
  readonly pending?: number;
  /** The alarm of the last episode: its name is when it was first raised. */
  readonly alarm?: number;
  readonly isActive?: boolean;
  /** When the current episode of it was raised, or the last one ended. */
  readonly turned?: number;
  /** Since when the clear condition has held, while its `for` runs. */
  readonly clearing?: number;
}

/** An alarm begins or ends. */
export interface Transition {
  readonly kind: 'raise' | 'clear';
  readonly cause: Cause;
  readonly at: number;
  /** When the alarm was first raised: with rule, cause and entity its name. */
  readonly alarm: number;
  /** What was looked at. */
  readonly readings: readonly Reading[];
}

export interface Step {
  readonly track: Track;
  readonly transition?: Transition;
  /** When something can change without a new sample; Infinity: nothing does. */
  readonly next: number;
}

/** Takes a track to a time at which something may have changed. */
export function step(
  track: Track,
  cause: CompiledCause,
  entity: EntityReader,
  at: number,
  minIntervalMs: number,
): Step {
  return track.isActive === true
    ? stepActive(track, cause, entity, at)
    : stepIdle(track, cause, entity, at, minIntervalMs);
}

function stepIdle(track: Track, cause: CompiledCause, entity: EntityReader, at: number, minIntervalMs: number): Step {
  const { truth, next } = cause.raise.at(entity, at);
  if (truth !== true) return { track: track.pending === undefined ? track : ended(track), next };
  const pending = track.pending ?? at;
  const deadline = pending + cause.forMs;
  if (at < deadline) {
    return { track: track.pending === undefined ? { ...track, pending } : track, next: Math.min(next, deadline) };
  }
  const { alarm: last, turned: over } = track;
  const isAgain = last !== undefined && over !== undefined && at - over < minIntervalMs;
  const alarm = isAgain ? last : at;
  const raised: Track = { alarm, isActive: true, turned: at };
  const { next: nextClear } = cause.clear.at(entity, at);
  const readings = cause.shown.readings(entity, at);
  return { track: raised, transition: { kind: 'raise', cause: cause.cause, at, alarm, readings }, next: nextClear };
}

function stepActive(track: Track, cause: CompiledCause, entity: EntityReader, at: number): Step {
  const { truth, next } = cause.clear.at(entity, at);
  if (truth !== true) {
    if (track.clearing === undefined) return { track, next };
    const { clearing: _, ...others } = track;
    return { track: others, next };
  }
  const clearing = track.clearing ?? at;
  const deadline = clearing + cause.clearForMs;
  if (at < deadline) {
    return { track: track.clearing === undefined ? { ...track, clearing } : track, next: Math.min(next, deadline) };
  }
  const alarm = track.alarm as number; // an active one has one
  const cleared: Track = { alarm, turned: at };
  const { next: nextRaise } = cause.raise.at(entity, at);
  const readings = cause.shown.readings(entity, at);
  return { track: cleared, transition: { kind: 'clear', cause: cause.cause, at, alarm, readings }, next: nextRaise };
}

function ended({ alarm, turned }: Track): Track {
  return { ...(alarm !== undefined && { alarm }), ...(turned !== undefined && { turned }) };
}
