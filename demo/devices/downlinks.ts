import { readStrategy, type Strategy } from '@alzette/lighting';

/**
 * An order to a lamp of the demo: a strategy (null: full power all night), a manual level, or the return to its
 * programme.
 */
export type LampOrder =
  | { readonly kind: 'strategy'; readonly strategy: Strategy | null }
  | { readonly kind: 'level'; readonly level: number }
  | { readonly kind: 'programme' };

const EVENTS = ['', 'sunset', 'sunrise', 'civilDusk', 'civilDawn'];
const DAY = 86_400_000;
const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7];

/**
 * Parses a downlink of the demo's lamp controller, as written by `encodeDownlink` in `codecs/lamp.js`.
 *
 * @throws RangeError, InvalidInput: it is invalid
 */
export function readLampOrder(payload: Buffer): LampOrder {
  if (payload[0] === 2) return { kind: 'level', level: (payload[1] ?? 0) / 100 };
  if (payload[0] === 3) return { kind: 'programme' };
  if (payload.length === 1) return { kind: 'strategy', strategy: null };
  const bytes = cursor(payload);
  bytes.next();
  const [on, off] = [bytes.time(), bytes.time()];
  const count = bytes.next();
  const programmes = Object.fromEntries(Array.from({ length: count }, (_, i) => [`p${i}`, bytes.programme()]));
  const defaultProgramme = `p${bytes.next()}`;
  const rules = Array.from({ length: bytes.next() }, () => bytes.rule());
  const document = { name: 'told', on, off, programmes, calendar: { rules, defaultProgramme }, driverLosses: 0.08 };
  return { kind: 'strategy', strategy: readStrategy(document) };
}

function cursor(payload: Buffer) {
  let at = 0;
  const next = (): number => payload.readUInt8(at++);
  const short = (): number => {
    at += 2;
    return payload.readInt16BE(at - 2);
  };
  const time = (): string => {
    const event = EVENTS[next()] ?? '';
    const minutes = short();
    const clock = `${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
    if (event === '') return clock;
    return minutes === 0 ? event : `${event}${minutes < 0 ? '-' : '+'}${clock}`;
  };
  return {
    next,
    time,
    programme() {
      const level = next() / 100;
      const slots = Array.from({ length: next() }, () => ({ from: time(), to: time(), level: next() / 100 }));
      return { level, slots };
    },
    rule() {
      const isDated = next() === 1;
      const day = isDated ? () => dateOf(short() & 0xffff) : () => `${two(next())}-${two(next())}`;
      const [from, to] = [day(), day()];
      const mask = next();
      const weekdays = WEEKDAYS.filter((weekday) => mask & (1 << weekday));
      return { from, to, ...(weekdays.length < WEEKDAYS.length && { weekdays }), programme: `p${next()}` };
    },
  };
}

function dateOf(days: number): string {
  return new Date(days * DAY).toISOString().slice(0, 10);
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
