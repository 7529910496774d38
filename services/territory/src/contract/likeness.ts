import { object, Type, type Value } from '@alzette/kit/contract';
import { DEFAULT_TENANT } from './paths.ts';

const PACK = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{1,62}[a-z0-9]$' });

export const Likeness = object(
  {
    collectivity: Type.Optional(
      Type.String({
        pattern: `^(${DEFAULT_TENANT}|[a-z0-9]+([-_][a-z0-9]+)*)$`,
        maxLength: 40,
        description: `Its tenant; ${DEFAULT_TENANT} is the installation’s own`,
      }),
    ),
    packs: Type.Optional(Type.Array(PACK, { maxItems: 50, uniqueItems: true })),
  },
  'Takes roles, groups without members, escalations, rules, strategies, report categories, dashboards and pages (as drafts) of another collectivity, and what packs bring. People, contacts and secrets stay where they are',
);
export type Likeness = Value<typeof Likeness>;

const Document = { kind: Type.String(), id: Type.String(), title: Type.Optional(Type.String()) };
const LeftOut = Type.Array(
  object({
    ...Document,
    why: Type.Enum(['persons', 'places', 'refused'], {
      description:
        '`persons`: it names people; `places`: it names communes or objects of that one; `refused`: see `detail`',
    }),
    detail: Type.Optional(Type.String()),
  }),
);

/** What a collectivity that is founded like another takes of it. */
export const Model = object({ documents: Type.Array(object(Document)), leftOut: LeftOut });
export type Model = Value<typeof Model>;
export type ModelDocument = Model['documents'][number];
export type LeftOut = Model['leftOut'][number];

export const Taken = object({ count: Type.Integer({ minimum: 0 }), leftOut: LeftOut });
export type Taken = Value<typeof Taken>;
