import type { TestContext } from 'node:test';
import { openDatabase } from '@alzette/broker';
import { fileService } from '@alzette/files';
import { startServiceHost } from '../../../../platform/test/support/service-host.ts';
import { procedures } from '../../src/service.ts';

/* A process that accepts requests and is killed by the test. DATABASE_URL, PORT and FOLDER configure it. */

const { DATABASE_URL: url = '', PORT: port = '', FOLDER: folder = '' } = process.env;
const db = await openDatabase({ url });
// The process is killed, so there is no cleanup.
const endless = { after() {} } as unknown as TestContext;
const host = await startServiceHost(endless, db, [fileService({ folder }), procedures], {
  jobs: true,
  ports: {
    workOrders: { make: async () => {} },
    lightExceptions: { plan: async () => '' },
    collectionStops: { add: async () => '' },
  },
  settings: { PUBLIC_URL: `http://127.0.0.1:${port}` },
});
await host.app.listen({ port: Number(port), host: '127.0.0.1' });
process.send?.('ready');
