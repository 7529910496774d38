import { parseArgs } from 'node:util';
import { foreignTarget, ownTarget } from '../target.ts';
import { measureStellio } from './measure-stellio.ts';

/* npm run bench -- stellio [--url URL] [--seconds 5] [--runs 3] [--rows 'create|q of']: the workloads of Stellio's published load tests. */
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
  console.log(await measureStellio(target.url, settings, console.error));
} finally {
  await target.stop();
}
