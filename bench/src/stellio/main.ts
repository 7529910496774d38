import { parseArgs } from 'node:util';
import { reportMissedGoals } from '../report-missed-goals.ts';
import { foreignTarget, ownTarget } from '../target.ts';
import { measureStellio } from './measure-stellio.ts';

/*
 * npm run bench -- stellio [--url URL] [--seconds 5] [--runs 3] [--rows 'create|q of']: the workloads of Stellio's
 * published load tests. Exit code 1: a goal is missed.
 */
const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    seconds: { type: 'string', default: '5' },
    runs: { type: 'string', default: '3' },
    rows: { type: 'string', default: '' },
  },
});
const target = values.url === undefined ? await ownTarget() : foreignTarget(values.url);
try {
  const settings = { seconds: Number(values.seconds), runs: Number(values.runs), rows: new RegExp(values.rows) };
  const { table, missed } = await measureStellio(target.url, settings, console.error);
  console.log(table);
  reportMissedGoals(missed);
} finally {
  await target.stop();
}
