import type { Queue } from '../contract/contract.ts';

const MINUTE_MS = 60_000;
/** An older count is ignored. */
const HOLDS_MS = 30 * MINUTE_MS;
const CONFIDENCE = [
  { confidence: 'high', withinMs: 5 * MINUTE_MS },
  { confidence: 'medium', withinMs: 15 * MINUTE_MS },
  { confidence: 'low', withinMs: HOLDS_MS },
] as const;
/** 80 % of a normal distribution are within this many standard deviations of the mean. */
const EIGHT_OF_TEN = 1.28;

/**
 * The wait behind the counted vehicles. Their service times vary independently around the mean, so the deviation for
 * `n` vehicles is `√n` of it. Undefined: the count is too old or has no time.
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
