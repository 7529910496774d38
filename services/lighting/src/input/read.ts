import { InvalidInput } from './invalid-input.ts';

/** Reads an object and refuses unknown members. @throws InvalidInput */
export function readObject(
  value: unknown,
  member: string,
  known: readonly string[],
): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidInput(member, value, `an object with ${known.join(', ')}`);
  }
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new InvalidInput(within(member, unknown), 'a member', `one of ${known.join(', ')}`);
  return value as Readonly<Record<string, unknown>>;
}

export function within(member: string, name: string | number): string {
  if (typeof name === 'number') return `${member}[${name}]`;
  return member === '' || member === 'body' ? name : `${member}.${name}`;
}

export function readNumber(value: unknown, member: string, { min = -Infinity, max = Infinity } = {}): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < min || value > max) {
    throw new InvalidInput(member, value, `a number${range(min, max)}`);
  }
  return value;
}

export function readWhole(value: unknown, member: string, { min = 0, max = Number.MAX_SAFE_INTEGER } = {}): number {
  if (!Number.isInteger(readNumber(value, member, { min, max }))) {
    throw new InvalidInput(member, value, `a whole number${range(min, max)}`);
  }
  return value as number;
}

export function readText(value: unknown, member: string, longest = 200): string {
  if (typeof value !== 'string' || value.trim() === '' || value.length > longest) {
    throw new InvalidInput(member, value, `a text of 1 to ${longest} characters`);
  }
  return value;
}

export function readChoice<T extends string>(value: unknown, member: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw new InvalidInput(member, value, `one of ${choices.join(', ')}`);
  return found;
}

/** An existing calendar day, `YYYY-MM-DD`. */
export function readDate(value: unknown, member: string): string {
  const time =
    typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? Date.parse(`${value}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== value) {
    throw new InvalidInput(member, value, 'a day such as 2025-01-31');
  }
  return value as string;
}

export function readList<T>(
  value: unknown,
  member: string,
  { max, min = 0 }: { readonly max: number; readonly min?: number },
  read: (item: unknown, member: string) => T,
): T[] {
  if (!Array.isArray(value) || value.length < min || value.length > max) {
    throw new InvalidInput(member, value, `a list of ${min} to ${max} items`);
  }
  return value.map((item, i) => read(item, within(member, i)));
}

/** Returns `absent` if the member is missing. */
export function optional<T>(value: unknown, absent: T, read: (value: unknown) => T): T {
  return value === undefined ? absent : read(value);
}

function range(min: number, max: number): string {
  if (min === -Infinity && max === Infinity) return '';
  if (max === Infinity || max === Number.MAX_SAFE_INTEGER) return ` from ${min}`;
  return ` from ${min} to ${max}`;
}
