import type { SourceKind } from '../items/source-kind.ts';
import { MASK } from '../items/source-members.ts';
import { TEXTS, URL_TEXT, wrongMember } from '../items/source-schemas.ts';
import { readTalq } from './read-talq.ts';
import type { TalqSource } from './talq-source.ts';

const UUID = '^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$';

const TALQ_FROM = {
  type: 'object',
  required: ['url', 'clientAddress'],
  additionalProperties: false,
  properties: {
    url: URL_TEXT,
    clientAddress: { type: 'string', pattern: UUID },
    apiVersion: { type: 'string', pattern: '^2\\.\\d+\\.\\d+$' },
    headers: TEXTS,
    secretHeaders: TEXTS,
    gatewayAddress: { type: 'string', pattern: UUID },
    gatewaySecret: { type: 'string', pattern: '^\\S+$', maxLength: 1024 },
  },
} as const;

const SHORTEST_SECRET = 16;

export const talqKind: SourceKind<TalqSource> = {
  kind: 'talq',
  members: { from: TALQ_FROM },
  required: ['from'],
  check({ from: { gatewayAddress, gatewaySecret } }) {
    if (gatewaySecret !== undefined && gatewaySecret !== MASK && gatewaySecret.length < SHORTEST_SECRET) {
      throw wrongMember('from.gatewaySecret', `${gatewaySecret.length} characters`, `at least ${SHORTEST_SECRET}`);
    }
    if ((gatewayAddress === undefined) !== (gatewaySecret === undefined)) {
      const missing = gatewayAddress === undefined ? 'gatewayAddress' : 'gatewaySecret';
      throw wrongMember(`from.${missing}`, undefined, 'both gatewayAddress and gatewaySecret, or none of them');
    }
  },
  secretsGoTo: ({ from }) => URL.parse(from.url)?.origin ?? '',
  harvest: (source, { db, outgoing, state, signal, isPreview }) =>
    readTalq(db, outgoing, source, { state, signal, isPreview }),
};
