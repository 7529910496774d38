import { Type } from '@alzette/kit/contract';

export const Id = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' });
export const ids = (description?: string) =>
  Type.Array(Type.String({ maxLength: 64 }), {
    uniqueItems: true,
    maxItems: 100,
    ...(description !== undefined && { description }),
  });
export const Ids = ids();
export const Names = Type.Array(Type.String());
export const Text = Type.String({ maxLength: 200 });
export const Instant = Type.String({ format: 'date-time' });
/** What administrators of all tenants do; the list of the path above has the values. */
export const ADMINISTERED = { access: 'administerAll', audited: { values: 'above' } } as const;
