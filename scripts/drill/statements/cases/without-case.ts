const DELETES = 'deletes what is too old, and the next run finds the rest';
const COMPUTES = 'computes everything again from the history';

/**
 * Work that no case kills and that changes nothing when it runs on generic rows, with what its code does about a kill. It is killed
 * with generic rows all the same, except the loops and the jobs of backups.
 */
export const WITHOUT_CASE: ReadonlyMap<string, string> = new Map([
  ['alarms.forget-closed', DELETES],
  ['identity.forget-expired', DELETES],
  ['files.sweep', 'removes the bytes of a file before its row, so the next run finds the row'],
  ['reports.pseudonymise', 'one transaction for each tenant'],
  ['reports.tell', 'sends again with the same key and the same id of the mail'],
  ['reports.write-unwritten', 'the row stays unwritten until its entity is written'],
  ['insights.forecast', COMPUTES],
  ['insights.anomalies', COMPUTES],
  ['insights.evaluate-anomalies', COMPUTES],
  ['insights.learn-reports', COMPUTES],
  ['lighting.fill-readings', 'marks the tenant as filled at the end, and begins again before that'],
  ['lighting.advance-plan', 'continues with the stored state of each lamp'],
  ['lighting.look-after-plans', 'enqueues each open plan again'],
  ['rules.read-again', 'reads the scope of all rules again'],
  ['identity.rotate-keys', 'looks at the age of the newest key again'],
  ['identity.follow-directories', 'compares all accounts of a directory again'],
  ['identity.erase-unused-accounts', 'takes the account for unused until its row is deleted'],
  ['system.measure', 'one figure more or less in a chart'],
  ['backups.make', 'services/backups/test/faults.test.ts kills a process that writes a backup'],
  ['backups.test-restore', 'restores again from the beginning'],
]);
