import { PackFault } from '../archive/pack-fault.ts';
import type { Manifest, Parameter, Parameters } from '../contract/manifest.ts';

const PLACE = /\$\{([a-z][A-Za-z0-9]*)\}/g;
const WHOLE = /^\$\{([a-z][A-Za-z0-9]*)\}$/;

/**
 * The value of each parameter: given, or its default.
 *
 * @throws PackFault: names the parameter, what was received and what was expected
 */
export function parameterValues({ parameters = {} }: Pick<Manifest, 'parameters'>, given: Parameters): Parameters {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(parameters, name)) {
      const known = Object.keys(parameters).join(', ') || 'none';
      throw new PackFault(`parameters.${name}: got a value, expected one of the pack's parameters: ${known}`);
    }
  }
  return Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => {
      const value = given[name] ?? parameter.default;
      const expected = expectation(parameter);
      if (!fits(parameter, value)) {
        throw new PackFault(`parameters.${name}: got ${JSON.stringify(value) ?? 'nothing'}, expected ${expected}`);
      }
      return [name, value as string | number | boolean];
    }),
  );
}

function fits({ kind, choices = [], min = -Infinity, max = Infinity }: Parameter, value: unknown): boolean {
  if (kind === 'number') return typeof value === 'number' && value >= min && value <= max;
  if (kind === 'yesNo') return typeof value === 'boolean';
  if (kind === 'choice') return choices.includes(String(value));
  return typeof value === 'string' && value !== '';
}

function expectation({ kind, choices = [], min, max }: Parameter): string {
  if (kind === 'choice') return `one of ${choices.join(', ')}`;
  if (kind === 'yesNo') return 'true or false';
  if (kind === 'text') return 'a text';
  return ['a number', min !== undefined && `from ${min}`, max !== undefined && `up to ${max}`]
    .filter(Boolean)
    .join(' ');
}

/**
 * Puts values in the place of `${name}`. A text that is nothing but `${name}` becomes the value itself, so a number stays
 * a number.
 *
 * @throws PackFault: there is no such parameter
 */
export function withParameters<T>(document: T, values: Parameters): T {
  const given = (name: string) => {
    if (!Object.hasOwn(values, name)) throw new PackFault(`\${${name}}: the pack has no such parameter`);
    return values[name];
  };
  const replaced = (value: unknown): unknown => {
    if (typeof value === 'string') {
      const [, whole] = WHOLE.exec(value) ?? [];
      return whole !== undefined ? given(whole) : value.replace(PLACE, (_, name: string) => String(given(name)));
    }
    if (Array.isArray(value)) return value.map(replaced);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, replaced(item)]));
  };
  return replaced(document) as T;
}
