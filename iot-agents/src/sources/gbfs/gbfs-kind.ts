import type { SourceKind } from '../items/source-kind.ts';
import { BOX, TEXT, TEXTS, URL_TEXT } from '../items/source-schemas.ts';
import type { GbfsSource } from './gbfs-source.ts';
import { readGbfs } from './read-gbfs.ts';

const GBFS_FROM = {
  type: 'object',
  required: ['url'],
  additionalProperties: false,
  properties: { url: URL_TEXT, headers: TEXTS, secretHeaders: TEXTS, secretParameters: TEXTS },
} as const;

export const gbfsKind: SourceKind<GbfsSource> = {
  kind: 'gbfs',
  members: { from: GBFS_FROM, language: TEXT, box: BOX },
  required: ['from'],
  secretsGoTo: ({ from }) => URL.parse(from.url)?.origin ?? '',
  harvest: (source, { outgoing, state, signal, isPreview }) =>
    readGbfs(outgoing, source, { state: isPreview ? {} : state, signal }),
};
