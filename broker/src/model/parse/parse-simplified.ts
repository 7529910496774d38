import { PRIMARY_MEMBER } from '../attribute-kinds.ts';
import type { AttributeKind, Entity } from '../entity.ts';
import { type EntityFragment, findInstance, type InstanceFragment } from '../fragment.ts';
import { isGeometryType } from '../geometry.ts';
import type { NameExpander } from '../names.ts';
import { badMember, isJsonObject, type JsonObject, NGSI_LD_NULL } from '../values.ts';
import { expandAttributeName, parseDatasetId, parseInstance } from './parse-attribute.ts';
import { parseEntityFragment } from './parse-entity.ts';

const ENTITY_MEMBERS: ReadonlySet<string> = new Set([
  'id',
  '@id',
  'type',
  '@type',
  'scope',
  'expiresAt',
  'createdAt',
  'modifiedAt',
]);

/**
 * Parses a simplified fragment for a merge (6.5.3.4). For an existing attribute the value is interpreted by its
 * attribute type; for a new one the value determines the type.
 *
 * @param lang the language of a plain string for a LanguageProperty
 *
 * @throws NgsiLdError BadRequestData: a value does not fit the stored attribute type
 */
export function parseSimplifiedFragment(
  body: JsonObject,
  before: Entity,
  names: NameExpander,
  lang: string | undefined,
): EntityFragment {
  const members: Record<string, unknown> = {};
  const attributes: Record<string, InstanceFragment[]> = {};
  for (const [term, value] of Object.entries(body)) {
    if (ENTITY_MEMBERS.has(term)) {
      members[term] = value;
      continue;
    }
    const name = expandAttributeName(term, term, names);
    attributes[name] = instancesOf(value).map(([datasetId, bare]) => {
      const stored = findInstance(before.attributes[name], datasetId) ?? before.attributes[name]?.[0];
      return instanceOf(bare, stored?.type ?? kindOf(bare), datasetId, term, names, lang);
    });
  }
  return { ...parseEntityFragment(members, names, 'merge'), attributes };
}

/** The values by datasetId; undefined is the default instance. */
function instancesOf(value: unknown): [datasetId: string | undefined, bare: unknown][] {
  if (!isJsonObject(value) || !isJsonObject(value.dataset) || Object.keys(value).length !== 1)
    return [[undefined, value]];
  return Object.entries(value.dataset).map(([id, bare]) => [parseDatasetId(id, 'datasetId'), bare]);
}

function instanceOf(
  bare: unknown,
  kind: AttributeKind,
  datasetId: string | undefined,
  term: string,
  names: NameExpander,
  lang: string | undefined,
): InstanceFragment {
  const fragment =
    bare === NGSI_LD_NULL
      ? ({ deleted: true } satisfies InstanceFragment)
      : parseInstance({ type: kind, [PRIMARY_MEMBER[kind]]: contentOf(bare, kind, term, lang) }, term, names, 'merge');
  return datasetId === undefined ? fragment : { ...fragment, datasetId };
}

function contentOf(bare: unknown, kind: AttributeKind, term: string, lang: string | undefined): unknown {
  const primary = PRIMARY_MEMBER[kind];
  if (kind === 'VocabProperty' || kind === 'JsonProperty') {
    return isJsonObject(bare) && primary in bare ? bare[primary] : bare;
  }
  if (kind !== 'LanguageProperty') return bare;
  if (isJsonObject(bare)) return bare.languageMap;
  if (lang === undefined) throw badMember(term, bare, 'a languageMap, or the parameter lang for its language');
  return { [lang]: bare };
}

function kindOf(bare: unknown): AttributeKind {
  if (!isJsonObject(bare)) return 'Property';
  if ('languageMap' in bare) return 'LanguageProperty';
  if ('vocab' in bare) return 'VocabProperty';
  if ('json' in bare) return 'JsonProperty';
  return isGeometryType(bare.type) && 'coordinates' in bare ? 'GeoProperty' : 'Property';
}
