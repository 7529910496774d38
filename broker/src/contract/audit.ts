import { byName, contract, dateTime, media, object, Type, text, type Value, wholeNumber } from '@alzette/kit/contract';
import { Instant, Text } from './access.ts';
import { AUDIT } from './paths.ts';

const Head = object({ n: Type.Integer(), hash: Type.String() });
const AuditEntry = object({
  n: Type.Integer({ description: 'Numbered from 1 without gaps' }),
  at: Instant,
  actor: Type.String({ description: 'E.g. `key:1f2e…`, `token:<sub>` or `anonymous`' }),
  action: Type.String({ description: 'A verb, or a method' }),
  object: Type.String(),
  tenant: Type.String(),
  outcome: Type.Enum(['done', 'refused', 'failed', 'unknown', 'removed'], {
    description: '`unknown`: the process was killed before it could record it',
  }),
  details: byName(Type.Unknown()),
  hash: Type.String({ description: 'Covers the entry and the previous hash' }),
});
const Verdict = object({
  intact: Type.Boolean(),
  head: Type.Optional(Head),
  removed: Type.Optional(Type.Integer({ description: 'Entries that were emptied with their tenant' })),
  n: Type.Optional(Type.Integer({ description: 'The first entry that was changed or is missing' })),
  reason: Type.Optional(Type.String()),
});

const LIST = {
  query: {
    actor: text(),
    action: text(),
    object: text(),
    since: dateTime(),
    before: dateTime(),
    limit: wholeNumber({ min: 1, max: 1000, default: 100 }),
    beforeN: wholeNumber({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  },
  answers: { 200: object({ entries: Type.Array(AuditEntry), next: Type.Optional(Type.Integer()) }) },
} as const;

/** Search, export and verify the audit; services add entries to it. */
export const auditContract = contract(AUDIT, {
  list: {
    access: 'administerAll',
    summary: 'The audit, the latest first',
    ...LIST,
  },
  own: {
    access: 'administer',
    summary: 'The entries of this tenant, the latest first',
    ...LIST,
  },
  add: {
    access: 'administerAll',
    summary: 'Add an entry to the audit',
    body: object({
      actor: Type.Optional(Text),
      action: Text,
      object: Type.Optional(Text),
      tenant: Type.Optional(Text),
      outcome: Type.Optional(Type.Enum(['done', 'refused', 'failed'])),
      details: Type.Optional(byName(Type.Unknown())),
    }),
    answers: { 201: null },
    example: { body: { action: 'backup', object: 'database' } },
  },
  export: {
    access: 'administerAll',
    summary: 'The whole audit, one line of JSON per entry',
    answers: { 200: media('application/x-ndjson') },
  },
  verify: {
    access: 'administerAll',
    summary: 'Verify the hash chain of the audit',
    query: { n: wholeNumber({ min: 1, max: Number.MAX_SAFE_INTEGER }), hash: text() },
    answers: { 200: Verdict },
  },
});

export type AuditContract = typeof auditContract;
export type AuditEntry = Value<typeof AuditEntry>;
