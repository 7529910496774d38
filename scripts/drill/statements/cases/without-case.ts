/** Work that no case kills, and what is lost if its process is killed. */
export const WITHOUT_CASE: ReadonlyMap<string, string> = new Map([
  ['alarms.forget-acts', 'one statement'],
  ['alarms.forget-closed', 'deletes what is too old; the next run finds the rest'],
  ['channels.forget-messages', 'one statement for each tenant; the next run finds the rest'],
  ['identity.forget-expired', 'four statements; the next run finds the rest'],
  ['insights.forget', 'deletes what is too old; the next run finds the rest'],
  ['publishing.forget-messages', 'deletes what is too old; the next run finds the rest'],
  ['publishing.forget-keeper-links', 'deletes what is too old; the next run finds the rest'],
  ['reports.forget', 'deletes what is too old; the next run finds the rest'],
  ['rules.forget-alarms', 'deletes what is too old; the leader reads the rules again within a minute anyway'],
  ['system.measure', 'one figure more or less in a chart'],
  ['backups.make', 'services/backups/test/faults.test.ts kills a process that writes a backup'],
  ['backups.test-restore', 'writes to a database of its own, which the next one replaces'],
]);
