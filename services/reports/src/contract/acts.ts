import { object, Type, type Value, variants } from '@alzette/kit/contract';
import { Area, HiddenCause, Instant, Language, ORGANISATION, Status } from './report.ts';

const Said = Type.String({ minLength: 1, maxLength: 2000 });
export const ReportNumber = Type.String({ pattern: '^[0-9A-Z]{10}$' });
const Organisation = Type.Unsafe<string | null>({ type: ['string', 'null'], pattern: ORGANISATION });
const Somebody = Type.Unsafe<string | null>({
  type: ['string', 'null'],
  minLength: 1,
  maxLength: 100,
  pattern: '^[\\p{L}\\p{N}_.-]+$',
});
/** In which it is written; absent: that of the site. */
const LANGUAGE = { language: Type.Optional(Language) };

/** What the desk does with a report. */
export const DeskAct = variants('act', {
  accept: object({
    text: Type.Optional(Type.String({ maxLength: 2000 })),
    address: Type.Optional(Type.String({ maxLength: 200 })),
    photos: Type.Optional(Type.Array(Type.String(), { maxItems: 10 })),
  }),
  hide: object({ reason: Said, cause: Type.Optional(HiddenCause) }),
  blur: object({ photo: Type.String(), areas: Type.Array(Area, { minItems: 1, maxItems: 20 }) }),
  status: object({ status: Status, text: Type.Optional(Said), ...LANGUAGE }),
  update: object({ text: Said, ...LANGUAGE }),
  note: object({ text: Said }),
  assign: object({ organisation: Type.Optional(Organisation), assignee: Type.Optional(Somebody) }),
  promise: object({ date: Instant }),
  categorise: object({ category: Type.String({ maxLength: 40 }) }),
  merge: object({ into: ReportNumber }),
  passOn: object({ text: Said, photos: Type.Optional(Type.Array(Type.String(), { maxItems: 10, uniqueItems: true })) }),
});
export type DeskAct = Value<typeof DeskAct>;
