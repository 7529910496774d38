import type { Device } from '@alzette/iot-agents';
import { type Cabinet, cabinetIsOn, cabinetOf, readCabinet } from './cabinets.ts';
import { type Container, containerAt, lastEmptied, readContainer } from './containers.ts';
import { type Lamp, lampAt, lampLevel, readLamp } from './lamps.ts';
import { chirpstackUplink, devEuiOf, type Sender, ttnUplink } from './networks.ts';
import { cabinetFrame, containerFrame, lampFrame, type Switched } from './payloads.ts';
import type { Place, Places } from './places.ts';
import { CABINET_PROFILE, CONTAINER_PROFILE, LAMP_PROFILE } from './profiles.ts';
import { type ChangeableProgramme, changeableProgramme, type Programme } from './programme.ts';
import type { Behaviour } from './simulated-device.ts';

/** The simulated devices: how to provision them, and their behaviour. */
export interface Fleet {
  readonly devices: readonly Device[];
  readonly behaviours: readonly Behaviour[];
  readonly lamps: readonly Lamp[];
  /** The programme of each lamp, by the id of its device at the network server; commands change it. */
  readonly programmes: ReadonlyMap<string, ChangeableProgramme>;
  readonly cabinets: readonly Cabinet[];
  readonly containers: readonly Container[];
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const LAMP_INTERVAL = { normal: 10 * MINUTE, fastest: 60_000 };
const CABINET_INTERVAL = { normal: MINUTE, fastest: 20_000 };
const CONTAINER_INTERVAL = { normal: 8 * MINUTE, fastest: 20_000 };

/** Every nth lamp falls silent after its first report. */
const SILENT_EVERY = 211;

/**
 * @param programmeOf the lighting programme of a commune, by its slug
 *
 * @param communeOf the scope of a commune without the slash, which lamps have as a setting
 */
export function assembleFleet(
  places: Places,
  programmeOf: (commune: string) => Programme,
  speed: number,
  communeOf: (slug: string) => string = (slug) => slug,
): Fleet {
  const lamps = places.lamps.map(lampAt);
  const own = new Map(lamps.map((lamp) => [lamp, changeableProgramme(programmeOf(lamp.place.commune))]));
  const ownOf = (lamp: Lamp) => own.get(lamp) as ChangeableProgramme;
  const order = places.cabinets.map(({ id }) => id).sort();
  const cabinets = places.cabinets.map((place) => {
    const fed = lamps.filter((l) => l.place.cabinet === place.id);
    return cabinetOf(place, fed, order.indexOf(place.id));
  });
  const containers = places.containers.map((place, i) => containerAt(place, i % 9));
  const every = ({ normal, fastest }: { normal: number; fastest: number }) => Math.max(normal / speed, fastest);

  const behaviours = [
    ...lamps.map((lamp, i) =>
      lampBehaviour(lamp, ownOf(lamp), i % SILENT_EVERY === SILENT_EVERY - 1 ? DAY : every(LAMP_INTERVAL)),
    ),
    ...cabinets.map((cabinet) =>
      cabinetBehaviour(cabinet, programmeOf(cabinet.place.commune), ownOf, every(CABINET_INTERVAL)),
    ),
    ...containers.map((container) => containerBehaviour(container, every(CONTAINER_INTERVAL))),
  ];
  const devices = [
    ...lamps.map(({ place }) => ({
      ...senderOf(LAMP_MAKER, place),
      profile: LAMP_PROFILE,
      asset: place.id,
      settings: { commune: communeOf(place.commune) },
    })),
    ...cabinets.map(({ place }) => ({ ...senderOf(CABINET_MAKER, place), profile: CABINET_PROFILE, asset: place.id })),
    ...containers.map(({ place, depth, offset }) => ({
      ...senderOf(SENSOR_MAKER, place),
      profile: CONTAINER_PROFILE,
      asset: place.id,
      settings: { depth, offset },
    })),
  ].map(({ deviceId: _, ...device }): Device => device);
  const programmes = new Map(lamps.map((lamp) => [senderOf(LAMP_MAKER, lamp.place).deviceId, ownOf(lamp)]));
  return { devices, behaviours, lamps, programmes, cabinets, containers };
}

const LAMP_MAKER = { prefix: '70b3d5', name: 'lamp' };
const CABINET_MAKER = { prefix: 'a84041', name: 'cabinet' };
const SENSOR_MAKER = { prefix: '24e124', name: 'container' };

function senderOf({ prefix, name }: { prefix: string; name: string }, place: Place): Sender {
  return { devEui: devEuiOf(prefix, place.id), deviceId: `${name}-${place.id.replace(/.*:/, '')}` };
}

function lampBehaviour(lamp: Lamp, programme: Programme, interval: number): Behaviour {
  return {
    sender: senderOf(LAMP_MAKER, lamp.place),
    position: lamp.place.position,
    network: ttnUplink,
    interval,
    state: (at) => lampLevel(lamp, programme, at),
    frame: (at, before) => {
      const reading = readLamp(lamp, programme, at);
      return lampFrame(reading, switchedFrom(before, reading.level));
    },
  };
}

function switchedFrom(before: number | undefined, level: number): Switched {
  if (before === undefined || before > 0 === level > 0) return undefined;
  return level > 0 ? 'on' : 'off';
}

function cabinetBehaviour(
  cabinet: Cabinet,
  programme: Programme,
  own: (lamp: Lamp) => Programme,
  interval: number,
): Behaviour {
  return {
    sender: senderOf(CABINET_MAKER, cabinet.place),
    position: cabinet.place.position,
    network: chirpstackUplink,
    interval,
    state: (at) => (cabinetIsOn(programme, at) ? 1 : 0),
    frame: (at) => cabinetFrame(readCabinet(cabinet, programme, at, own)),
  };
}

function containerBehaviour(container: Container, interval: number): Behaviour {
  return {
    sender: senderOf(SENSOR_MAKER, container.place),
    position: container.place.position,
    network: chirpstackUplink,
    interval,
    state: (at) => Math.round(lastEmptied(container, at) * 24 * 60),
    frame: (at) => containerFrame(readContainer(container, at)),
  };
}
