import { missing, refused } from '@alzette/kit/problems';
import type { FastifyInstance } from 'fastify';
import { resetLink, sendResetLink, tellEarlierAddress } from '../accounts/letters.ts';
import { eraseAccount, exportAccount } from '../accounts/personal-data.ts';
import type { IdentityParts } from '../parts.ts';
import {
  type Account,
  authorityOf,
  createAccount,
  findAccount,
  listAccounts,
  updateAccount,
} from '../store/accounts.ts';
import { deleteRecordsOf } from '../store/records.ts';
import { deletePasskeys, setTotpSecret } from '../store/second-factors.ts';
import { readAccountChange, readNewAccount, toChange } from './account-document.ts';
import { importUsers } from './import-users.ts';

const MOST = 1000;
const IMPORT_LIMIT_BYTES = 8 * 1024 * 1024;

/** `/ops/identity/users`. */
export function userRoutes(scope: FastifyInstance, parts: IdentityParts): void {
  const { db } = parts;
  const existing = async (id: string): Promise<Account> => {
    const account = await findAccount(db, id);
    if (account === undefined) throw missing('user', id);
    return account;
  };

  scope.get<{ Querystring: { after?: string; search?: string; limit?: string } }>('/users', async ({ query }) => {
    const limit = Number(query.limit ?? 100);
    if (!Number.isInteger(limit) || limit < 1 || limit > MOST) {
      throw refused('limit', query.limit, `a whole number from 1 to ${MOST}`);
    }
    const { after, search } = query;
    return { users: await listAccounts(db, { limit, ...(after && { after }), ...(search && { search }) }) };
  });

  scope.post('/users', async (request, reply) => {
    const { invite, ...body } = readNewAccount(request.body);
    if (invite && parts.mail === undefined) throw refused('invite', true, 'false: no mail server is set (SMTP_URL)');
    if (invite && !body.email) throw refused('email', body.email, 'an address to send the invitation to');
    const id = await createAccount(db, { ...toChange(body), username: body.username });
    await parts.record({ kind: 'account-created', account: id, address: request.ip });
    const account = await existing(id);
    if (invite) await sendResetLink(parts, account, 'invite');
    return reply.code(201).header('location', `/ops/identity/users/${id}`).send(account);
  });

  scope.get<{ Params: { id: string } }>('/users/:id', ({ params }) => existing(params.id));

  // A change of roles, groups or organisation holds at once: tokens that say otherwise are refused.
  scope.patch<{ Params: { id: string } }>('/users/:id', async (request) => {
    const { id } = request.params;
    const change = toChange(readAccountChange(request.body));
    const before = await existing(id);
    await updateAccount(db, id, change);
    const account = await existing(id);
    if (before.email !== account.email) {
      void tellEarlierAddress(parts, before).catch((cause: unknown) =>
        parts.logger.error({ err: cause }, 'an address could not be told that it is left'),
      );
    }
    if (!account.enabled && before.enabled) await deleteRecordsOf(db, id);
    if (authorityOf(before) !== authorityOf(account)) await parts.revokeTokens(id);
    await parts.record({
      kind: 'account-changed',
      account: id,
      address: request.ip,
      detail: { members: Object.keys(change) },
    });
    return account;
  });

  scope.delete<{ Params: { id: string } }>('/users/:id', async (request, reply) => {
    await existing(request.params.id);
    await eraseAccount(parts, request.params.id, request.ip);
    return reply.code(204).send();
  });

  scope.get<{ Params: { id: string } }>('/users/:id/export', async (request) =>
    exportAccount(parts, (await existing(request.params.id)).id, request.ip),
  );

  /** Signs the user out everywhere. */
  scope.delete<{ Params: { id: string } }>('/users/:id/sessions', async (request, reply) => {
    const { id } = await existing(request.params.id);
    await deleteRecordsOf(db, id);
    await parts.revokeTokens(id);
    await parts.record({ kind: 'signed-out', account: id, address: request.ip, detail: { by: 'administrator' } });
    return reply.code(204).send();
  });

  /** A link to choose a password with, for who has no e-mail. */
  scope.post<{ Params: { id: string } }>(
    '/users/:id/reset-link',
    { config: { recentSignIn: true } },
    async (request, reply) => {
      const account = await existing(request.params.id);
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

  /** For who has lost the second factor. */
  scope.delete<{ Params: { id: string } }>('/users/:id/totp', async (request, reply) => {
    const { id } = await existing(request.params.id);
    await setTotpSecret(db, id, null);
    await parts.record({ kind: 'second-factor-removed', account: id, address: request.ip });
    return reply.code(204).send();
  });

  /** Likewise for who has lost the passkeys. */
  scope.delete<{ Params: { id: string } }>('/users/:id/passkeys', async (request, reply) => {
    const { id } = await existing(request.params.id);
    if (await deletePasskeys(db, id)) {
      await parts.record({ kind: 'second-factor-removed', account: id, address: request.ip });
    }
    return reply.code(204).send();
  });

  scope.register(async (imports) => {
    imports.removeContentTypeParser(['text/csv']);
    imports.addContentTypeParser(
      'text/csv',
      { parseAs: 'string', bodyLimit: IMPORT_LIMIT_BYTES },
      (_request, body, done) => done(null, body),
    );
    imports.post<{ Querystring: { dryRun?: string } }>('/users/import', async (request, reply) => {
      if (typeof request.body !== 'string') throw refused('body', typeof request.body, 'text/csv');
      const report = await importUsers(parts, request.body, request.query.dryRun === 'true');
      await parts.record({
        kind: 'administration',
        address: request.ip,
        detail: { act: 'import', ...report, refused: report.refused.length },
      });
      return reply.code(200).send(report);
    });
  });
}
