/**
 * Test files that take much longer than others, in seconds; only their proportions matter. They are used to distribute the
 * long files over the processes and to start these first. `npm test` prints new values under "Slowest files".
 */
const LONG: { readonly [file: string]: number } = {
  'broker/test/access/leaks.test.ts': 65,
  'broker/test/caches.test.ts': 25,
  'broker/test/fuzz/hostile-requests.test.ts': 30,
  'broker/test/query/memory-and-sql-agree.test.ts': 60,
  'broker/test/snapshots/snapshots.test.ts': 70,
  'broker/test/store/kill.test.ts': 45,
  'broker/test/subscriptions/kill.test.ts': 35,
  'broker/test/subscriptions/two-processes.test.ts': 90,
  'broker/test/temporal/initial-instances.test.ts': 35,
  'broker/test/temporal/retention.test.ts': 70,
  'broker/test/temporal/rollups.test.ts': 60,
  'conformance-tests/test/behind-nginx.test.ts': 50,
  'conformance-tests/test/command-line.test.ts': 75,
  'conformance-tests/test/own-broker.test.ts': 40,
  'conformance-tests/test/tenant-in-statements.test.ts': 75,
  'iot-agents/test/kill-while-broker-down.test.ts': 110,
  'iot-agents/test/kill.test.ts': 65,
  'platform/test/access-matrix.test.ts': 65,
  'platform/test/browser/alarms-and-work-orders.test.ts': 90,
  'platform/test/browser/app-pages.test.ts': 170,
  'platform/test/browser/app-reports.test.ts': 120,
  'platform/test/browser/assistant.test.ts': 115,
  'platform/test/browser/citizens-app.test.ts': 85,
  'platform/test/browser/every-page.test.ts': 170,
  'platform/test/browser/first-administrators.test.ts': 80,
  'platform/test/browser/everyday.test.ts': 250,
  'platform/test/browser/keys-and-providers.test.ts': 65,
  'platform/test/browser/lamps-by-hand.test.ts': 80,
  'platform/test/browser/lighting.test.ts': 140,
  'platform/test/browser/live-pages.test.ts': 160,
  'platform/test/browser/morning.test.ts': 140,
  'platform/test/browser/portal-frame.test.ts': 90,
  'platform/test/browser/reports-by-role.test.ts': 115,
  'platform/test/browser/reports-desk.test.ts': 80,
  'platform/test/browser/sign-in.test.ts': 100,
  'platform/test/database-away.test.ts': 95,
  'platform/test/device-secrets.test.ts': 85,
  'platform/test/first-light.test.ts': 50,
  'platform/test/fuzz/contracts.test.ts': 85,
  'platform/test/lighting/apply.test.ts': 90,
  'platform/test/object-matrix.test.ts': 90,
  'platform/test/sign-in-attacks.test.ts': 60,
  'platform/test/start.test.ts': 90,
  'platform/test/tutorials.test.ts': 150,
  'scripts/drill/drill.test.ts': 75,
  'scripts/drill/statements/statements.test.ts': 50,
  'scripts/pack/pack.test.ts': 60,
  'services/alarms/test/alarms.test.ts': 70,
  'services/backups/test/round-trip.test.ts': 90,
  'services/identity/test/administration.test.ts': 75,
  'services/identity/test/openid-client.test.ts': 35,
  'services/kit/test/job-processes.test.ts': 65,
  'services/rules/test/absent-node.test.ts': 85,
  'services/rules/test/kills.test.ts': 60,
  'services/rules/test/live-equals-replay.test.ts': 45,
  'services/waste/test/event-loop.test.ts': 100,
};
const USUAL_S = 8;
const USUAL_IN_BROWSER_S = 55;
/** Unit tests next to their source. */
const SHORT_S = 1;

/** The approximate duration of a test file in seconds. */
export function secondsOf(file: string): number {
  if (LONG[file] !== undefined) return LONG[file];
  if (file.includes('/test/browser/')) return USUAL_IN_BROWSER_S;
  return file.includes('/test/') ? USUAL_S : SHORT_S;
}
