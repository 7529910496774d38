import { callers } from '@alzette/kit/access';
import { missing, refused } from '@alzette/kit/problems';
import type { Handlers } from '@alzette/kit/serve';
import { toChange } from '../accounts/account-document.ts';
import { resetLink, sendResetLink, tellEarlierAddress } from '../accounts/letters.ts';
import { eraseAccount, exportAccount } from '../accounts/personal-data.ts';
import { changeAccount, revoking } from '../accounts/revoking.ts';
import type { UsersContract } from '../contract/users.ts';
import type { IdentityParts } from '../parts.ts';
import { type Account, createAccount, findAccount, listAccounts } from '../store/accounts.ts';
import { deleteRecordsOf } from '../store/records.ts';
import { deletePasskeys, setTotpSecret } from '../store/second-factors.ts';
import { importUsers } from './import-users.ts';
import { recorder } from './recording.ts';
import { viewAs } from './view-as.ts';

type Of<N extends keyof UsersContract['operations']> = Handlers<UsersContract, N>;

/** Accounts, their credentials and sessions. */
export function userHandlers(parts: IdentityParts): Handlers<UsersContract> {
  return { ...accountHandlers(parts), ...signInHandlers(parts), ...viewHandler(parts), ...importHandler(parts) };
}

async function existing(db: IdentityParts['db'], id: string): Promise<Account> {
  const account = await findAccount(db, id);
  if (account === undefined) throw missing('user', id);
  return account;
}

function accountHandlers(parts: IdentityParts): Of<'list' | 'create' | 'user' | 'change' | 'erase'> {
  const { db } = parts;
  return {
    async list({ query: { after, search, limit } }) {
      return { users: await listAccounts(db, { limit, ...(after && { after }), ...(search && { search }) }) };
    },
    async create({ body: { invite, ...body }, ip }, reply) {
      if (invite && parts.mail === undefined)
        throw refused('invite', true, 'false, because no mail server is configured (SMTP_URL)');
      if (invite && !body.email) throw refused('email', body.email, 'an address to send the invitation to');
      const id = await createAccount(db, { ...toChange(body), username: body.username });
      await parts.record({ kind: 'account-created', account: id, address: ip });
      const account = await existing(db, id);
      if (invite) await sendResetLink(parts, account, 'invite');
      reply.header('location', `/ops/identity/users/${id}`);
      return account;
    },
    user: ({ params }) => existing(db, params.id),
    // A change of roles, groups or organisation applies immediately: earlier tokens are revoked.
    async change({ params: { id }, body, ip }) {
      const change = toChange(body);
      const before = await existing(db, id);
      await changeAccount(parts, before, change);
      const account = await existing(db, id);
      if (before.email !== account.email) {
        void tellEarlierAddress(parts, before).catch((cause: unknown) =>
          parts.logger.error({ err: cause }, 'could not notify an address that an account no longer uses it'),
        );
      }
      const detail = { members: Object.keys(change) };
      await parts.record({ kind: 'account-changed', account: id, address: ip, detail });
      return account;
    },
    async erase({ params: { id } }) {
      await existing(db, id);
      await eraseAccount(parts, id);
    },
  };
}

/** Credentials and sessions of a user: sessions, links, second factors. */
function signInHandlers(
  parts: IdentityParts,
): Of<'export' | 'signOut' | 'resetLink' | 'removeTotp' | 'removePasskeys'> {
  const { db } = parts;
  const BY = { by: 'administrator' };
  return {
    export: async ({ params, ip }) => exportAccount(parts, await existing(db, params.id), ip),
    async signOut({ params, ip }) {
      const { id } = await existing(db, params.id);
      await revoking(parts, [id], () => deleteRecordsOf(db, id));
      await parts.record({ kind: 'signed-out', account: id, address: ip, detail: BY });
    },
    async resetLink({ params, ip }) {
      const account = await existing(db, params.id);
      const link = await resetLink(parts, account, 'reset');
      await parts.record({ kind: 'password-reset-asked', account: account.id, address: ip, detail: BY });
      return { link };
    },
    async removeTotp({ params, ip }) {
      const { id } = await existing(db, params.id);
      await setTotpSecret(db, id, null);
      await parts.record({ kind: 'second-factor-removed', account: id, address: ip });
    },
    async removePasskeys({ params, ip }) {
      const { id } = await existing(db, params.id);
      if (!(await deletePasskeys(db, id))) return;
      await parts.record({ kind: 'second-factor-removed', account: id, address: ip });
    },
  };
}

function viewHandler(parts: IdentityParts): Of<'see'> {
  const callerOf = callers(parts.access);
  return { see: (request) => viewAs(parts, callerOf(request), request.params.id, request.ip) };
}

function importHandler(parts: IdentityParts): Of<'import'> {
  const record = recorder(parts);
  return {
    async import({ body, query: { dryRun }, ip }) {
      if (typeof body !== 'string') throw refused('body', typeof body, 'text/csv');
      const report = await importUsers(parts, body, dryRun);
      await record(ip, { act: 'import', ...report, refused: report.refused.length });
      return report;
    },
  };
}
