import { openDatabase } from '@alzette/broker';
import { openJobs } from '@alzette/kit/jobs';
import { pino } from 'pino';

/*
 * A process that works in parallel with others and is killed. It writes one row into the table `done` for each run.
 * node worker.ts <postgres URL | directory> <name of the process> <what: work | hang>
 */
const [place = '', me, what] = process.argv.slice(2);
const db = await openDatabase(place.startsWith('postgres') ? { url: place } : { dataDir: place });
const jobs = await openJobs({
  db,
  logger: pino({ level: 'silent' }),
  heartbeatS: 10,
  superviseS: 2,
  recurEveryMs: 200,
});
const INSERT = 'INSERT INTO done (n, worker, attempt) VALUES ($1, $2, $3)';
const title = { fr: 'Essai', en: 'Trial' };

const job = jobs.define<{ readonly n: number }>({
  name: 'test.count',
  title,
  concurrency: 2,
  retryDelayS: 1,
  pollS: 0.5,
  async run({ n }, { attempt }) {
    await db.query({ text: INSERT, values: [n, me, attempt] });
    process.send?.(`did ${n}`);
    if (what === 'hang') {
      process.send?.('hanging');
      await new Promise(() => {});
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  },
});
jobs.define({
  name: 'test.yearly',
  title,
  schedule: { cron: '0 0 1 1 *' },
  pollS: 0.5,
  async run() {
    await db.query({ text: INSERT, values: [-1, me, 1] });
  },
});
await db.query({ text: 'CREATE TABLE IF NOT EXISTS done (n int, worker text, attempt int)' }).catch(() => {});
await jobs.start();
process.send?.('ready');

process.on('message', async (message: { readonly enqueue?: readonly number[]; readonly stop?: true }) => {
  for (const n of message.enqueue ?? []) await job.enqueue({ n });
  if (message.stop) {
    await jobs.stop();
    await db.close();
    process.exit(0);
  }
});
