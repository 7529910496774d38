import { bodyReader, ID, IDS, object, TEXT } from '@alzette/kit/bodies';
import { missing, Problem, refused } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { FastifyInstance } from 'fastify';
import { syncDirectory } from '../federation/directories.ts';
import type { IdentityParts } from '../parts.ts';
import { type DirectorySettings, deleteDirectory, listDirectories, saveDirectory } from '../store/directories.ts';
import { deleteProvider, listProviders, type ProviderSettings, saveProvider } from '../store/external-providers.ts';
import { listOf } from './answers.ts';

const LONG = { type: 'string', minLength: 1, maxLength: 1000 };
const MAP = { type: 'object', additionalProperties: ID, maxProperties: 500 };
const ENABLED = { type: 'boolean' };
const readProvider = bodyReader<{
  title: string;
  issuer: string;
  clientId: string;
  clientSecret?: string;
  settings?: ProviderSettings;
  enabled?: boolean;
}>(
  object(
    {
      title: TEXT,
      issuer: { type: 'string', format: 'uri', maxLength: 1000 },
      clientId: LONG,
      clientSecret: LONG,
      enabled: ENABLED,
      settings: object({
        scopes: IDS,
        acrValues: IDS,
        requiredAcr: IDS,
        secondFactorAcr: IDS,
        claims: object({ username: TEXT, groups: TEXT, roles: TEXT }),
        groups: MAP,
        roles: MAP,
        organisation: ID,
        createsAccounts: ENABLED,
        linksByEmail: ENABLED,
        userInfo: ENABLED,
        userInfoAlgorithm: TEXT,
        signsOut: ENABLED,
      }),
    },
    ['title', 'issuer', 'clientId'],
  ),
);
const readDirectory = bodyReader<{
  url: string;
  bindDn?: string;
  bindPassword?: string;
  baseDn: string;
  settings?: DirectorySettings;
  enabled?: boolean;
}>(
  object(
    {
      url: { type: 'string', pattern: '^ldaps?://[^/?#@]+/?$', maxLength: 500 },
      bindDn: { type: 'string', maxLength: 1000 },
      bindPassword: LONG,
      baseDn: LONG,
      enabled: ENABLED,
      settings: object({
        userFilter: LONG,
        attributes: object({ username: TEXT, email: TEXT, givenName: TEXT, familyName: TEXT }),
        groupBaseDn: LONG,
        groupFilter: LONG,
        groups: MAP,
        organisation: ID,
        startTls: ENABLED,
        authority: { type: 'string', maxLength: 100_000 },
      }),
    },
    ['url', 'baseDn'],
  ),
);
const IS_ID = new RegExp(ID.pattern);

interface Named {
  Params: { name: string };
}

/** `/ops/identity/providers` and `/directories`: external sources of users. Secrets are write-only. */
export function federationRoutes(scope: FastifyInstance, parts: IdentityParts): void {
  providerRoutes(scope, parts);
  directoryRoutes(scope, parts);
}

function providerRoutes(scope: FastifyInstance, parts: IdentityParts): void {
  const { db, secrets } = parts;
  const record = (address: string, act: string, name: string) =>
    parts.record({ kind: 'administration', address, detail: { act, name } });
  scope.get(
    '/providers',
    operation({
      access: 'administerAll',
      summary: 'External OpenID providers for signing in',
      answer: listOf('providers'),
    }),
    async () => ({ providers: await listProviders(db) }),
  );
  scope.put<Named>(
    '/providers/:name',
    operation({
      access: 'administerAll',
      audited: { values: 'above' },
      summary: 'Adds or replaces an OpenID provider on the sign-in page',
      body: readProvider.schema,
    }),
    async (request, reply) => {
      const name = checkedName(request.params.name);
      const { clientSecret, settings = {}, enabled = true, ...body } = readProvider(request.body);
      checkIssuer(body.issuer);
      await saveProvider(db, secrets, { ...body, name, settings, enabled }, clientSecret);
      await record(request.ip, 'provider.save', name);
      return reply.code(204).send();
    },
  );
  scope.delete<Named>(
    '/providers/:name',
    operation({ access: 'administerAll', audited: { values: 'above' }, summary: 'Removes an OpenID provider' }),
    async (request, reply) => {
      const { name } = request.params;
      if (!(await deleteProvider(db, name))) throw missing('provider', name);
      await record(request.ip, 'provider.delete', name);
      return reply.code(204).send();
    },
  );
}

function directoryRoutes(scope: FastifyInstance, parts: IdentityParts): void {
  const { db, secrets } = parts;
  const record = (address: string, act: string, name: string) =>
    parts.record({ kind: 'administration', address, detail: { act, name } });
  scope.get(
    '/directories',
    operation({
      access: 'administerAll',
      summary: 'LDAP directories whose users sign in',
      answer: listOf('directories'),
    }),
    async () => ({ directories: await listDirectories(db) }),
  );
  scope.put<Named>(
    '/directories/:name',
    operation({
      access: 'administerAll',
      audited: { values: 'above' },
      summary: 'Adds or replaces an LDAP directory',
      body: readDirectory.schema,
    }),
    async (request, reply) => {
      const name = checkedName(request.params.name);
      const { bindPassword, bindDn = '', settings = {}, enabled = true, ...body } = readDirectory(request.body);
      await saveDirectory(db, secrets, { ...body, name, bindDn, settings, enabled }, bindPassword);
      await record(request.ip, 'directory.save', name);
      return reply.code(204).send();
    },
  );
  scope.delete<Named>(
    '/directories/:name',
    operation({ access: 'administerAll', audited: { values: 'above' }, summary: 'Removes an LDAP directory' }),
    async (request, reply) => {
      const { name } = request.params;
      if (!(await deleteDirectory(db, name))) throw missing('directory', name);
      await record(request.ip, 'directory.delete', name);
      return reply.code(204).send();
    },
  );

  // Also runs every hour. → {"found", "created", "updated", "disabled", "refused": [{"entry", "reason"}]}
  scope.post<Named>(
    '/directories/:name/sync',
    operation({ access: 'administerAll', summary: 'Synchronises the directory now; this also happens every hour' }),
    async ({ params }) => {
      try {
        return await syncDirectory(parts, params.name);
      } catch (error) {
        if (error instanceof Problem) throw error;
        parts.logger.warn({ err: error, directory: params.name }, 'could not query a directory');
        throw new Problem(502, 'The directory does not answer', error instanceof Error ? error.message : '');
      }
    },
  );
}

function checkedName(name: string): string {
  if (!IS_ID.test(name)) throw refused('name', name, 'letters, digits, ".", "_" and "-", at most 64');
  return name;
}

/** The issuer is trusted. Without TLS its answers could be forged. */
function checkIssuer(issuer: string): void {
  const { protocol, hostname } = new URL(issuer);
  const isLocal = hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
  if (protocol !== 'https:' && !(protocol === 'http:' && isLocal)) throw refused('issuer', issuer, 'an https URL');
}
