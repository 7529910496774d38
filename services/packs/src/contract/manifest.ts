import { byName, object, Type, type Value } from '@alzette/kit/contract';

export const PACK_ID = '^[a-z][a-z0-9-]{2,63}$';
const VERSION = '^\\d{1,6}\\.\\d{1,6}\\.\\d{1,6}(-[0-9A-Za-z.-]{1,40})?$';

const Title = Type.String({ minLength: 1, maxLength: 120 });
const Description = Type.String({ minLength: 1, maxLength: 2000 });
const texts = <S extends typeof Title>(text: S) =>
  object({ fr: text, en: Type.Optional(text), de: Type.Optional(text), lb: Type.Optional(text) });
const Scalar = Type.Union([Type.String({ maxLength: 1000 }), Type.Number(), Type.Boolean()]);

/** What is asked when a pack is installed: `${name}` in its documents becomes the value. */
export const Parameter = object({
  title: texts(Title),
  kind: Type.Enum(['text', 'number', 'choice', 'yesNo']),
  unit: Type.Optional(Type.String({ maxLength: 20 })),
  choices: Type.Optional(Type.Array(Type.String({ maxLength: 200 }), { minItems: 1, maxItems: 200 })),
  min: Type.Optional(Type.Number()),
  max: Type.Optional(Type.Number()),
  default: Type.Optional(Scalar),
  example: Type.Optional({ ...Scalar, description: 'With which a pack is tested where nothing is the default' }),
});

const Range = Type.String({
  minLength: 1,
  maxLength: 100,
  description: 'versions as npm writes them, e.g. >=0.1.0 <1.0.0',
});

/** `pack.json` of a folder. An archive has the hashes of its files besides. */
export const Manifest = object(
  {
    format: Type.Literal(1),
    id: Type.String({ pattern: PACK_ID, description: 'small letters, digits and hyphens' }),
    version: Type.String({ pattern: VERSION, description: 'a semantic version, e.g. 1.0.0' }),
    title: texts(Title),
    description: texts(Description),
    licence: Type.String({ minLength: 1, maxLength: 200, description: 'an SPDX expression' }),
    authors: Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { minItems: 1, maxItems: 20 }),
    homepage: Type.Optional(Type.String({ pattern: '^https://', maxLength: 500 })),
    requires: object({ alzette: Range, packs: Type.Optional(byName(Range, { maxProperties: 50 })) }),
    parameters: Type.Optional(byName(Parameter, { maxProperties: 50 })),
  },
  'A pack: documents with a name, a version and what they need',
);

const FileHash = object({ sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }), bytes: Type.Integer({ minimum: 0 }) });

/** `pack.json` of an archive. */
export const SealedManifest = object({ ...Manifest.properties, files: byName(FileHash, { maxProperties: 1000 }) });

export const Parameters = byName(Scalar, { maxProperties: 50 });

export type Manifest = Value<typeof Manifest>;
export type SealedManifest = Value<typeof SealedManifest>;
export type Parameter = Value<typeof Parameter>;
export type Parameters = Value<typeof Parameters>;
