import { object, TEXT } from '@alzette/kit/bodies';
import { flag, readQuery, text, wholeNumber } from '@alzette/kit/parameters';
import { missing, refused } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { FastifyInstance } from 'fastify';
import { readAccountChange, readNewAccount, toChange } from '../accounts/account-document.ts';
import { resetLink, sendResetLink, tellEarlierAddress } from '../accounts/letters.ts';
import { eraseAccount, exportAccount } from '../accounts/personal-data.ts';
import { changeAccount, revoking } from '../accounts/revoking.ts';
import type { IdentityParts } from '../parts.ts';
import { type Account, createAccount, findAccount, listAccounts } from '../store/accounts.ts';
import { deleteRecordsOf } from '../store/records.ts';
import { deletePasskeys, setTotpSecret } from '../store/second-factors.ts';
import { listOf } from './answers.ts';
import { importUsers } from './import-users.ts';

const LIST = { search: text(), after: text(), limit: wholeNumber({ min: 1, max: 1000, default: 100 }) };
const IMPORT = { dryRun: flag({ default: false }) };
const COUNT = { type: 'integer' };
const REPORT = object({ created: COUNT, updated: COUNT, refused: { type: 'array' } });
const IMPORT_LIMIT_BYTES = 8 * 1024 * 1024;

/** `/ops/identity/users`. */
export function userRoutes(scope: FastifyInstance, parts: IdentityParts): void {
  listRoute(scope, parts);
  accountRoutes(scope, parts);
  signInRoutes(scope, parts);
  importRoute(scope, parts);
}

async function existing(db: IdentityParts['db'], id: string): Promise<Account> {
  const account = await findAccount(db, id);
  if (account === undefined) throw missing('user', id);
  return account;
}

function listRoute(scope: FastifyInstance, { db }: IdentityParts): void {
  scope.get(
    '/users',
    operation({ access: 'administerAll', summary: 'Accounts, by name', query: LIST, answer: listOf('users') }),
    async (request) => {
      const { after, search, limit } = readQuery(request, LIST);
      return { users: await listAccounts(db, { limit, ...(after && { after }), ...(search && { search }) }) };
    },
  );
}

function accountRoutes(scope: FastifyInstance, parts: IdentityParts): void {
  const { db } = parts;
  scope.post(
    '/users',
    operation({
      access: 'administerAll',
      audited: { values: 'body', hidden: ['name'] },
      summary: 'Creates an account; `invite` sends an e-mail',
      body: readNewAccount.schema,
    }),
    async (request, reply) => {
      const { invite, ...body } = readNewAccount(request.body);
      if (invite && parts.mail === undefined)
        throw refused('invite', true, 'false, because no mail server is configured (SMTP_URL)');
      if (invite && !body.email) throw refused('email', body.email, 'an address to send the invitation to');
      const id = await createAccount(db, { ...toChange(body), username: body.username });
      await parts.record({ kind: 'account-created', account: id, address: request.ip });
      const account = await existing(db, id);
      if (invite) await sendResetLink(parts, account, 'invite');
      return reply.code(201).header('location', `/ops/identity/users/${id}`).send(account);
    },
  );

  scope.get<{ Params: { id: string } }>(
    '/users/:id',
    operation({ access: 'administerAll', summary: 'One account' }),
    ({ params }) => existing(db, params.id),
  );

  // A change of roles, groups or organisation applies immediately: earlier tokens are revoked.
  scope.patch<{ Params: { id: string } }>(
    '/users/:id',
    operation({
      access: 'administerAll',
      audited: { values: 'route', hidden: ['name'] },
      summary: 'Changes an account; null removes a member',
      body: readAccountChange.schema,
    }),
    async (request) => {
      const { id } = request.params;
      const change = toChange(readAccountChange(request.body));
      const before = await existing(db, id);
      await changeAccount(parts, before, change);
      const account = await existing(db, id);
      if (before.email !== account.email) {
        void tellEarlierAddress(parts, before).catch((cause: unknown) =>
          parts.logger.error({ err: cause }, 'could not notify an address that an account no longer uses it'),
        );
      }
      await parts.record({
        kind: 'account-changed',
        account: id,
        address: request.ip,
        detail: { members: Object.keys(change) },
      });
      return account;
    },
  );

  scope.delete<{ Params: { id: string } }>(
    '/users/:id',
    operation({
      access: 'administerAll',
      audited: { values: 'route', hidden: ['name'] },
      summary: 'Erases an account and all data about the person',
    }),
    async (request, reply) => {
      await existing(db, request.params.id);
      await eraseAccount(parts, request.params.id);
      return reply.code(204).send();
    },
  );
}

/** Credentials and sessions of a user: sessions, links, second factors. */
function signInRoutes(scope: FastifyInstance, parts: IdentityParts): void {
  const { db } = parts;
  scope.get<{ Params: { id: string } }>(
    '/users/:id/export',
    operation({ access: 'administerAll', summary: 'All data about the person' }),
    async (request) => exportAccount(parts, (await existing(db, request.params.id)).id, request.ip),
  );

  scope.delete<{ Params: { id: string } }>(
    '/users/:id/sessions',
    operation({ access: 'administerAll', summary: 'Signs the user out everywhere' }),
    async (request, reply) => {
      const { id } = await existing(db, request.params.id);
      await revoking(parts, [id], () => deleteRecordsOf(db, id));
      await parts.record({ kind: 'signed-out', account: id, address: request.ip, detail: { by: 'administrator' } });
      return reply.code(204).send();
    },
  );

  scope.post<{ Params: { id: string } }>(
    '/users/:id/reset-link',
    operation({
      access: 'administerAll',
      summary: 'A link to choose a password, for a user without e-mail',
      answer: object({ link: TEXT }),
      recentSignIn: true,
    }),
    async (request, reply) => {
      const account = await existing(db, request.params.id);
      const link = await resetLink(parts, account, 'reset');
      await parts.record({
        kind: 'password-reset-asked',
        account: account.id,
        address: request.ip,
        detail: { by: 'administrator' },
      });
      return reply.code(201).send({ link });
    },
  );

  scope.delete<{ Params: { id: string } }>(
    '/users/:id/totp',
    operation({
      access: 'administerAll',
      summary: 'Removes a lost second factor; the user enrols a new one at the next sign-in',
    }),
    async (request, reply) => {
      const { id } = await existing(db, request.params.id);
      await setTotpSecret(db, id, null);
      await parts.record({ kind: 'second-factor-removed', account: id, address: request.ip });
      return reply.code(204).send();
    },
  );

  scope.delete<{ Params: { id: string } }>(
    '/users/:id/passkeys',
    operation({ access: 'administerAll', summary: 'Removes all passkeys of an account' }),
    async (request, reply) => {
      const { id } = await existing(db, request.params.id);
      if (await deletePasskeys(db, id)) {
        await parts.record({ kind: 'second-factor-removed', account: id, address: request.ip });
      }
      return reply.code(204).send();
    },
  );
}

function importRoute(scope: FastifyInstance, parts: IdentityParts): void {
  scope.register(async (imports) => {
    imports.removeContentTypeParser(['text/csv']);
    imports.addContentTypeParser(
      'text/csv',
      { parseAs: 'string', bodyLimit: IMPORT_LIMIT_BYTES },
      (_request, body, done) => done(null, body),
    );
    imports.post(
      '/users/import',
      operation({
        access: 'administerAll',
        summary: 'Creates or changes an account for each line of a CSV file (text/csv)',
        query: IMPORT,
        answer: REPORT,
      }),
      async (request, reply) => {
        if (typeof request.body !== 'string') throw refused('body', typeof request.body, 'text/csv');
        const report = await importUsers(parts, request.body, readQuery(request, IMPORT).dryRun);
        await parts.record({
          kind: 'administration',
          address: request.ip,
          detail: { act: 'import', ...report, refused: report.refused.length },
        });
        return reply.code(200).send(report);
      },
    );
  });
}
