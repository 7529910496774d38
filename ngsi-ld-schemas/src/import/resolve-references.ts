import type { JsonSchema } from '../models/model.ts';
import type { Library } from './library.ts';

const URL_START = /^https?:\/\//;

/**
 * Replaces each `$ref` by its target, so that the schema is self-contained.
 *
 * @throws Error: a missing document or pointer, or a recursive schema
 */
export function resolveReferences(schema: JsonSchema, library: Library): JsonSchema {
  return walk(schema, schema, []) as JsonSchema;

  function walk(part: unknown, root: JsonSchema, path: readonly string[]): unknown {
    if (Array.isArray(part)) return part.map((item) => walk(item, root, path));
    if (typeof part !== 'object' || part === null) return part;
    const { $ref, ...others } = part as JsonSchema;
    const rest = Object.fromEntries(Object.entries(others).map(([key, value]) => [key, walk(value, root, path)]));
    if (typeof $ref !== 'string') return $ref === undefined ? rest : { ...rest, $ref: walk($ref, root, path) };
    const target = resolve($ref, root, path);
    // Keywords beside a $ref apply too (2020-12); descriptions need no allOf.
    return Object.keys(rest).every((key) => key === 'description' || key === 'title')
      ? { ...target, ...rest }
      : { allOf: [target, rest] };
  }

  function resolve($ref: string, root: JsonSchema, path: readonly string[]): JsonSchema {
    const [url = '', pointer = ''] = $ref.split('#', 2);
    if (url !== '' && !URL_START.test(url)) throw new Error(`$ref: got ${$ref}, expected #/… or an absolute URL`);
    const document = url === '' ? root : library.document(url);
    const key = `${String(document.$id ?? '')}#${pointer}`;
    if (path.includes(key)) throw new Error(`$ref: ${$ref} leads back to itself`);
    return walk(at(document, pointer, $ref), document, [...path, key]) as JsonSchema;
  }
}

function at(document: JsonSchema, pointer: string, $ref: string): unknown {
  let found: unknown = document;
  for (const step of pointer.split('/').filter((step) => step !== '')) {
    const name = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
    found = (found as JsonSchema | undefined)?.[name];
    if (found === undefined) throw new Error(`$ref: ${$ref} names nothing in its document (${name} is not there)`);
  }
  return found;
}
