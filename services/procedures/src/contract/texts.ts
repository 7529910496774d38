import { object, Type, type Value } from '@alzette/kit/contract';
import { LANGUAGES } from '@alzette/kit/languages';

const Said = Type.String({ minLength: 1, maxLength: 4000 });

/** A text for citizens: always in French, and in further languages. */
export const Texts = object({ fr: Said, en: Type.Optional(Said), de: Type.Optional(Said), lb: Type.Optional(Said) });
export type Texts = Value<typeof Texts>;

export const Language = Type.Enum(LANGUAGES);
export const Instant = Type.String({ format: 'date-time' });
export const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'A day, e.g. `2026-12-02`' });

/** Of procedures, resources, states, functions and actions. */
export const Id = Type.String({ pattern: '^[a-z][a-z0-9-]{0,39}$', description: 'small letters, digits and hyphens' });
/** Of fields and sections: a member of the answers. */
export const FieldId = Type.String({
  pattern: '^[a-z][A-Za-z0-9]{0,39}$',
  description: 'a small letter, then letters and digits',
});
