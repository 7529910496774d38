import type { InstanceFilter } from '../../history/query/query-temporal.ts';
import { SCOPE } from '../../model/change-entity.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { tolerates } from '../../model/leniency.ts';
import { parseLanguageRanges } from '../../model/represent/language.ts';
import type { TemporalRepresentation } from '../../model/temporal/temporal-represent.ts';
import { badMember, isJsonObject, type JsonObject } from '../../model/values.ts';
import type { EvolutionQuery } from '../../operations/temporal/evolution-query.ts';
import { membersOf } from '../../query/projection/linked-entity.ts';
import { linkDepthOfProjection, type Projection } from '../../query/projection/projection.ts';
import {
  AGGREGATION_PARAMETERS,
  parseAggregation,
  parseTemporalQuery,
  TEMPORAL_PARAMETERS,
} from '../../query/temporal/temporal-query.ts';
import {
  FILTER_PARAMETERS,
  MAP_PARAMETERS,
  ORDER_PARAMETERS,
  PAGE_PARAMETERS,
  REPRESENTATION_PARAMETERS,
} from './entity-query.ts';
import { type Parameters, readDatasetIds } from './parameters.ts';

/** Parameters for reading evolutions, of one or many entities. */
export const EVOLUTION_PARAMETERS = [
  ...TEMPORAL_PARAMETERS,
  ...AGGREGATION_PARAMETERS,
  ...REPRESENTATION_PARAMETERS.filter((name) => name !== 'geometryProperty'),
] as const;

export const TEMPORAL_QUERY_PARAMETERS: ReadonlySet<string> = new Set([
  ...EVOLUTION_PARAMETERS,
  ...FILTER_PARAMETERS,
  ...PAGE_PARAMETERS,
  ...ORDER_PARAMETERS,
  ...MAP_PARAMETERS,
  'splitEntities',
]);

/**
 * Reads what 5.7.3 and 5.7.4 have in common.
 *
 * @throws NgsiLdError BadRequestData, InvalidRequest: names the parameter
 */
export function readEvolution(parameters: Parameters, projection: Projection | undefined): EvolutionQuery {
  for (const parameter of ['pick', 'omit'] as const) {
    if (linkDepthOfProjection(projection?.[parameter]) > 0) {
      throw new NgsiLdError(
        'BadRequestData',
        `${parameter}: got braces, expected none, because temporal queries do not follow links`,
      );
    }
  }
  const temporalQ = parseTemporalQuery(parameters);
  const { format, sysAttrs } = readTemporalFormat(parameters);
  const { lang } = parameters;
  const how: TemporalRepresentation = {
    format,
    sysAttrs,
    members: { ...membersOf(projection), ...(lang !== undefined && { lang: parseLanguageRanges(lang) }) },
    ...(temporalQ.timeproperty && { timeproperty: temporalQ.timeproperty }),
  };
  const asked = askedInstances(projection, parameters);
  if (format !== 'aggregatedValues') return { temporalQ, asked, how };
  return { temporalQ, asked, how, aggregation: parseAggregation(parameters) };
}

/** Members of an entity that are not attributes. */
const MEMBERS: ReadonlySet<string> = new Set(['id', 'type', 'createdAt', 'modifiedAt', 'expiresAt', 'deletedAt']);

function askedInstances(projection: Projection | undefined, parameters: Parameters): InstanceFilter {
  const datasetIds = readDatasetIds(parameters);
  const { attrs, pick, omit } = projection ?? {};
  const attributes = attrs ?? (pick && namesIn(pick.keys()));
  const omitted = omit && namesIn(omit.keys());
  return {
    ...(attributes && { attributes: [...new Set(attributes)] }),
    ...(omitted && omitted.length > 0 && { omitted }),
    ...(datasetIds && { datasetIds: [...datasetIds].map((id) => id ?? '') }),
  };
}

function namesIn(members: Iterable<string>): string[] {
  return [...members].filter((name) => !MEMBERS.has(name)).map((name) => (name === 'scope' ? SCOPE : name));
}

const FORMATS: { readonly [word: string]: TemporalRepresentation['format'] } = {
  normalized: 'normalized',
  concise: 'concise',
  simplified: 'temporalValues',
  keyValues: 'temporalValues',
  temporalValues: 'temporalValues',
  aggregatedValues: 'aggregatedValues',
};

/** `format`, or the older `options` (6.3.12). @throws NgsiLdError InvalidRequest */
function readTemporalFormat({
  format,
  options,
  aggrMethods,
}: Parameters): Pick<TemporalRepresentation, 'format' | 'sysAttrs'> {
  const words = new Set(options?.split(',').map((word) => word.trim()));
  const sysAttrs = words.delete('sysAttrs');
  for (const word of words) if (!Object.hasOwn(FORMATS, word)) throw unknownWord('options', word);
  if (format !== undefined) {
    if (!Object.hasOwn(FORMATS, format)) throw unknownWord('format', format);
    return { format: FORMATS[format] as TemporalRepresentation['format'], sysAttrs };
  }
  if (words.has('temporalValues') && words.has('aggregatedValues')) {
    const chosen = aggrMethods === undefined ? 'temporalValues' : 'aggregatedValues';
    if (
      !tolerates('bothTemporalFormats', `Parameter options: of temporalValues and aggregatedValues, ${chosen} is used`)
    ) {
      throw new NgsiLdError(
        'InvalidRequest',
        'Parameter options: got temporalValues and aggregatedValues, expected one',
      );
    }
    return { format: chosen, sysAttrs };
  }
  const [word = 'normalized'] = words;
  return { format: FORMATS[word] as TemporalRepresentation['format'], sysAttrs };
}

function unknownWord(name: string, word: string): NgsiLdError {
  const expected = [...Object.keys(FORMATS), ...(name === 'options' ? ['sysAttrs'] : [])].join(', ');
  return new NgsiLdError('InvalidRequest', `Parameter ${name}: got "${word}", expected ${expected}`);
}

const TEMPORAL_MEMBERS: ReadonlySet<string> = new Set([...TEMPORAL_PARAMETERS, ...AGGREGATION_PARAMETERS]);

/**
 * Converts `temporalQ` and `aggrParams` of a Query (5.2.21, 5.2.23, 5.2.44) to the corresponding parameters.
 * Aggregation in the body needs no `format`.
 *
 * @throws NgsiLdError BadRequestData: names the member
 */
export function temporalParameters(body: JsonObject, url: Parameters): { body: JsonObject; parameters: Parameters } {
  const { temporalQ, aggrParams, ...others } = body;
  if (temporalQ === undefined) throw badMember('temporalQ', temporalQ, 'an object with timerel and timeAt');
  const parameters = {
    ...url,
    ...readMembers(temporalQ, 'temporalQ', TEMPORAL_MEMBERS),
    ...(aggrParams !== undefined && readMembers(aggrParams, 'aggrParams', new Set<string>(AGGREGATION_PARAMETERS))),
  };
  const isFormatGiven = parameters.format !== undefined || /Values/.test(parameters.options ?? '');
  if (parameters.aggrMethods !== undefined && !isFormatGiven) parameters.format = 'aggregatedValues';
  return { body: others, parameters };
}

function readMembers(value: unknown, path: string, known: ReadonlySet<string>): Record<string, string> {
  if (!isJsonObject(value)) throw badMember(path, value, 'an object');
  const texts: Record<string, string> = {};
  for (const member in value) {
    const content = value[member];
    if (!known.has(member)) throw badMember(`${path}.${member}`, content, `one of ${[...known].join(', ')}`);
    if (member === 'lastN' && typeof content === 'number') texts[member] = String(content);
    else if (member === 'aggrMethods' && Array.isArray(content)) texts[member] = content.join(',');
    else if (typeof content === 'string') texts[member] = content;
    else throw badMember(`${path}.${member}`, content, member === 'lastN' ? 'an integer of at least 1' : 'a string');
  }
  return texts;
}
