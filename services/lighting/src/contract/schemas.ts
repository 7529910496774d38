import { object, Type, type Value } from '@alzette/kit/contract';

/** The kinds of zones, narrowest first; the narrowest one applies. */
export const ZONE_KINDS = ['lamp', 'zone', 'street', 'cabinet', 'commune', 'all'] as const;
export type ZoneKind = (typeof ZONE_KINDS)[number];

export const Day = Type.String({ format: 'date', description: 'A day such as 2025-01-31' });
export const Instant = Type.String({ format: 'date-time' });
export const Share = Type.Number({ minimum: 0, maximum: 1 });
export const NUMBER_OR_NULL = Type.Union([Type.Number(), Type.Null()]);
export const TEXT_OR_NULL = Type.Union([Type.String(), Type.Null()]);

export const words = (maxLength = 200) =>
  Type.String({ minLength: 1, maxLength, pattern: '\\S', description: 'A text that is not blank' });
export const Name = words();

export const ZoneKind = Type.Enum(ZONE_KINDS);
/** In a body; checked with its kind. */
export const GivenZone = Type.String({
  maxLength: 500,
  description:
    'An id (of a lamp, a cabinet or a drawn zone), a commune’s scope without the slash, or `commune/street`; not for all',
});

export const Levels = Type.Array(object({ from: Instant, to: Instant, level: Share }));

export const Act = object(
  { at: Instant, actor: Type.String(), action: Type.String(), details: Type.Unknown() },
  'An act of a person or of the service on a plan or an override',
);
export type Act = Value<typeof Act>;
