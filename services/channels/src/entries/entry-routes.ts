import { randomBytes } from 'node:crypto';
import { actor as actorName } from '@alzette/kit/access';
import { type BodyReader, type JsonSchema, object } from '@alzette/kit/bodies';
import { identifier, readPath } from '@alzette/kit/parameters';
import { missing, refused } from '@alzette/kit/problems';
import { type AuditedChange, operation } from '@alzette/kit/routes';
import type { ServiceContext } from '@alzette/kit/service';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { readRoster } from '../on-call/roster.ts';
import type { ChannelParts } from '../parts.ts';
import { TELEPHONE_PROVIDERS } from '../senders/telephone.ts';
import { type Channel, checkChannel, readChannel, secretsOf } from './channel.ts';
import { deleteEntry, type EntryKind, findEntry, listEntries, saveEntry } from './entries.ts';
import { readGroup, readRecipient } from './recipient.ts';
import { secretOwner } from './secret.ts';

interface Collection {
  readonly kind: EntryKind;
  readonly path: string;
  readonly one: string;
  readonly many: string;
  readonly read: ((body: unknown) => object) & { readonly schema: JsonSchema };
  readonly audited: AuditedChange;
}

const COLLECTIONS: readonly Collection[] = [
  {
    kind: 'recipient',
    path: '/recipients',
    one: 'recipient',
    many: 'recipients',
    read: readRecipient as BodyReader<object>,
    audited: { values: 'above', hidden: ['name'] },
  },
  {
    kind: 'group',
    path: '/groups',
    one: 'group',
    many: 'groups',
    read: readGroup as BodyReader<object>,
    audited: { values: 'above' },
  },
  {
    kind: 'roster',
    path: '/rosters',
    one: 'roster',
    many: 'rosters',
    read: readRoster,
    audited: { values: 'above' },
  },
];

const BY_ID = { id: identifier({ required: true }) };

/** `/channels`, with `/recipients`, `/groups` and `/rosters` below it: who is notified, and how. */
export function entryRoutes(scope: FastifyInstance, parts: ChannelParts, given: ServiceContext): void {
  for (const collection of COLLECTIONS) collectionRoutes(scope, parts, given, collection);
  channelRoutes(scope, parts, given);
}

function collectionRoutes(
  scope: FastifyInstance,
  parts: ChannelParts,
  given: ServiceContext,
  collection: Collection,
): void {
  const { kind, path, one, many, read, audited: change } = collection;
  const { db } = parts;

  scope.get(
    path,
    operation({
      access: 'administer',
      summary: `The ${many}`,
      answer: object({ [many]: { type: 'array', items: read.schema } }),
    }),
    async (request) => {
      const entries = await listEntries<object>(db, given.callerOf(request).tenant, kind);
      return { [many]: entries.map(({ id, document }) => ({ id, ...document })) };
    },
  );
  scope.put(
    `${path}/:id`,
    operation({ access: 'administer', audited: change, summary: `Creates or replaces a ${one}`, body: read.schema }),
    async (request, reply) => {
      const { id } = readPath(request, BY_ID);
      const isNew = await saveEntry(db, given.callerOf(request).tenant, kind, id, read(request.body));
      await audited(parts, given, request, `${one}.save`, id);
      return reply.code(isNew ? 201 : 204).send();
    },
  );
  scope.delete(
    `${path}/:id`,
    operation({ access: 'administer', audited: change, summary: `Deletes a ${one}` }),
    async (request, reply) => {
      const { id } = readPath(request, BY_ID);
      if (!(await deleteEntry(db, given.callerOf(request).tenant, kind, id))) throw missing(one, id);
      await audited(parts, given, request, `${one}.delete`, id);
      return reply.code(204).send();
    },
  );
}

function channelRoutes(scope: FastifyInstance, parts: ChannelParts, given: ServiceContext): void {
  const { db, secrets } = parts;

  scope.get(
    '',
    operation({
      access: 'administer',
      summary: 'The configured channels; e-mail and push need no configuration',
      answer: object({ channels: { type: 'array' }, mail: { type: 'boolean' } }),
    }),
    async (request) => {
      const entries = await listEntries<Channel>(db, given.callerOf(request).tenant, 'channel');
      return {
        channels: entries.map(({ id, document, secret }) => ({ id, ...document, hasSecret: secret !== undefined })),
        mail: parts.mail !== undefined,
      };
    },
  );
  scope.get(
    '/providers',
    operation({
      access: 'administer',
      summary: 'The SMS and call providers, with the settings and secrets that each needs',
      answer: { type: 'object' },
    }),
    () => ({
      providers: Object.entries(TELEPHONE_PROVIDERS).map(
        ([name, { title, kinds, settings, optional, secrets: needed }]) => ({
          name,
          title,
          kinds,
          settings,
          optional,
          secrets: needed,
        }),
      ),
    }),
  );
  scope.put(
    '/:id',
    operation({
      access: 'administer',
      audited: { values: 'above' },
      summary: 'Creates or replaces a channel; a new webhook without a key gets one, which is returned only once',
      body: readChannel.schema,
      answer: object({ id: { type: 'string' }, key: { type: 'string' } }),
    }),
    async (request, reply) => {
      const { id } = readPath(request, BY_ID);
      const { tenant } = given.callerOf(request);
      const { secret, ...channel } = readChannel(request.body);
      checkChannel(id, channel, secret);
      const known = await findEntry<Channel>(db, tenant, 'channel', id);
      const needsSecret =
        known === undefined || known.document.kind !== channel.kind || known.document.provider !== channel.provider;
      const made = secret === undefined && needsSecret ? newSecret(channel) : undefined;
      const kept = secret ?? made;
      const sealed = kept && secrets.seal(JSON.stringify(kept), secretOwner(tenant, id));
      const isNew = await saveEntry(db, tenant, 'channel', id, channel, sealed);
      await audited(parts, given, request, 'channel.save', id);
      return reply.code(isNew ? 201 : 200).send({ id, ...(made && { key: made.key }) });
    },
  );
  scope.delete(
    '/:id',
    operation({
      access: 'administer',
      audited: { values: 'above' },
      summary: 'Deletes a channel; its pending messages fail',
    }),
    async (request, reply) => {
      const { id } = readPath(request, BY_ID);
      if (!(await deleteEntry(db, given.callerOf(request).tenant, 'channel', id))) throw missing('channel', id);
      await audited(parts, given, request, 'channel.delete', id);
      return reply.code(204).send();
    },
  );
}

/** @throws Problem 400: the secret of this channel can't be generated by us */
function newSecret(channel: Channel): { readonly key: string } {
  if (channel.kind === 'webhook') return { key: `whsec_${randomBytes(32).toString('base64')}` };
  throw refused('secret', undefined, `an object with ${secretsOf(channel).join(', ')}`);
}

export async function audited(
  { audit }: ChannelParts,
  given: ServiceContext,
  request: FastifyRequest,
  action: string,
  object: string,
): Promise<void> {
  const caller = given.callerOf(request);
  await audit.append({ actor: actorName(caller), action, object, tenant: caller.tenant, outcome: 'done', details: {} });
}
