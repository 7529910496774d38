import type { Compute } from '@alzette/kit/compute';
import type { LonLat } from '@alzette/ngsi-ld-schemas/geo';
import type { Reached, ReachInput } from './reach.ts';
import { REACH } from './reach-task.ts';

/** Searches of one task: few enough that no thread is busy for long, and that several share the work. */
const AT_ONCE = 500;
const AT_ONCE_BY_BUS = 25;

interface Part {
  readonly input: ReachInput;
  /** The first of its origins. */
  readonly from: number;
}

/** Computes what many origins reach, in threads; the answer has the origins in their order. */
export async function reachInThreads(
  compute: Compute,
  input: ReachInput,
  options: { readonly tenant: string; readonly signal?: AbortSignal | undefined },
): Promise<Reached> {
  const size = input.origins.length * input.places.length;
  const whole: Reached = {
    counts: new Uint16Array(size),
    nearest: new Float32Array(size).fill(Number.POSITIVE_INFINITY),
    isApart: new Uint8Array(input.origins.length),
  };
  const parts = partsOf(input);
  const work = async () => {
    for (let part = parts.shift(); part !== undefined; part = parts.shift())
      addPart(whole, await compute.run(REACH, part.input, options), part.from, input.places.length);
  };
  // Two at a time leave threads to others.
  await Promise.all([work(), work()]);
  return whole;
}

function addPart(whole: Reached, { counts, nearest, isApart }: Reached, from: number, kinds: number): void {
  const begin = from * kinds;
  for (let at = 0; at < counts.length; at += 1) {
    whole.counts[begin + at] = (whole.counts[begin + at] as number) + (counts[at] as number);
    whole.nearest[begin + at] = Math.min(whole.nearest[begin + at] as number, nearest[at] as number);
  }
  whole.isApart.set(isApart, from);
}

/** By origins, or by places if these are fewer. */
function partsOf(input: ReachInput): Part[] {
  const { origins, places, mode } = input;
  const all = places.flatMap((own, kind) => own.map((place) => ({ place, kind })));
  if (mode === 'bus' || all.length >= origins.length) {
    const step = mode === 'bus' ? AT_ONCE_BY_BUS : AT_ONCE;
    return slices(origins, step).map((own, at) => ({ input: { ...input, origins: own }, from: at * step }));
  }
  const ofKind = (own: typeof all): LonLat[][] =>
    places.map((_, kind) => own.flatMap((each) => (each.kind === kind ? [each.place] : [])));
  return slices(all, AT_ONCE).map((own) => ({
    input: { ...input, places: ofKind(own), isFromPlaces: true },
    from: 0,
  }));
}

/** At least one: without places it is still known who is apart. */
function slices<T>(all: readonly T[], step: number): T[][] {
  return Array.from({ length: Math.max(1, Math.ceil(all.length / step)) }, (_, at) =>
    all.slice(at * step, (at + 1) * step),
  );
}
