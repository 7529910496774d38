import type { Jobs } from '@alzette/kit/jobs';
import { eraseAccount } from './accounts/personal-data.ts';
import { syncDirectories } from './federation/directories.ts';
import type { IdentityParts } from './parts.ts';
import { deleteExpiredTokens } from './store/one-time-tokens.ts';
import { deletePastRetention, unusedAccounts } from './store/personal-data.ts';
import { deleteExpiredRecords } from './store/records.ts';
import { deleteExpiredSignIns } from './store/sign-ins.ts';
import { keepSigningKeysFresh } from './store/signing-keys.ts';

/** The hourly jobs of identity. Each runs once after a downtime. */
export function defineJobs(jobs: Jobs, parts: IdentityParts): void {
  const { db, secrets } = parts;
  jobs.define({
    name: 'identity.forget-expired',
    title: { fr: 'Oublier les sessions, jetons et traces périmés', en: 'Forget expired sessions, tokens and traces' },
    schedule: { cron: '7 * * * *', missed: 'once' },
    async run() {
      await deleteExpiredRecords(db);
      await deleteExpiredSignIns(db);
      await deleteExpiredTokens(db);
      await deletePastRetention(db);
    },
  });
  jobs.define({
    name: 'identity.erase-unused-accounts',
    title: { fr: 'Effacer les comptes inutilisés', en: 'Erase accounts that nobody uses' },
    schedule: { cron: '17 * * * *', missed: 'once' },
    async run() {
      const ids = await unusedAccounts(db);
      for (const id of ids) await eraseAccount(parts, id);
      return { erased: ids.length };
    },
  });
  jobs.define({
    name: 'identity.rotate-keys',
    title: { fr: 'Renouveler les clés de signature', en: 'Replace old signing keys' },
    schedule: { cron: '27 * * * *', missed: 'once' },
    run: () => keepSigningKeysFresh(db, secrets),
  });
  jobs.define({
    name: 'identity.follow-directories',
    title: { fr: 'Suivre les annuaires LDAP', en: 'Follow LDAP directories' },
    schedule: { cron: '37 * * * *', missed: 'once' },
    run: () => syncDirectories(parts),
  });
}
