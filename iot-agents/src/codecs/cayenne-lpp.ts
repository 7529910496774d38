import type { CodecOutcome } from './codec.ts';

/** A value type: its name as in The Things Stack, its size in bytes, and its resolution. */
interface LppType {
  readonly name: string;
  readonly size: 1 | 2 | 3 | 4;
  readonly signed?: boolean;
  /** Raw units per unit of the value. Dividing by it keeps decimals exact. */
  readonly per?: number;
  /** The members of a value with several numbers, with their own divisor where it differs. */
  readonly members?: readonly (readonly [name: string, per?: number])[];
}

const XYZ = [['x'], ['y'], ['z']] as const;

const TYPES: Readonly<Record<number, LppType>> = {
  0: { name: 'digital_in', size: 1 },
  1: { name: 'digital_out', size: 1 },
  2: { name: 'analog_in', size: 2, signed: true, per: 100 },
  3: { name: 'analog_out', size: 2, signed: true, per: 100 },
  100: { name: 'generic', size: 4 },
  101: { name: 'luminosity', size: 2 },
  102: { name: 'presence', size: 1 },
  103: { name: 'temperature', size: 2, signed: true, per: 10 },
  104: { name: 'relative_humidity', size: 1, per: 2 },
  113: { name: 'accelerometer', size: 2, signed: true, per: 1000, members: XYZ },
  115: { name: 'barometric_pressure', size: 2, per: 10 },
  116: { name: 'voltage', size: 2, per: 100 },
  117: { name: 'current', size: 2, per: 1000 },
  118: { name: 'frequency', size: 4 },
  120: { name: 'percentage', size: 1 },
  121: { name: 'altitude', size: 2, signed: true },
  125: { name: 'concentration', size: 2 },
  128: { name: 'power', size: 2 },
  130: { name: 'distance', size: 4, per: 1000 },
  131: { name: 'energy', size: 4, per: 1000 },
  132: { name: 'direction', size: 2 },
  133: { name: 'unix_time', size: 4 },
  134: { name: 'gyrometer', size: 2, signed: true, per: 100, members: XYZ },
  135: { name: 'colour', size: 1, members: [['r'], ['g'], ['b']] },
  136: {
    name: 'gps',
    size: 3,
    signed: true,
    per: 10_000,
    members: [['latitude'], ['longitude'], ['altitude', 100]],
  },
  142: { name: 'switch', size: 1 },
};

/**
 * Decodes Cayenne LPP into `<name>_<channel>` members. Unknown types and truncated values are errors, because their
 * length is unknown.
 */
export function decodeCayenneLpp(bytes: Uint8Array): CodecOutcome {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const data: Record<string, unknown> = {};
  let at = 0;
  while (at < view.length) {
    const channel = view.readUInt8(at);
    const type = TYPES[view[at + 1] ?? -1];
    if (type === undefined) {
      return { fault: 'decode error', message: `unknown type ${view[at + 1] ?? 'at the end'} at offset ${at + 1}` };
    }
    at += 2;
    const { name, size, members, per = 1 } = type;
    if (at + size * (members?.length ?? 1) > view.length) {
      return { fault: 'decode error', message: `the value of ${name}_${channel} is cut off at offset ${at}` };
    }
    const read = (divisor: number): number => {
      const raw = type.signed ? view.readIntBE(at, size) : view.readUIntBE(at, size);
      at += size;
      return raw / divisor;
    };
    data[`${name}_${channel}`] =
      members === undefined
        ? read(per)
        : Object.fromEntries(members.map(([member, own]) => [member, read(own ?? per)]));
  }
  return { data, warnings: [] };
}
