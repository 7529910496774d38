import { byName, object, Type, type Value } from '@alzette/kit/contract';
import { Manifest, Parameter } from './manifest.ts';

const { id, version, title, description, licence, authors, homepage, requires } = Manifest.properties;

export const Digest = Type.String({
  pattern: '^[0-9a-f]{64}$',
  description: 'SHA-256 of its manifest, 64 hexadecimal digits',
});

const Count = object({ kind: Type.String({ maxLength: 40 }), count: Type.Integer({ minimum: 0 }) });

/** What is told of a pack before it is installed. */
export const OFFER = {
  ...{ id, version, title, description, licence, authors, homepage, requires },
  parameters: byName(Parameter, { maxProperties: 50 }),
  documents: Type.Array(Count, { maxItems: 100 }),
  tests: Type.Integer({ minimum: 0 }),
  digest: Digest,
};

const Offer = object(OFFER);
export type Offer = Value<typeof Offer>;
