import { setTimeout as sleep } from 'node:timers/promises';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas';
import { seededRandom } from '@alzette/territory';
import { type Cabinet, cabinetIsOn, readCabinet } from './cabinets.ts';
import { type Container, readContainer } from './containers.ts';
import { METER } from './everyday/kinds.ts';
import { type Lamp, type LampFault, lampLevel, lampPower } from './lamps.ts';
import type { Programme } from './programme.ts';

/** What the demo's devices would have reported in the month before the start, at a lower rate. */
export interface PastMonth {
  readonly lamps: readonly Lamp[];
  readonly cabinets: readonly Cabinet[];
  readonly containers: readonly Container[];
  /** The programme of a commune, by its slug. */
  readonly programmeOf: (commune: string) => Programme;
  /** Other entities: meters are written first, the others after the containers. */
  readonly others?: readonly PastEntity[];
}

interface PastMonthOptions {
  readonly client: NgsiLdClient;
  /** URL of the territory's @context. */
  readonly context: string;
  /** The end of the month, milliseconds since 1970. */
  readonly now: number;
  readonly signal: AbortSignal;
}

export interface PastEntity {
  readonly id: string;
  readonly type: string;
  /** An attribute that has samples in the first days of the month, or of its `days`. */
  readonly sampled: string;
  /** Set if its history is shorter than a month. */
  readonly days?: number;
  attributes(): Record<string, PastInstance[]>;
}

export interface PastInstance {
  readonly type: 'Property';
  readonly value: string | number;
  readonly observedAt: string;
  readonly unitCode?: string;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const DAYS = 30;
/** Containers need a longer history for their forecast and the simulation of rounds. */
const CONTAINER_DAYS = 84;
/** Devices report newer values themselves. */
const UNTIL = 2 * HOUR;
const GRID = 10 * MINUTE;
/** How often a constant value is written. */
const LAMP_EVERY = 4 * HOUR;
const CABINET_EVERY = 20 * MINUTE;
const CONTAINER_EVERY = 2 * HOUR;
const LONG_AGO_EVERY = 6 * HOUR;
/** The pause between two steps, because other work of the broker takes precedence. */
const PAUSE_MS = 25;
const ASKED_AT_ONCE = 40;
/** The first days of the month are written last, so an entity with samples in them has its complete past. */
const LOOKED_AT_DAYS = 3;
/** The maximum number of instances in one write. */
const LONGEST_PART = 900;

/**
 * Writes the history of the month, entity by entity, so that rules can be back-tested and charts show data at once.
 * What an earlier start has written stays; an entity that it left half done is written again. Rejects only if it is
 * aborted.
 */
export async function writePastMonth(month: PastMonth, options: PastMonthOptions): Promise<void> {
  const { now } = options;
  const entities = pastEntities(month, now);
  const byDays = Map.groupBy(entities, ({ days = DAYS }) => Math.min(days, DAYS));
  for (const [days, alike] of byDays) await writePast(alike, now - (days - LOOKED_AT_DAYS) * DAY, options);
}

/** @param until the end of their first days. Devices have reported nothing from before it, even after weeks. */
async function writePast(entities: readonly PastEntity[], until: number, options: PastMonthOptions): Promise<void> {
  const { client, context, now, signal } = options;
  for (let start = 0; start < entities.length; start += ASKED_AT_ONCE) {
    const some = entities.slice(start, start + ASKED_AT_ONCE);
    const known = await client.queryTemporal({
      id: some.map(({ id }) => id),
      attrs: [...new Set(some.map(({ sampled }) => sampled))],
      from: new Date(now - 2 * DAYS * DAY),
      to: new Date(until),
      limit: ASKED_AT_ONCE,
      context,
    });
    const withHistory = new Set(
      known.filter(({ attributes }) => Object.keys(attributes).length > 0).map(({ id }) => id),
    );
    for (const { id, type, attributes, sampled } of some) {
      if (withHistory.has(id)) continue;
      const isLookedAt = (part: Record<string, PastInstance[]>) =>
        part[sampled]?.some(
          ({ observedAt }) => Date.parse(observedAt) < until && Date.parse(observedAt) > now - 2 * DAYS * DAY,
        );
      const parts = partsOf(attributes());
      for (const part of [...parts.filter((each) => !isLookedAt(each)), ...parts.filter(isLookedAt)]) {
        await client.upsertTemporal({ id, type, ...part }, { context });
        await sleep(PAUSE_MS, undefined, { signal, ref: false });
      }
    }
  }
}

/** Splits long series, so that no other request has to wait for one. */
function partsOf(attributes: Record<string, PastInstance[]>): Record<string, PastInstance[]>[] {
  const all = Object.entries(attributes);
  if (all.reduce((sum, [, instances]) => sum + instances.length, 0) <= LONGEST_PART) return [attributes];
  return all.flatMap(([name, instances]) => {
    const parts = Math.ceil(instances.length / LONGEST_PART);
    return Array.from({ length: parts }, (_, i) => {
      return { [name]: instances.slice(i * LONGEST_PART, (i + 1) * LONGEST_PART) };
    });
  });
}

function pastEntities({ lamps, cabinets, containers, programmeOf, others = [] }: PastMonth, now: number): PastEntity[] {
  const end = Math.floor((now - UNTIL) / GRID) * GRID;
  const start = end - DAYS * DAY;
  const outage = outageOf(cabinets, start);
  const isOut = (cabinet: string, at: number) => cabinet === outage?.cabinet && at >= outage.from && at < outage.to;
  const isMeter = ({ type }: PastEntity) => type === METER.type;
  return [
    ...others.filter(isMeter), // the page of buildings waits for the year of its meters
    ...containers.map((container, i): PastEntity => {
      const { id } = container.place;
      const attributes = () => containerPast(container, { start, end }, i === 4 ? start + 9 * DAY : undefined);
      return { id, type: 'WasteContainer', sampled: 'fillingLevel', attributes };
    }),
    ...others.filter((other) => !isMeter(other)),
    ...cabinets.map((cabinet): PastEntity => {
      const { id, commune } = cabinet.place;
      const attributes = () => cabinetPast(cabinet, programmeOf(commune), start, end, (at) => isOut(id, at));
      return { id, type: 'StreetlightControlCabinet', sampled: 'totalActivePower', attributes };
    }),
    ...lamps.map((lamp): PastEntity => {
      const { id, commune, cabinet } = lamp.place;
      const attributes = () => lampPast(lamp, programmeOf(commune), start, end, (at) => isOut(cabinet, at));
      return { id, type: 'Streetlight', sampled: 'powerState', attributes };
    }),
  ];
}

/** One cabinet had no mains power for most of a day. */
function outageOf(cabinets: readonly Cabinet[], start: number) {
  const cabinet = cabinets[2]?.place.id;
  return cabinet === undefined ? undefined : { cabinet, from: start + 12 * DAY, to: start + 12 * DAY + 20 * HOUR };
}

const STATUS: { readonly [fault in LampFault]: string } = {
  none: 'ok',
  dead: 'defectiveLamp',
  tilted: 'columnIssue',
  broken: 'brokenLantern',
  dayBurner: 'ok',
};

function lampPast(lamp: Lamp, programme: Programme, start: number, end: number, isOut: (at: number) => boolean) {
  const powerState: PastInstance[] = [];
  const powerConsumption: PastInstance[] = [];
  const status: PastInstance[] = [];
  const { from, to } = faultTimes(lamp, start, end);
  let last = { state: '', status: '', at: Number.NEGATIVE_INFINITY };
  for (let at = start; at <= end; at += GRID) {
    if (isOut(at)) continue;
    const fault = at < from || at >= to ? 'none' : lamp.fault === 'none' ? 'dead' : lamp.fault;
    const level = lampLevel({ ...lamp, fault }, programme, at);
    const now = { state: level === 0 ? 'off' : level < 1 ? 'low' : 'on', status: STATUS[fault], at };
    const isDue = at - last.at >= LAMP_EVERY;
    if (isDue || now.state !== last.state) {
      powerState.push(instance(now.state, at));
      const power = Math.round(lampPower({ ...lamp, fault }, level, at) * 10) / 10;
      powerConsumption.push({ ...instance(power, at), unitCode: 'WTT' });
    }
    if (now.status !== last.status) status.push(instance(now.status, at));
    if (isDue || now.state !== last.state) last = now;
    else last = { ...last, status: now.status };
  }
  return { powerState, powerConsumption, status };
}

/** Faults began during the month; some lamps had one that was repaired after two days. */
function faultTimes({ place, fault }: Lamp, start: number, end: number): { from: number; to: number } {
  const random = seededRandom(`fault of ${place.id}`);
  const from = start + Math.floor(random() * 25 * 24) * HOUR;
  if (fault !== 'none') return { from, to: Number.POSITIVE_INFINITY };
  return random() < 0.02 ? { from, to: from + 2 * DAY } : { from: end + DAY, to: end + DAY };
}

function cabinetPast(
  cabinet: Cabinet,
  programme: Programme,
  start: number,
  end: number,
  isOut: (at: number) => boolean,
) {
  const totalActivePower: PastInstance[] = [];
  const powerState: PastInstance[] = [];
  let last: boolean | undefined;
  for (let at = start; at <= end; at += CABINET_EVERY) {
    if (isOut(at)) continue;
    const power = Math.round(readCabinet(cabinet, programme, at).power * 100) / 100;
    totalActivePower.push({ ...instance(power, at), unitCode: 'KWT' });
    const isOn = cabinetIsOn(programme, at);
    if (isOn !== last) powerState.push(instance(isOn ? 'on' : 'off', at));
    last = isOn;
  }
  return { totalActivePower, powerState };
}

/** @param fire when the container burned */
function containerPast(
  container: Container,
  { start, end }: { readonly start: number; readonly end: number },
  fire: number | undefined,
) {
  const fillingLevel: PastInstance[] = [];
  const temperature: PastInstance[] = [];
  const fallen = start + Math.floor(seededRandom(`fall of ${container.place.id}`)() * 20) * DAY;
  for (let at = end - CONTAINER_DAYS * DAY; at < start; at += LONG_AGO_EVERY) {
    fillingLevel.push(instance(Math.round(readContainer(container, at).filling * 1000) / 1000, at));
  }
  for (let at = start; at <= end; at += CONTAINER_EVERY) {
    const { filling, temperature: degrees } = readContainer(container, at);
    fillingLevel.push(instance(Math.round(filling * 1000) / 1000, at));
    temperature.push({ ...instance(Math.round(degrees * 10) / 10, at), unitCode: 'CEL' });
    if (fire === undefined || fire < at || fire >= at + CONTAINER_EVERY) continue;
    [34, 71, 88, 52, 31].forEach((heat, i) => {
      temperature.push({ ...instance(heat, at + (i + 1) * 15 * MINUTE), unitCode: 'CEL' });
    });
  }
  const status = [instance('ok', start), ...(container.tilted ? [instance('dropped', fallen)] : [])];
  return { fillingLevel, temperature, status };
}

function instance(value: string | number, at: number): PastInstance {
  return { type: 'Property', value, observedAt: new Date(at).toISOString() };
}
