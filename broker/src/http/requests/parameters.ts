import { NgsiLdError } from '../../model/errors.ts';
import { tolerates } from '../../model/leniency.ts';
import { parseDatasetId } from '../../model/parse/parse-attribute.ts';
import type { Format } from '../../model/represent/represent.ts';
import { badMember, checkUri } from '../../model/values.ts';

/** The URL parameters of a request. Each occurs once. */
export type Parameters = { readonly [name: string]: string };

/**
 * Checks that all parameters are known and occur once (6.3.20).
 *
 * @throws NgsiLdError InvalidRequest
 */
export function readParameters(query: unknown, known: ReadonlySet<string>): Parameters {
  const parameters = query as { [name: string]: string | string[] };
  if (known.has('count')) readEarlierCount(parameters);
  for (const name in parameters) {
    if (!known.has(name)) {
      if (tolerates('unknownParameter', `Parameter ${name} is unknown for this operation and is ignored`)) {
        delete parameters[name];
        continue;
      }
      const expected = known.size === 0 ? 'none' : [...known].join(', ');
      throw new NgsiLdError('InvalidRequest', `Parameter ${name} is unknown for this operation, expected: ${expected}`);
    }
    if (typeof parameters[name] !== 'string') {
      throw new NgsiLdError('InvalidRequest', `Parameter ${name} is given more than once`);
    }
  }
  return parameters as Parameters;
}

/** Before V1.3.1, and in NGSIv2, the total was asked for by `options=count`. */
function readEarlierCount(parameters: { [name: string]: string | string[] }): void {
  const { options } = parameters;
  if (typeof options !== 'string' || !options.includes('count')) return;
  const words = options.split(',').map((word) => word.trim());
  const others = words.filter((word) => word !== 'count');
  if (others.length === words.length) return;
  if (!tolerates('unknownOption', 'Parameter options: count is read as the parameter count=true')) return;
  parameters.count ??= 'true';
  if (others.length > 0) parameters.options = others.join(',');
  else delete parameters.options;
}

/** @throws NgsiLdError InvalidRequest: neither `true` nor `false` */
export function readBoolean(parameters: Parameters, name: string): boolean | undefined {
  const text = parameters[name];
  if (text === undefined || text === 'true') return text === undefined ? undefined : true;
  if (text === 'false') return false;
  throw new NgsiLdError('InvalidRequest', `Parameter ${name}: got ${JSON.stringify(text)}, expected true or false`);
}

/** Larger numbers are useless and lose precision. */
const MOST = 999_999_999_999_999;

/** @throws NgsiLdError BadRequestData: not an integer, too small or too large */
export function readInteger(parameters: Parameters, name: string, least: number): number | undefined {
  const text = parameters[name];
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < least) throw badMember(name, text, `an integer of at least ${least}`);
  if (number > MOST) throw badMember(name, text, `an integer of at most ${MOST}`);
  return number;
}

/** A comma-separated list. @throws NgsiLdError BadRequestData: an item is empty */
export function readList(parameters: Parameters, name: string): string[] | undefined {
  const text = parameters[name];
  if (text === undefined) return undefined;
  const items = text.split(',').map((item) => item.trim());
  if (items.includes('')) throw badMember(name, text, 'a comma-separated list without empty items');
  return items;
}

/** @throws NgsiLdError BadRequestData: an item is not a URI */
export function readUris(parameters: Parameters, name: string): string[] | undefined {
  return readList(parameters, name)?.map((item) => checkUri(item, name));
}

/** The instances requested by `datasetId`; undefined in the set stands for the default instance. */
export function readDatasetIds(parameters: Parameters): ReadonlySet<string | undefined> | undefined {
  const items = readList(parameters, 'datasetId');
  return items === undefined ? undefined : new Set(items.map((item) => parseDatasetId(item, 'datasetId')));
}

const FORMATS: { readonly [word: string]: Format } = {
  normalized: 'normalized',
  concise: 'concise',
  simplified: 'simplified',
  keyValues: 'simplified',
};

/**
 * The representation given by `format` or the older `options` (6.3.7); `format` takes precedence.
 *
 * @param allowed further values of `options` for this operation
 *
 * @throws NgsiLdError InvalidRequest: an unknown value
 */
export function readFormat(
  parameters: Parameters,
  allowed: readonly string[] = ['sysAttrs'],
): { format: Format; sysAttrs: boolean; given: boolean } {
  let format: Format | undefined;
  const options = readOptions(parameters, [...Object.keys(FORMATS), ...allowed]);
  for (const option of options) format ??= FORMATS[option];
  if (parameters.format !== undefined) {
    const named = Object.hasOwn(FORMATS, parameters.format) ? FORMATS[parameters.format] : undefined;
    if (named === undefined) throw unsupported('format', parameters.format, Object.keys(FORMATS));
    format = named;
  }
  return { format: format ?? 'normalized', sysAttrs: options.has('sysAttrs'), given: format !== undefined };
}

/** @throws NgsiLdError InvalidRequest: an option that is not allowed */
export function readOptions(parameters: Parameters, allowed: readonly string[]): ReadonlySet<string> {
  const options = new Set(parameters.options?.split(',').map((option) => option.trim()));
  for (const option of options) {
    if (allowed.includes(option)) continue;
    if (!tolerates('unknownOption', `Parameter options: ${option} is unknown for this operation and is ignored`))
      throw unsupported('options', option, allowed);
    options.delete(option);
  }
  return options;
}

function unsupported(name: string, got: string, allowed: readonly string[]): NgsiLdError {
  return new NgsiLdError('InvalidRequest', `Parameter ${name}: got "${got}", expected ${allowed.join(', ')}`);
}
