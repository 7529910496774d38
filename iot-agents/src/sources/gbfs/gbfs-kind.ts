import type { SourceKind } from '../items/source-kind.ts';
import { BOX, FROM_URL, TEXT } from '../items/source-schemas.ts';
import type { GbfsSource } from './gbfs-source.ts';
import { readGbfs } from './read-gbfs.ts';

export const gbfsKind: SourceKind<GbfsSource> = {
  kind: 'gbfs',
  members: { from: FROM_URL, language: TEXT, box: BOX },
  required: ['from'],
  secretsGoTo: ({ from }) => URL.parse(from.url)?.origin ?? '',
  harvest: (source, { outgoing, state, signal, isPreview }) =>
    readGbfs(outgoing, source, { state: isPreview ? {} : state, signal }),
};
