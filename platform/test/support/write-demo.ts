import { eventually } from '@alzette/kit/testing';
import { pino } from 'pino';
import { freePort } from '../../../scripts/programs.ts';
import { readConfig } from '../../src/config.ts';
import { startPlatform } from '../../src/platform.ts';

/*
 * node platform/test/support/write-demo.ts: fills DATABASE_URL and DATA_DIR with the demo, its past month and its past
 * nights, and ends. Tests with the demo start on copies of it.
 */
const NIGHTS = 365;
const PATIENCE_MS = 600_000;

const config = readConfig({
  ...process.env,
  PORT: String(await freePort()),
  MQTT_PORT: String(await freePort()),
  DEMO: 'on',
});
const platform = await startPlatform(config, { logger: pino({ level: 'warn' }) });
await platform.demo?.isFilled;
await platform.demo?.writePast();
const nights = async () => (await platform.app.inject('/lighting/nights')).json().nights.length >= NIGHTS;
await eventually('the nights of a year', nights, PATIENCE_MS);
await platform.close();
process.exit();
