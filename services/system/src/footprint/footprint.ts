import type { Amounts, Method } from '../contract/footprint.ts';
import { DOMAINS, PLATFORM } from './domains.ts';
import { kwhOf } from './method.ts';
import { type UseRow, WHOLE } from './use-rows.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const GIGABYTE = 1e9;

/** What was used on a day. */
interface DayUse {
  readonly day: string;
  /** So long it was stored: until now, if it is today. */
  readonly hours: number;
  readonly processorSeconds: number;
  readonly memoryByteSeconds: number;
  readonly processSeconds: number;
  readonly trafficBytes: number;
  readonly requests: number;
  readonly storageBytes: number;
}

/** The rows of some days, and how kWh are estimated. */
export interface Period {
  readonly rows: readonly UseRow[];
  readonly now: Date;
  readonly method: Method;
}

export interface CollectivityUse {
  readonly requests: number;
  readonly entities: number;
}

/** The day that is so many days before. */
export function daysBefore(now: Date, days: number): string {
  return new Date(now.getTime() - days * DAY_MS).toISOString().slice(0, 10);
}

/** What all used together. */
export function wholeOf(period: Period): Amounts {
  return amountsOf(usesOf(period, WHOLE), period.method);
}

/** What was used on each day, oldest first. */
export function trendOf(period: Period): ({ readonly day: string } & Amounts)[] {
  return usesOf(period, WHOLE).map((use) => ({ day: use.day, ...amountsOf([use], period.method) }));
}

/**
 * What each domain used: its own storage and requests, and by these its share of processor, memory and traffic. What
 * belongs to none is the platform's.
 */
export function domainsOf(period: Period): ({ readonly domain: string } & Amounts)[] {
  const whole = usesOf(period, WHOLE);
  const own = DOMAINS.map((domain) => ({ domain: domain as string, uses: usesOf(period, domain) }));
  const named = own.map(({ domain, uses }) => ({
    domain,
    uses: whole.map((all) => {
      const { requests = 0, storageBytes = 0 } = uses.find(({ day }) => day === all.day) ?? {};
      return partOf(all, { requests, storageBytes });
    }),
  }));
  const rest = whole.map((all, at) => {
    const taken = (what: 'requests' | 'storageBytes') =>
      named.reduce((sum, { uses }) => sum + (uses[at]?.[what] ?? 0), 0);
    const left = (what: 'requests' | 'storageBytes') => Math.max(0, all[what] - taken(what));
    const part = partOf(all, { requests: left('requests'), storageBytes: left('storageBytes') });
    // Without any request, the processor worked for nobody in particular.
    return all.requests === 0 ? { ...all, storageBytes: part.storageBytes } : part;
  });
  return [...named, { domain: PLATFORM, uses: rest }].map(({ domain, uses }) => ({
    domain,
    ...amountsOf(uses, period.method),
  }));
}

/** What collectivities used: by their requests, and of the storage by their entities. */
export function collectivitiesOf(period: Period, all: ReadonlyMap<string, CollectivityUse>): Map<string, Amounts> {
  const sum = (what: keyof CollectivityUse) => [...all.values()].reduce((total, each) => total + each[what], 0);
  const [requests, entities] = [sum('requests'), sum('entities')];
  const shareOf = (part: number, total: number) => (total === 0 ? 1 / all.size : part / total);
  return new Map(
    [...all].map(([tenant, own]) => {
      const uses = usesOf(period, WHOLE).map((use) =>
        partOf(use, {
          requests: use.requests * shareOf(own.requests, requests),
          storageBytes: use.storageBytes * shareOf(own.entities, entities),
        }),
      );
      return [tenant, amountsOf(uses, period.method)];
    }),
  );
}

function usesOf({ rows, now }: Period, domain: string): DayUse[] {
  const days = Map.groupBy(
    rows.filter((row) => row.domain === domain),
    ({ day }) => day,
  );
  return [...days].map(([day, own]) => {
    const amount = (what: UseRow['what']) => own.find((row) => row.what === what)?.amount ?? 0;
    return {
      day,
      hours: Math.min(24, (now.getTime() - Date.parse(`${day}T00:00:00Z`)) / HOUR_MS),
      processorSeconds: amount('processorSeconds'),
      memoryByteSeconds: amount('memoryByteSeconds'),
      processSeconds: amount('processSeconds'),
      trafficBytes: amount('trafficBytes'),
      requests: amount('requests'),
      storageBytes: amount('storageBytes'),
    };
  });
}

/** A part of a day: what is used goes by requests. */
function partOf(all: DayUse, { requests, storageBytes }: Pick<DayUse, 'requests' | 'storageBytes'>): DayUse {
  const share = all.requests === 0 ? 0 : requests / all.requests;
  return {
    ...all,
    processorSeconds: all.processorSeconds * share,
    memoryByteSeconds: all.memoryByteSeconds * share,
    trafficBytes: all.trafficBytes * share,
    requests,
    storageBytes,
  };
}

function amountsOf(uses: readonly DayUse[], method: Method): Amounts {
  const sum = (of: (use: DayUse) => number) => uses.reduce((total, use) => total + of(use), 0);
  const memoryByteSeconds = sum((use) => use.memoryByteSeconds);
  const physical = {
    processorSeconds: sum((use) => use.processorSeconds),
    memoryGigabyteHours: memoryByteSeconds / GIGABYTE / 3600,
    storageGigabyteHours: sum(({ storageBytes, hours }) => storageBytes * hours) / GIGABYTE,
    trafficGigabytes: sum((use) => use.trafficBytes) / GIGABYTE,
  };
  const processSeconds = sum((use) => use.processSeconds);
  return {
    kwh: kwhOf(method, physical),
    processorSeconds: physical.processorSeconds,
    memoryBytes: processSeconds === 0 ? 0 : memoryByteSeconds / processSeconds,
    storageBytes: uses.at(-1)?.storageBytes ?? 0,
    trafficBytes: physical.trafficGigabytes * GIGABYTE,
    requests: sum((use) => use.requests),
  };
}
