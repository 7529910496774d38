import { eraseAccount } from './accounts/personal-data.ts';
import { syncDirectories } from './federation/directories.ts';
import type { IdentityParts } from './parts.ts';
import { deleteExpiredTokens } from './store/one-time-tokens.ts';
import { deletePastRetention, unusedAccounts } from './store/personal-data.ts';
import { deleteExpiredRecords } from './store/records.ts';
import { deleteExpiredSignIns } from './store/sign-ins.ts';
import { keepSigningKeysFresh } from './store/signing-keys.ts';

export interface Jobs {
  /** Does all that is due, now. */
  run(): Promise<void>;
  close(): Promise<void>;
}

const EVERY_MS = 60 * 60_000;

/** Every hour: forgets what has expired, rotates the signing keys when they are old, and follows directories. */
export function startJobs(parts: IdentityParts): Jobs {
  const { db, secrets, logger } = parts;
  let running: Promise<void> = Promise.resolve();
  const run = () => {
    running = running.then(async () => {
      await deleteExpiredRecords(db);
      await deleteExpiredSignIns(db);
      await deleteExpiredTokens(db);
      await deletePastRetention(db);
      for (const id of await unusedAccounts(db)) await eraseAccount(parts, id);
      await keepSigningKeysFresh(db, secrets);
      await syncDirectories(parts);
    });
    return running;
  };
  const timer = setInterval(() => {
    run().catch((cause: unknown) => logger.error({ err: cause }, 'the jobs of identity failed'));
  }, EVERY_MS);
  timer.unref();
  return {
    run,
    async close() {
      clearInterval(timer);
      await running.catch(() => undefined);
    },
  };
}
