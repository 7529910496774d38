import type { JsonSchema } from '@alzette/kit/bodies';
import { refused } from '@alzette/kit/problems';

/** An answer with one member: a list of objects. */
export function listOf(member: string): JsonSchema {
  return {
    type: 'object',
    properties: { [member]: { type: 'array', items: { type: 'object' } } },
    required: [member],
  };
}

/** Waits until something is stored. @throws Problem 400: the member names what there is not */
export async function orUnknown(saving: Promise<void>, member: string, value: unknown): Promise<void> {
  await saving.catch((cause: unknown) => {
    if (/foreign key/.test(String(cause))) throw refused(member, value, 'one that there is');
    throw cause;
  });
}
