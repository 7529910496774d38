import { object, Type, type Value } from '@alzette/kit/contract';
import { Language } from './report.ts';

const MAX_PHOTOS = 5;
export const MAX_TEXT = 2000;
const Line = Type.String({ minLength: 1, maxLength: 200 });
const Answer = Type.String({ maxLength: 500 });

export const Email = Type.String({ format: 'email', maxLength: 200 });
export const CONTACT = {
  name: Type.Optional(Line),
  email: Type.Optional(Email),
  phone: Type.Optional(Type.String({ pattern: '^\\+?[\\d .()-]{6,25}$' })),
};
export const Proof = object({
  challenge: Type.String({ maxLength: 200 }),
  nonce: Type.String({ maxLength: 50 }),
});
export type Proof = Value<typeof Proof>;
export const PhotoTokens = Type.Array(Type.String({ pattern: '^[0-9a-f]{32}\\.[A-Za-z0-9_-]{43}$' }), {
  maxItems: MAX_PHOTOS,
  uniqueItems: true,
  description: 'The tokens of uploaded photos',
});
export const Device = Type.String({
  pattern: '^[A-Za-z0-9_-]{16,64}$',
  description: 'A random id that the app stores',
});
export const Location = object({
  lat: Type.Number({ minimum: -90, maximum: 90 }),
  lon: Type.Number({ minimum: -180, maximum: 180 }),
});
const Answers = Type.Unsafe<{ readonly [code: string]: string | readonly string[] }>({
  type: 'object',
  maxProperties: 20,
  additionalProperties: { anyOf: [Answer, { type: 'array', items: Answer, maxItems: 20 }] },
});
export type Answers = Value<typeof Answers>;

export const GivenReport = object({
  category: Type.String({ maxLength: 40 }),
  location: Location,
  description: Type.Optional(Type.String({ maxLength: MAX_TEXT })),
  address: Type.Optional(Line),
  asset: Type.Optional(Type.String({ format: 'uri', maxLength: 300 })),
  photos: Type.Optional(PhotoTokens),
  attributes: Type.Optional(Answers),
  contact: Type.Optional(object(CONTACT)),
  device: Type.Optional(Device),
  language: Type.Optional(Language),
  proof: Type.Optional(Proof),
});
export type GivenReport = Value<typeof GivenReport>;
export type Contact = NonNullable<GivenReport['contact']>;
