import type { Device, DeviceProfile } from '@alzette/iot-agents';
import type { Entity } from '@alzette/ngsi-ld-schemas';
import type { Territory } from '@alzette/territory';
import type { PastEntity, PastInstance } from '../past-month.ts';
import { measuresCodec, profileOf } from '../profiles.ts';
import type { Behaviour } from '../simulated-device.ts';
import { bills, buildings } from './buildings.ts';
import { behaviourOf, deviceOf, type Instrument, type Kind, profileName, reading } from './instrument.ts';
import { KINDS, METER } from './kinds.ts';
import { stations } from './stations.ts';

/** The stations, counters and meters of the demo. */
export interface Everyday {
  readonly entities: readonly Entity[];
  readonly devices: readonly Device[];
  readonly behaviours: readonly Behaviour[];
  profiles(): Promise<DeviceProfile[]>;
  past(now: number): PastEntity[];
  /** Entities that may be created later. */
  later(now: number): Entity[];
}

const DAY = 86_400_000;
/** Meters have a daily history for this time, before their hourly history begins. */
const METER_DAYS = 400;
const UNTIL = 3_600_000;

export function assembleEveryday(territory: Territory, speed: number): Everyday {
  const { entities: houses, meters } = buildings(territory);
  const instruments = [...stations(territory), ...meters];
  return {
    entities: [...houses, ...instruments.map(({ entity }) => entity)],
    devices: instruments.map(deviceOf),
    behaviours: instruments.map((instrument) => behaviourOf(instrument, speed)),
    profiles: async () => Promise.all(KINDS.map(profileOfKind)),
    past: (now) => instruments.map((instrument) => pastOf(instrument, now)),
    later: (now) => bills(meters, now),
  };
}

async function profileOfKind(kind: Kind): Promise<DeviceProfile> {
  return profileOf({
    id: profileName(kind),
    name: kind.title,
    codec: await measuresCodec(),
    type: kind.type,
    attributes: [
      ...kind.quantities.map(({ name, unitCode }) => ({ name, value: `data.${name}`, ...(unitCode && { unitCode }) })),
      ...kind.quantities.flatMap(({ name, words }) =>
        words
          ? [{ name: words.attribute, value: `data.${name}|mapper(${numbersOf(words.of)}, ${listOf(words.of)})` }]
          : [],
      ),
      ...(kind.more ?? []),
    ],
  });
}

function numbersOf(words: readonly string[]): string {
  return `[${words.map((_, n) => n).join(', ')}]`;
}

function listOf(words: readonly string[]): string {
  return `[${words.map((word) => `'${word}'`).join(', ')}]`;
}

function pastOf(instrument: Instrument, now: number): PastEntity {
  const { kind, entity } = instrument;
  return {
    id: entity.id,
    type: kind.type,
    sampled: kind.quantities[0]?.name ?? '',
    days: kind.pastDays,
    attributes() {
      const past: Record<string, PastInstance[]> = {};
      const add = (attribute: string, instance: PastInstance) => {
        const own = past[attribute] ?? [];
        past[attribute] = own;
        own.push(instance);
      };
      const measured = new Map(kind.quantities.map((each) => [each.name, each]));
      for (const at of timesOf(kind, now)) {
        const observedAt = new Date(at).toISOString();
        for (const [name, value] of reading(instrument, at)) {
          const { unitCode, words } = measured.get(name) ?? {};
          add(name, { type: 'Property', value, observedAt, ...(unitCode !== undefined && { unitCode }) });
          const word = words?.of[value];
          if (words && word !== undefined) add(words.attribute, { type: 'Property', value: word, observedAt });
        }
      }
      return past;
    },
  };
}

function timesOf(kind: Kind, now: number): number[] {
  const { pastEvery, pastDays } = kind;
  const end = Math.floor((now - UNTIL) / pastEvery) * pastEvery;
  const times: number[] = [];
  const start = end - pastDays * DAY;
  if (kind.type === METER.type) {
    const first = Math.floor((now - METER_DAYS * DAY) / DAY) * DAY;
    for (let at = first; at < start; at += DAY) times.push(at);
  }
  for (let at = start; at <= end; at += pastEvery) times.push(at);
  return times;
}
