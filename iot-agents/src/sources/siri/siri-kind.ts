import { NAME } from '../../devices/profile-schema.ts';
import type { SourceKind } from '../items/source-kind.ts';
import { checkZone, TEXT, TEXTS, URL_TEXT } from '../items/source-schemas.ts';
import { readSiri } from './read-siri.ts';
import type { SiriSource } from './siri-source.ts';

const SIRI_FROM = {
  type: 'object',
  required: ['situations'],
  additionalProperties: false,
  properties: { situations: URL_TEXT, headers: TEXTS, secretHeaders: TEXTS, secretParameters: TEXTS },
} as const;

export const siriKind: SourceKind<SiriSource> = {
  kind: 'siri',
  members: { feed: NAME, from: SIRI_FROM, timeZone: TEXT },
  required: ['feed', 'from'],
  check({ timeZone }) {
    if (timeZone !== undefined) checkZone('timeZone', timeZone);
  },
  secretsGoTo: ({ from }) => URL.parse(from.situations)?.origin ?? '',
  harvest: (source, { outgoing, state, signal, isPreview }) =>
    readSiri(outgoing, source, { state: isPreview ? {} : state, signal }),
};
