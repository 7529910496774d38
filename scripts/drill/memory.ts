import type { BrokerProcess } from './broker-process.ts';

/** The memory of a broker at one moment, in MiB. */
interface Sample {
  readonly minutes: number;
  readonly heap: number;
  readonly resident: number;
}

/** How the memory of a broker grew, in MiB per hour. */
export interface Growth {
  readonly heap: number;
  readonly resident: number;
}

export interface MemoryWatch {
  /** By broker; undefined: it was observed for less than twice the warm-up. */
  growth(): (Growth | undefined)[];
  stop(): void;
}

const EVERY_MS = 5_000;
/** In this time caches are filled and V8 adjusts the size of its heap. */
const WARM_UP_MINUTES = 15;
const MIB = 2 ** 20;

/** Samples the memory in the metrics of the brokers until it is stopped. */
export function watchMemory(brokers: readonly BrokerProcess[]): MemoryWatch {
  const since = performance.now();
  const samples: Sample[][] = brokers.map(() => []);
  const look = async () => {
    for (const [nth, { url }] of brokers.entries()) {
      const text = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(EVERY_MS) })
        .then((response) => response.text())
        .catch(() => '');
      const heap = figure(text, 'nodejs_heap_size_used_bytes');
      const resident = figure(text, 'process_resident_memory_bytes');
      if (heap === undefined || resident === undefined) continue;
      samples[nth]?.push({ minutes: (performance.now() - since) / 60_000, heap: heap / MIB, resident: resident / MIB });
    }
  };
  const timer = setInterval(() => void look(), EVERY_MS);
  return {
    growth: () => samples.map(growthOf),
    stop: () => clearInterval(timer),
  };
}

function figure(metrics: string, name: string): number | undefined {
  const line = metrics.split('\n').find((text) => text.startsWith(name) && /^[ {]/.test(text.slice(name.length)));
  return line === undefined ? undefined : Number(line.split(' ').at(-1));
}

/**
 * The growth of the heap is the slope of the minima of each minute, which don't depend on garbage collection. The growth
 * of resident memory is between the maxima of both halves, because V8 sometimes releases and reallocates about 40 MiB.
 */
function growthOf(samples: readonly Sample[]): Growth | undefined {
  const last = samples.at(-1)?.minutes ?? 0;
  if (last < 2 * WARM_UP_MINUTES) return undefined;
  const warm = samples.filter(({ minutes }) => minutes >= WARM_UP_MINUTES);
  const middle = (WARM_UP_MINUTES + last) / 2;
  const most = (half: readonly Sample[]) => Math.max(...half.map(({ resident }) => resident));
  const rise =
    most(warm.filter(({ minutes }) => minutes >= middle)) - most(warm.filter(({ minutes }) => minutes < middle));
  return { heap: slope(leastHeaps(warm)), resident: tenths((rise / (middle - WARM_UP_MINUTES)) * 60) };
}

function leastHeaps(samples: readonly Sample[]): [minute: number, least: number][] {
  const byMinute = new Map<number, number>();
  for (const { minutes, heap } of samples) {
    const minute = Math.floor(minutes);
    byMinute.set(minute, Math.min(byMinute.get(minute) ?? Number.POSITIVE_INFINITY, heap));
  }
  return [...byMinute];
}

/** By least squares, per hour. */
function slope(points: readonly (readonly [minute: number, value: number])[]): number {
  const mean = (of: (point: readonly [number, number]) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const x = mean(([minute]) => minute);
  const y = mean(([, value]) => value);
  const covariance = mean(([minute, value]) => (minute - x) * (value - y));
  const variance = mean(([minute]) => (minute - x) ** 2);
  return variance === 0 ? 0 : tenths((covariance / variance) * 60);
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
