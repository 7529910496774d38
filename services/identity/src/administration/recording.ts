import { refused } from '@alzette/kit/problems';
import type { IdentityParts } from '../parts.ts';

/** Records acts of administrators, each with the address that it came from. */
export function recorder(parts: IdentityParts) {
  return (address: string, detail: { readonly act: string } & Readonly<Record<string, unknown>>, client?: string) =>
    parts.record({ kind: 'administration', address, ...(client !== undefined && { client }), detail });
}

/** Waits for a write. @throws Problem 400: the member refers to something that does not exist */
export async function orUnknown(saving: Promise<void>, member: string, value: unknown): Promise<void> {
  await saving.catch((cause: unknown) => {
    if (/foreign key/.test(String(cause))) throw refused(member, value, 'one that exists');
    throw cause;
  });
}
