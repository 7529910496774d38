import type { JsonSchema } from '@alzette/kit/bodies';
import { refused } from '@alzette/kit/problems';

/** The schema of an answer with one member: a list of objects. */
export function listOf(member: string): JsonSchema {
  return {
    type: 'object',
    properties: { [member]: { type: 'array', items: { type: 'object' } } },
    required: [member],
  };
}

/** Waits for a write. @throws Problem 400: the member refers to something that does not exist */
export async function orUnknown(saving: Promise<void>, member: string, value: unknown): Promise<void> {
  await saving.catch((cause: unknown) => {
    if (/foreign key/.test(String(cause))) throw refused(member, value, 'one that exists');
    throw cause;
  });
}
