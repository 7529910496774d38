import type { SourceKind } from '../items/source-kind.ts';
import { BOX, FROM_URL } from '../items/source-schemas.ts';
import type { OcpiSource } from './ocpi-source.ts';
import { readOcpi } from './read-ocpi.ts';

export const ocpiKind: SourceKind<OcpiSource> = {
  kind: 'ocpi',
  members: { from: FROM_URL, box: BOX },
  required: ['from'],
  secretsGoTo: ({ from }) => URL.parse(from.url)?.origin ?? '',
  harvest: (source, { outgoing, state, signal, isPreview }) =>
    readOcpi(outgoing, source, { state: isPreview ? {} : state, signal, onlyFirst: isPreview }),
};
