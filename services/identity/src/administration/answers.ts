import type { JsonSchema } from '@alzette/kit/bodies';

/** An answer with one member: a list of objects. */
export function listOf(member: string): JsonSchema {
  return {
    type: 'object',
    properties: { [member]: { type: 'array', items: { type: 'object' } } },
    required: [member],
  };
}
