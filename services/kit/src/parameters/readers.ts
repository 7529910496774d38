import type { JsonSchema } from '../bodies/json-schema.ts';

/** Parses one URL parameter. */
export interface ParameterReader<T> {
  /** The value, or undefined if the text is invalid. */
  parse(text: string): T | undefined;
  /** What is expected, for error messages. */
  readonly expected: string;
  readonly schema: JsonSchema;
  readonly default?: T;
  readonly required?: true;
}

/** Without a default, and if not required, a missing parameter is `undefined`. */
type ParameterOptions<T> = { readonly default?: T; readonly required?: true };

type Given<T, O> = O extends { readonly required: true }
  ? Needed<T>
  : O extends { readonly default: T }
    ? Present<T>
    : ParameterReader<T>;

/** A parameter that always has a value. */
export type Present<T> = ParameterReader<T> & { readonly isPresent: true };
/** One that a client must give. */
type Needed<T> = Present<T> & { readonly isNeeded: true };

function reader<T, O extends ParameterOptions<T>>(
  own: Pick<ParameterReader<T>, 'parse' | 'expected' | 'schema'>,
  options: O,
): Given<T, O> {
  const given = { default: options.default, required: options.required };
  // `isPresent` and `isNeeded` exist only in the type: they follow from a default or `required`.
  return { ...own, ...given } as unknown as Given<T, O>;
}

type Range = { readonly min: number; readonly max: number };

export function wholeNumber<const O extends ParameterOptions<number> & Range>(options: O): Given<number, O> {
  const { min, max } = options;
  return reader<number, O>(
    {
      parse: (text) => (/^-?\d{1,16}$/.test(text) ? within(Number(text), options) : undefined),
      expected: `a whole number from ${min} to ${max}`,
      schema: { type: 'integer', minimum: min, maximum: max },
    },
    options,
  );
}

export function decimal<const O extends ParameterOptions<number> & Range>(options: O): Given<number, O> {
  const { min, max } = options;
  return reader<number, O>(
    {
      parse: (text) => (/^-?\d{1,16}(\.\d{1,16})?$/.test(text) ? within(Number(text), options) : undefined),
      expected: `a number from ${min} to ${max}`,
      schema: { type: 'number', minimum: min, maximum: max },
    },
    options,
  );
}

function within(number: number, { min, max }: Range): number | undefined {
  return number >= min && number <= max ? number : undefined;
}

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

/** An instant with time zone (RFC 3339). A space in place of `+`, as sent by browsers, is accepted. */
export function dateTime<const O extends ParameterOptions<Date>>(options: O = {} as O): Given<Date, O> {
  return reader<Date, O>(
    {
      parse(text) {
        const written = text.replace(/ (\d\d:\d\d)$/, '+$1');
        const day = written.slice(0, 10);
        return DATE_TIME.test(written) && isDay(day) ? existing(new Date(written)) : undefined;
      },
      expected: 'a date and time with its zone, such as 2026-03-29T08:00:00Z',
      schema: { type: 'string', format: 'date-time' },
    },
    options,
  );
}

/** A calendar day, `YYYY-MM-DD`. */
export function day<const O extends ParameterOptions<string>>(options: O = {} as O): Given<string, O> {
  return reader<string, O>(
    {
      parse: (text) => (isDay(text) ? text : undefined),
      expected: 'a day such as 2026-03-29',
      schema: { type: 'string', format: 'date' },
    },
    options,
  );
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const date = existing(new Date(`${text}T00:00:00Z`));
  return date?.toISOString().startsWith(text) === true; // 30 February would become a day in March
}

function existing(date: Date): Date | undefined {
  return Number.isNaN(date.getTime()) ? undefined : date;
}

export function oneOf<const T extends string, const O extends ParameterOptions<NoInfer<T>>>(
  values: readonly T[],
  options: O = {} as O,
): Given<T, O> {
  return reader<T, O>(
    {
      parse: (text) => values.find((value) => value === text),
      expected: `one of ${values.join(', ')}`,
      schema: { type: 'string', enum: values },
    },
    options,
  );
}

type TextOptions = ParameterOptions<string> & {
  /** The maximum number of characters; default 200. */
  readonly max?: number;
  readonly pattern?: RegExp;
  /** A description of what the pattern matches. */
  readonly expected?: string;
};

export function text<const O extends TextOptions>(options: O = {} as O): Given<string, O> {
  const { max = 200, pattern, expected = pattern ? `text that matches ${pattern.source}` : 'text' } = options;
  return reader<string, O>(
    {
      parse: (given) => (given.length <= max && pattern?.test(given) !== false ? given : undefined),
      expected: `${expected} of at most ${max} characters`,
      schema: { type: 'string', maxLength: max, ...(pattern && { pattern: pattern.source }) },
    },
    options,
  );
}

/** An id of this product: letters, digits, `.`, `_` and `-`. */
export function identifier<const O extends ParameterOptions<string>>(options: O = {} as O): Given<string, O> {
  const own = { max: 64, pattern: /^[A-Za-z0-9][A-Za-z0-9._-]*$/, expected: 'letters, digits, ".", "_" and "-"' };
  return text({ ...own, ...options }) as Given<string, O>;
}

/** An absolute URI, such as the id of an entity. */
export function uri<const O extends ParameterOptions<string>>(options: O = {} as O): Given<string, O> {
  const own = { max: 2000, pattern: /^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`]+$/, expected: 'an absolute URI' };
  return text({ ...own, ...options }) as Given<string, O>;
}

/** `true` or `false`. */
export function flag<const O extends ParameterOptions<boolean>>(options: O = {} as O): Given<boolean, O> {
  return reader<boolean, O>(
    {
      parse: (given) => (given === 'true' ? true : given === 'false' ? false : undefined),
      expected: 'true or false',
      schema: { type: 'boolean' },
    },
    options,
  );
}

/** Values separated by commas. */
export function listOf<T, const O extends ParameterOptions<readonly T[]> & { readonly max: number }>(
  item: ParameterReader<T>,
  options: O,
): Given<readonly T[], O> {
  return reader<readonly T[], O>(
    {
      parse(given) {
        const values = given.split(',').map((part) => item.parse(part.trim()));
        return values.length <= options.max && !values.includes(undefined) ? (values as T[]) : undefined;
      },
      expected: `at most ${options.max} values separated by commas, each ${item.expected}`,
      schema: { type: 'array', items: item.schema, maxItems: options.max },
    },
    options,
  );
}
