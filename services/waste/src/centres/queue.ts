/** How long one waits at a gate, and how far that can be believed. */
export interface Queue {
  readonly vehicles: number;
  readonly minutes: number;
  /** The wait lies between these eight times of ten. */
  readonly shortest: number;
  readonly longest: number;
  /** By the age of the count: what has come and gone since is not known. */
  readonly confidence: 'high' | 'medium' | 'low';
  readonly observedAt: string;
}

const MINUTE_MS = 60_000;
/** An older count of waiting vehicles is not told. */
const HOLDS_MS = 30 * MINUTE_MS;
const CONFIDENCE = [
  { confidence: 'high', withinMs: 5 * MINUTE_MS },
  { confidence: 'medium', withinMs: 15 * MINUTE_MS },
  { confidence: 'low', withinMs: HOLDS_MS },
] as const;
/** Of a normal distribution: eight of ten lie so many deviations about the mean. */
const EIGHT_OF_TEN = 1.28;

/**
 * The wait behind vehicles that were counted. Each takes a time of its own, as often short as long about its mean: the
 * deviation of `n` is `√n` of it. Undefined: the count is too old, or tells no time.
 */
export function queueOf(
  { value: vehicles, observedAt }: { readonly value: number; readonly observedAt?: string },
  minutesPerVehicle: number,
  now: Date,
): Queue | undefined {
  if (observedAt === undefined) return undefined;
  const age = now.getTime() - Date.parse(observedAt);
  const confidence = CONFIDENCE.find(({ withinMs }) => age <= withinMs)?.confidence;
  if (confidence === undefined) return undefined;
  const minutes = vehicles * minutesPerVehicle;
  const margin = EIGHT_OF_TEN * minutesPerVehicle * Math.sqrt(vehicles);
  return {
    vehicles,
    minutes: Math.round(minutes),
    shortest: Math.max(0, Math.floor(minutes - margin)),
    longest: Math.ceil(minutes + margin),
    confidence,
    observedAt,
  };
}
