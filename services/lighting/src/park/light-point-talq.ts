import { createHash } from 'node:crypto';
import type { RowFault } from '../contract/contract.ts';
import { InvalidInput, within } from '../input/invalid-input.ts';
import { type PlacedPoint, type ReadPoints, withoutDoubles } from './light-point-csv.ts';
import { COLUMNS, type LightPoint } from './park-columns.ts';

type Members = Readonly<Record<string, unknown>>;

const MAX_DEVICES = 100_000;

/**
 * Light points as devices and lamp types of the TALQ Smart City Protocol 2: name and position in the BasicFunction,
 * technical data in the lamp type that the LampActuatorFunction names. TALQ has no streets and communes.
 */
export function writePointsTalq(points: readonly LightPoint[]): { devices: object[]; lampTypes: object[] } {
  const types = new Map<string, object>();
  const devices = points.map((point) => {
    const { id, longitude, latitude, installed } = point;
    const lampType = lampTypeOf(point);
    if (lampType) types.set(lampType.address, lampType);
    const basic = {
      id: 'basic',
      type: 'BasicFunction',
      displayName: attribute('AttributeString', id),
      assetId: attribute('AttributeString', id),
      ...(longitude !== undefined &&
        latitude !== undefined && { location: attribute('AttributeLocation', { latitude, longitude }) }),
      ...(installed && { installationDate: attribute('AttributeDateTime', `${installed}T00:00:00Z`) }),
    };
    const actuator = {
      id: 'lampActuator',
      type: 'LampActuatorFunction',
      ...(lampType && { lampTypeId: attribute('AttributeString', lampType.address) }),
    };
    return { address: uuidOf(id), name: id, class: 'luminaire', functions: [basic, actuator] };
  });
  return { devices, lampTypes: [...types.values()] };
}

/**
 * Reads the answer of a gateway's `GET /devices`, or an object with `devices` and `lampTypes`. Devices that are not
 * lamps are skipped.
 *
 * @throws InvalidInput: it is neither
 */
export function readPointsTalq(body: unknown): ReadPoints {
  const { devices, lampTypes = [] } = (Array.isArray(body) ? { devices: body } : body) as Members;
  if (!Array.isArray(devices) || devices.length > MAX_DEVICES) {
    throw new InvalidInput('devices', devices, `a list of at most ${MAX_DEVICES} TALQ devices`);
  }
  if (!Array.isArray(lampTypes)) throw new InvalidInput('lampTypes', lampTypes, 'a list of TALQ lamp types');
  const types = new Map(lampTypes.map((type: Members) => [type?.address, type]));
  const points: PlacedPoint[] = [];
  const faults: RowFault[] = [];
  for (const [i, device] of devices.entries()) {
    const { name, functions } = (device ?? {}) as Members;
    if (!Array.isArray(functions)) {
      const at = within(within('devices', i), 'functions');
      faults.push({ line: i + 1, column: at, detail: `${at}: got nothing, expected a list of functions` });
      continue;
    }
    const lamp = functions.find((each) => LAMP_FUNCTIONS.includes(each?.type)) as Members | undefined;
    if (lamp === undefined) continue;
    const basic = functions.find((each) => each?.type === 'BasicFunction') as Members | undefined;
    const point = readCells(cellsOf(name, basic, types.get(valueIn(lamp, 'lampTypeId'))), i, faults);
    if (point) points.push({ line: i + 1, point });
  }
  return withoutDoubles(points, faults);
}

const LAMP_FUNCTIONS = ['LampActuatorFunction', 'LampMonitorFunction'];

function cellsOf(name: unknown, basic: Members | undefined, lampType: Members | undefined): Members {
  const place = valueIn(basic, 'location') as Members | undefined;
  const day = valueIn(basic, 'installationDate');
  return {
    id: valueIn(basic, 'assetId') ?? valueIn(basic, 'displayName') ?? name,
    longitude: place?.longitude,
    latitude: place?.latitude,
    power: lampType?.wattage,
    colourTemperature: lampType?.cct,
    luminousFlux: lampType?.lumenOutput,
    technology: lampType?.lampTechnology,
    installed: typeof day === 'string' ? day.slice(0, 10) : undefined,
  };
}

/** Reads each cell by its column; undefined: one is invalid, and the fault is reported. */
function readCells(cells: Members, i: number, faults: RowFault[]): LightPoint | undefined {
  const point: Record<string, string | number> = {};
  const before = faults.length;
  for (const { header, field, read } of COLUMNS) {
    const value = cells[field];
    try {
      if (value !== undefined && value !== null && value !== '') point[field] = read(String(value), header);
      else if (field === 'id') throw new InvalidInput(header, value, 'an assetId, a displayName or a name');
    } catch (cause) {
      if (!(cause instanceof InvalidInput)) throw cause;
      faults.push({ line: i + 1, column: within('devices', i), detail: cause.message });
    }
  }
  return faults.length === before ? (point as unknown as LightPoint) : undefined;
}

function valueIn(members: Members | undefined, name: string): unknown {
  return ((members?.[name] ?? {}) as Members).value;
}

function attribute(type: string, value: unknown): object {
  return { type, value };
}

function lampTypeOf({ power, colourTemperature, luminousFlux, technology }: LightPoint) {
  if ([power, colourTemperature, luminousFlux, technology].every((value) => value === undefined)) return undefined;
  const name = [
    technology,
    power && `${power} W`,
    colourTemperature && `${colourTemperature} K`,
    luminousFlux && `${luminousFlux} lm`,
  ]
    .filter(Boolean)
    .join(', ');
  return {
    address: uuidOf(name),
    name,
    ...(power !== undefined && { wattage: power }),
    ...(colourTemperature !== undefined && { cct: colourTemperature }),
    ...(luminousFlux !== undefined && { lumenOutput: luminousFlux }),
    ...(technology !== undefined && { lampTechnology: technology }),
  };
}

/** TALQ identifies devices by UUIDs. The same id always has the same UUID. */
function uuidOf(id: string): string {
  const hash = createHash('sha256').update(id).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}
