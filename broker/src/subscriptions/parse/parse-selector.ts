import type { NameExpander } from '../../model/names.ts';
import { checkMembers } from '../../model/parse/parse-member.ts';
import { badMember, checkUri, isJsonObject } from '../../model/values.ts';
import { parsePattern } from '../../query/pattern.ts';
import { parseTypeSelection } from '../../query/type-selection.ts';
import type { Selector } from '../rule.ts';

const MEMBERS = ['type', 'id', 'idPattern'] as const;

/**
 * Reads `entities`, an array of EntitySelector (5.2.33).
 *
 * @throws NgsiLdError BadRequestData
 */
export function parseSelectors(value: unknown, names: NameExpander): Selector[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw badMember('entities', value, 'an array of at least one entity selector');
  }
  return value.map((selector) => parseSelector(selector, names));
}

function parseSelector(value: unknown, names: NameExpander): Selector {
  if (!isJsonObject(value)) throw badMember('entities', value, 'objects with a type');
  checkMembers(value, MEMBERS, 'entities');
  const { type, id, idPattern } = value;
  if (typeof type !== 'string') throw badMember('entities.type', type, 'an entity type or type selection');
  const selector: { -readonly [Member in keyof Selector]: Selector[Member] } = {
    types: parseTypeSelection(type, names),
  };
  if (idPattern !== undefined) {
    if (typeof idPattern !== 'string') throw badMember('entities.idPattern', idPattern, 'a regular expression');
    selector.idPattern = parsePattern(idPattern, 'entities.idPattern');
  }
  if (id !== undefined) selector.ids = parseIds(id);
  return selector;
}

function parseIds(value: unknown): ReadonlySet<string> {
  const ids: unknown[] = Array.isArray(value) ? value : [value];
  if (ids.length === 0) throw badMember('entities.id', value, 'at least one URI');
  return new Set(ids.map((id) => checkUri(id, 'entities.id')));
}
