import type { TestContext } from 'node:test';
import { openDatabase } from '../../../../broker/src/main.ts';
import { startServiceHost } from '../../../../platform/test/support/service-host.ts';
import { type AlarmAct, rules } from '../../src/rules.ts';

/*
 * A process with a broker and rules that the test kills: node rules-process.ts DATABASE PORT PUBLIC_PORT. Its port
 * stores acts in the table `told`, each once. It prints `ready` when it serves.
 */
const [database = '', port = '', publicPort = port] = process.argv.slice(2);
const db = await openDatabase(database.startsWith('postgres') ? { url: database } : { dataDir: database });
await db.query({
  text: 'CREATE TABLE IF NOT EXISTS told (id text PRIMARY KEY, act jsonb, at timestamptz DEFAULT now())',
});
const alarms = {
  async apply(_tenant: string, acts: readonly AlarmAct[]) {
    for (const act of acts) {
      const values = [act.id, JSON.stringify(act)];
      await db.query({ text: 'INSERT INTO told (id, act) VALUES ($1, $2) ON CONFLICT DO NOTHING', values });
    }
  },
};
// The process is killed, so there is no cleanup.
const context = { after: () => {} } as unknown as TestContext;
const host = await startServiceHost(context, db, [rules], {
  ports: { alarms },
  settings: { PUBLIC_URL: `http://127.0.0.1:${publicPort}`, PORT: port },
});
await host.app.listen({ port: Number(port), host: '127.0.0.1' });
console.log('ready');
