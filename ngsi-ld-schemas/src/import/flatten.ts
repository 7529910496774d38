import type { JsonSchema } from '../models/model.ts';

/** An object schema with its branches merged. */
export interface FlatSchema {
  readonly properties: { readonly [name: string]: JsonSchema };
  readonly required: readonly string[];
}

/**
 * Merges the `allOf` branches of a resolved object schema. A property in several branches must satisfy all of them; its
 * description is that of the last.
 */
export function flatten(schema: JsonSchema): FlatSchema {
  const properties: Record<string, JsonSchema> = {};
  const required = new Set<string>();
  merge(schema);
  return { properties, required: [...required] };

  function merge(part: JsonSchema): void {
    for (const branch of listOf(part.allOf)) merge(branch as JsonSchema);
    for (const name of listOf(part.required)) required.add(String(name));
    for (const [name, property] of Object.entries((part.properties ?? {}) as Record<string, JsonSchema>)) {
      if (typeof property === 'object' && property !== null) properties[name] = both(properties[name], property);
    }
  }
}

function both(before: JsonSchema | undefined, after: JsonSchema): JsonSchema {
  if (before === undefined || JSON.stringify(before) === JSON.stringify(after)) return after;
  return { ...after, allOf: [...listOf(after.allOf), before] };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
