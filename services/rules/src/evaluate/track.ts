import type { Cause, CompiledCause } from './compile-rule.ts';
import type { Reading } from './condition.ts';
import type { EntityReader } from './entity-reader.ts';

/** The state of one cause of a rule on one entity. Times are milliseconds since 1970. */
export interface Track {
  /** When the condition became true, while its `for` runs. */
  readonly pending?: number;
  /** The alarm of the last episode, identified by the time of its first raise. */
  readonly alarm?: number;
  readonly isActive?: boolean;
  /** When its present episode began, or the last one ended. */
  readonly turned?: number;
  /** When the clear condition became true, while its `for` runs. */
  readonly clearing?: number;
  /** The number of severity steps that the alarm has reached, or had when it ended; absent: none. */
  readonly level?: number;
  /** For each step above: when its condition became true, while its `for` runs. */
  readonly climbing?: readonly (number | null)[];
}

/** An alarm begins, becomes more severe, or ends. */
export interface Transition {
  readonly kind: 'raise' | 'step' | 'clear';
  readonly cause: Cause;
  readonly at: number;
  /** The time of the first raise; with rule, cause and entity it identifies the alarm. */
  readonly alarm: number;
  /** The number of severity steps reached; absent: none. */
  readonly level?: number;
  /** The values that were read. */
  readonly readings: readonly Reading[];
}

export interface Step {
  readonly track: Track;
  readonly transition?: Transition;
  /** The next possible change without a new sample; Infinity: none. */
  readonly next: number;
}

/** Advances a track to a time at which something may have changed. */
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
  const climb = climbOf(track, 0, cause, entity, at);
  const pending = truth === true ? (track.pending ?? at) : undefined;
  const deadline = pending === undefined ? Number.POSITIVE_INFINITY : pending + cause.forMs;
  if (at < deadline && climb.level === 0) {
    const isSame = pending === track.pending && climb.climbing === track.climbing;
    const waiting = isSame
      ? track
      : { ...ended(track), ...(pending !== undefined && { pending }), ...climbingOf(climb) };
    return { track: waiting, next: Math.min(next, deadline, climb.next) };
  }
  const { alarm: last, turned: over } = track;
  const isAgain = last !== undefined && over !== undefined && at - over < minIntervalMs;
  const alarm = isAgain ? last : at;
  const raised: Track = { alarm, isActive: true, turned: at, ...levelOf(climb), ...climbingOf(climb) };
  const { next: nextClear } = cause.clear.at(entity, at);
  const readings = shownAt(cause, climb.level).readings(entity, at);
  return {
    track: raised,
    transition: { kind: 'raise', cause: cause.cause, at, alarm, readings, ...levelOf(climb) },
    next: Math.min(nextClear, climb.next),
  };
}

function stepActive(track: Track, cause: CompiledCause, entity: EntityReader, at: number): Step {
  const { truth, next } = cause.clear.at(entity, at);
  const { alarm = at, level: before = 0 } = track; // an active alarm always has an id
  const clearing = truth === true ? (track.clearing ?? at) : undefined;
  const deadline = clearing === undefined ? Number.POSITIVE_INFINITY : clearing + cause.clearForMs;
  if (at >= deadline) {
    const { next: nextRaise } = cause.raise.at(entity, at);
    const climb = climbOf({}, 0, cause, entity, at);
    const readings = cause.shown.readings(entity, at);
    return {
      track: { alarm, turned: at, ...levelOf({ level: before }), ...climbingOf(climb) },
      transition: { kind: 'clear', cause: cause.cause, at, alarm, readings },
      next: Math.min(nextRaise, climb.next),
    };
  }
  const climb = climbOf(track, before, cause, entity, at);
  const soonest = Math.min(next, deadline, climb.next);
  const isSame = clearing === track.clearing && climb.level === before && climb.climbing === track.climbing;
  if (isSame) return { track, next: soonest };
  const { clearing: _, climbing: __, ...others } = track;
  const moved = { ...others, ...(clearing !== undefined && { clearing }), ...levelOf(climb), ...climbingOf(climb) };
  if (climb.level === before) return { track: moved, next: soonest };
  const readings = shownAt(cause, climb.level).readings(entity, at);
  const transition: Transition = { kind: 'step', cause: cause.cause, at, alarm, readings, level: climb.level };
  return { track: moved, transition, next: soonest };
}

interface Climb {
  readonly level: number;
  readonly climbing: Track['climbing'];
  readonly next: number;
}

/** The highest step that is reached at a time, at least `from`, and the running timers of the steps above it. */
function climbOf(track: Track, from: number, { steps }: CompiledCause, entity: EntityReader, at: number): Climb {
  if (steps.length <= from) return { level: from, climbing: undefined, next: Number.POSITIVE_INFINITY };
  let [reached, soonest] = [from, Number.POSITIVE_INFINITY];
  const since = steps.map(({ raise, forMs }, i): number | null => {
    if (i < from) return null;
    const { truth, next } = raise.at(entity, at);
    soonest = Math.min(soonest, next);
    if (truth !== true) return null;
    const began = track.climbing?.[i] ?? at;
    if (at >= began + forMs) reached = i + 1;
    else soonest = Math.min(soonest, began + forMs);
    return began;
  });
  const left = since.map((began, i) => (i < reached ? null : began));
  if (left.every((began) => began === null)) return { level: reached, climbing: undefined, next: soonest };
  const isSame = left.every((began, i) => began === (track.climbing?.[i] ?? null));
  return { level: reached, climbing: isSame ? track.climbing : left, next: soonest };
}

/** The condition whose values an alarm of this level shows. */
function shownAt({ shown, steps }: CompiledCause, reached: number): CompiledCause['shown'] {
  return steps[reached - 1]?.shown ?? shown;
}

function levelOf({ level }: { readonly level: number }): Pick<Track, 'level'> {
  return level === 0 ? {} : { level };
}

function climbingOf({ climbing }: Climb): Pick<Track, 'climbing'> {
  return climbing === undefined ? {} : { climbing };
}

function ended({ alarm, turned, level }: Track): Track {
  return {
    ...(alarm !== undefined && { alarm }),
    ...(turned !== undefined && { turned }),
    ...(level !== undefined && { level }),
  };
}
