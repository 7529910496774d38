import type { SourceKind } from '../items/source-kind.ts';
import { BOX, TEXTS, URL_TEXT } from '../items/source-schemas.ts';
import type { OcpiSource } from './ocpi-source.ts';
import { readOcpi } from './read-ocpi.ts';

const OCPI_FROM = {
  type: 'object',
  required: ['url'],
  additionalProperties: false,
  properties: { url: URL_TEXT, headers: TEXTS, secretHeaders: TEXTS, secretParameters: TEXTS },
} as const;

export const ocpiKind: SourceKind<OcpiSource> = {
  kind: 'ocpi',
  members: { from: OCPI_FROM, box: BOX },
  required: ['from'],
  secretsGoTo: ({ from }) => URL.parse(from.url)?.origin ?? '',
  harvest: (source, { outgoing, state, signal, isPreview }) =>
    readOcpi(outgoing, source, { state: isPreview ? {} : state, signal, onlyFirst: isPreview }),
};
