import { namedCache } from '@alzette/kit/caches';
import type { TargetPath } from '../../../query/q/target-path.ts';
import { isIndex } from '../../../query/q/target-path.ts';

/**
 * A target of q or orderBy as jsonpath over `document`. `base` finds the instances (or the entity) that may contain it.
 * Each place describes where it lies in an instance. All paths are lax: missing members yield nothing, and filters look
 * into arrays.
 */
interface PathPlaces {
  readonly base: string;
  readonly places: readonly Place[];
}

export interface Place {
  /** A condition on the instance `@`: whether the place exists. */
  readonly guard: string;
  /** The path from the instance. */
  readonly path: string;
  readonly isLanguageMap: boolean;
  /** 4.9: the target of a Relationship can only be compared for equality. */
  readonly isRelationshipPossible: boolean;
}

/** The IRI of the attribute if the path leads to its value itself, otherwise undefined. */
export function valueOnly(path: TargetPath): string | undefined {
  const isElsewhere = path.kind !== 'value' || path.names.length > 1 || path.members.length > 0;
  return isElsewhere ? undefined : path.names[0];
}

/** `$at` is the time of the query. Expired attributes are absent (4.22), at most one second late. */
const ALIVE = '!(@.expiresAt <= $at)';

const IS_LANGUAGE = '@.type == "LanguageProperty"';
const NO_LANGUAGE = '@.type != "LanguageProperty"';

/** The unexpired instances of an attribute or sub-attribute. */
export function instances(names: readonly string[]): string {
  return `$${names.map((name) => `.attributes.${key(name)}[*] ? (${ALIVE})`).join('')}`;
}

export function placesOf(path: TargetPath): PathPlaces {
  switch (path.kind) {
    case 'entityMember': {
      const member = path.member === 'type' ? 'types' : path.member === 'scope' ? 'scopes' : path.member;
      return { base: '$', places: [plain(member)] };
    }
    case 'instanceMember':
      return { base: instances(path.names), places: [plain(path.member)] };
    case 'value':
      return { base: instances(path.names), places: [...values(path.members), ...languages(path.members)] };
  }
}

function plain(member: string): Place {
  return { guard: `exists(@.${member})`, path: `.${member}`, isLanguageMap: false, isRelationshipPossible: false };
}

function values(members: readonly string[]): Place[] {
  let places: Place[] = [{ guard: NO_LANGUAGE, path: '.value', isLanguageMap: false, isRelationshipPossible: true }];
  for (const member of members) {
    places = places.flatMap((place) => {
      const inObject = step(place, 'object', `.${key(member)}`);
      return isIndex(member) ? [inObject, step(place, 'array', `[${member}]`)] : [inObject];
    });
  }
  return places;
}

function step(place: Place, type: 'object' | 'array', accessor: string): Place {
  return { ...place, guard: `${place.guard} && @${place.path}.type() == "${type}"`, path: `${place.path}${accessor}` };
}

function languages(members: readonly string[]): Place[] {
  const [tag = '*', ...further] = members;
  if (further.length > 0) return [];
  const path = tag === '*' ? '.value.*' : `.value.${key(tag)}`;
  return [{ guard: IS_LANGUAGE, path, isLanguageMap: true, isRelationshipPossible: false }];
}

/** A member accessor. jsonpath uses the same escapes as JSON. */
export function key(name: string): string {
  return JSON.stringify(name);
}

/** A path that yields something if the target exists. */
export function existsPath(path: TargetPath): string {
  const { base, places } = placesOf(path);
  if (path.kind === 'value' && path.members.length === 0) return base;
  return `${base} ? (${places.map(({ guard, path }) => `(${guard} && exists(@${path}))`).join(' || ')})`;
}

export interface LeafRules {
  /** Exclude the target of a Relationship. */
  readonly withoutRelationships: boolean;
  /** Exclude arrays, which have no order. */
  readonly withoutArrays: boolean;
}

function guardOf({ guard, path, isLanguageMap, isRelationshipPossible }: Place, rules: LeafRules): string {
  const parts = [guard];
  if (rules.withoutRelationships && isRelationshipPossible) {
    parts.push('@.type != "Relationship" && @.type != "ListRelationship"');
  }
  if (rules.withoutArrays && !isLanguageMap) parts.push(`@${path}.type() != "array"`);
  return parts.join(' && ');
}

const hitPaths = namedCache<string>('query_paths', 4 * 1024 * 1024, 'broker');

/**
 * A path that yields something if a leaf of the target, or an element of an array, satisfies a jsonpath predicate on
 * `@`.
 */
export function hitPath(target: TargetPath, predicate: string, rules: LeafRules): string {
  const name = valueOnly(target);
  if (name === undefined) return writtenHitPath(target, predicate, rules);
  // Paths of attributes are cached: building one with two bounds took 8 µs.
  const key = `${predicate} ${rules.withoutRelationships} ${rules.withoutArrays} ${name}`;
  let path = hitPaths.get(key);
  if (path === undefined) {
    path = writtenHitPath(target, predicate, rules);
    hitPaths.set(key, path, 2 * path.length);
  }
  return path;
}

function writtenHitPath(target: TargetPath, predicate: string, rules: LeafRules): string {
  const { base, places } = placesOf(target);
  const conditions = places.map((place) => {
    const leaf = `exists(@${place.path} ? (@.type() != "array" && ${predicate}))`;
    if (place.isLanguageMap) return `(${guardOf(place, rules)} && ${leaf})`;
    const typed = `exists(@${place.path}${TYPED} ? (@.type() != "array" && ${predicate}))`;
    return `(${guardOf(place, rules)} && (${leaf} || ${typed}))`;
  });
  return `${base} ? (${conditions.join(' || ')})`;
}

// Matches {"@type": "DateTime", "@value": "…"}.
const TYPED = ' ? (@.type() == "object")."@value"';

/** Paths that together yield every leaf of the target. */
export function leafPaths(target: TargetPath, rules: LeafRules): string[] {
  const { base, places } = placesOf(target);
  return places.flatMap((place) => {
    const start = `${base} ? (${guardOf(place, rules)})${place.path}`;
    const leaves = `${start} ? (@.type() != "array")`;
    return place.isLanguageMap ? [leaves] : [leaves, `${start}${TYPED} ? (@.type() != "array")`];
  });
}
