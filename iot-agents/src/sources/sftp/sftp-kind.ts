import { NAME } from '../../devices/profile-schema.ts';
import { CSV, checkMapped, harvestMapped } from '../csv/mapped-source.ts';
import type { SourceKind } from '../items/source-kind.ts';
import { MAPPING, TEXT, wrongMember } from '../items/source-schemas.ts';
import { readSftp } from './read-sftp.ts';
import type { SftpSource } from './sftp-source.ts';

const SFTP_FROM = {
  type: 'object',
  required: ['host', 'username', 'directory'],
  additionalProperties: false,
  properties: {
    host: { ...NAME, pattern: '^[A-Za-z0-9.:_-]+$' },
    port: { type: 'integer', minimum: 1, maximum: 65_535 },
    username: NAME,
    password: { type: 'string', maxLength: 1024 },
    privateKey: { type: 'string', maxLength: 16_384 },
    passphrase: { type: 'string', maxLength: 1024 },
    hostKey: { type: 'string', pattern: '^SHA256:[A-Za-z0-9+/]{43}=?$' },
    directory: TEXT,
    files: { type: 'string', pattern: '^[^/]+$', maxLength: 256 },
    whenDone: {
      anyOf: [
        { enum: ['keep', 'delete'] },
        { type: 'object', required: ['moveTo'], additionalProperties: false, properties: { moveTo: TEXT } },
        {
          type: 'object',
          required: ['renameTo'],
          additionalProperties: false,
          properties: { renameTo: { type: 'string', pattern: '^[^/]*\\{name\\}[^/]*$', maxLength: 256 } },
        },
      ],
    },
  },
} as const;

export const sftpKind: SourceKind<SftpSource> = {
  kind: 'sftp',
  members: { ...MAPPING, from: SFTP_FROM, csv: CSV },
  required: ['from', 'csv', 'entities'],
  check(source) {
    const { username, password, privateKey } = source.from;
    if (password === undefined && privateKey === undefined) {
      throw wrongMember('from', { username }, 'a password or a privateKey');
    }
    checkMapped(source);
  },
  secretsGoTo: ({ from }) => `${from.host}:${from.port ?? 22}`,
  harvest: (source, reading) =>
    harvestMapped(source, reading, (gathering) => readSftp(reading.outgoing, source, gathering, reading)),
};
