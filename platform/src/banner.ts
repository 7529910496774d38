import { TERRITORY_CONTEXT_PATH } from '@alzette/ngsi-ld-schemas';
import type { Config } from './config.ts';
import type { Demo } from './demo-folder.ts';

export type DemoSize = Pick<Demo, 'lamps' | 'cabinets' | 'containers'>;

/** The text that `npm start` prints when everything is running. */
export function banner(config: Config, demo: DemoSize | undefined, startedInMs: number): string {
  const { publicUrl } = config;
  const lines = [
    `Alzette is up, in ${(startedInMs / 1000).toFixed(1)} s.`,
    '',
    row('Portal', `${publicUrl}/`),
    row('Citizen app', `${publicUrl}/app/`),
    row('NGSI-LD API', `${publicUrl}/ngsi-ld/v1`),
    row('@context', contextLine(config)),
    row('MQTT', mqttLine(config)),
    row('Database', databaseLine(config)),
  ];
  if (config.workers > 1) lines.push(row('Processes', `${config.workers}`));
  if (demo) lines.push(row('Demo', demoLine(demo, config)));
  if (!config.databaseUrl) {
    lines.push('', '  The embedded database survives a crash of the program, not a power cut:');
    lines.push('  set DATABASE_URL to a PostgreSQL with PostGIS for anything that matters.');
  }
  lines.push('', '  Ctrl+C stops it.');
  return lines.join('\n');
}

/** The @context of requests without one: in the demo that of the territory, so that its short names work at once. */
export function defaultContextOf({ defaultContext, demo, publicUrl }: Config): string | undefined {
  return defaultContext ?? (demo ? publicUrl + TERRITORY_CONTEXT_PATH : undefined);
}

function contextLine(config: Config): string {
  const context = defaultContextOf(config);
  return context === undefined
    ? `${config.publicUrl}${TERRITORY_CONTEXT_PATH}`
    : `${context} (for requests without one)`;
}

/** The address where devices and network servers publish. */
export function mqttAddress({ mqttUrl, mqttPort, host }: Config): string | undefined {
  if (mqttUrl !== undefined) return mqttUrl;
  if (mqttPort === 0) return undefined;
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `mqtt://${name.includes(':') ? `[${name}]` : name}:${mqttPort}`;
}

const PASSWORD = /^([a-z]+:\/\/[^:/?#@]*):[^/?#]*@/i;

/** An address without the password that may stand in it; it may name several servers. */
export function withoutPassword(address: string): string {
  return address.replace(PASSWORD, '$1:***@');
}

function mqttLine(config: Config): string {
  const address = mqttAddress(config);
  if (address === undefined) return 'off';
  return config.mqttUrl === undefined ? `${address} (embedded)` : withoutPassword(address);
}

function databaseLine({ databaseUrl, dataDir }: Config): string {
  return databaseUrl === undefined ? `embedded, in ${dataDir}` : withoutPassword(databaseUrl);
}

function demoLine({ lamps, cabinets, containers }: DemoSize, { demoSpeed }: Config): string {
  const pace = demoSpeed === 1 ? 'in real time' : `at ${demoSpeed} times real time`;
  return `${lamps} lamps, ${cabinets} cabinets, ${containers} containers, ${pace}`;
}

function row(name: string, value: string): string {
  return `  ${name.padEnd(13)}${value}`;
}
