import { demoFolder } from '@alzette/territory';
import { readConfig } from '../config.ts';
import {
  checkCertificate,
  checkDisk,
  checkMemory,
  checkNode,
  checkPortsFree,
  checkSecrets,
  checkTerritory,
} from '../doctor/check-machine.ts';
import { checkAmqp, checkBackups, checkDatabase, checkMail, checkMqtt } from '../doctor/check-neighbours.ts';
import { checkProxies, checkPublicUrl } from '../doctor/check-public-url.ts';
import type { Finding } from '../doctor/finding.ts';
import { type Command, readArguments } from './command.ts';

const MARKS = { good: '✓', warning: '!', fault: '✗' } as const;

/** Checks everything that the product needs, and shows how to fix each problem. */
export const doctor: Command = {
  usage: `alzette doctor
    checks settings, database, disk, clock, ports, PUBLIC_URL, proxies, certificate, mail, MQTT, AMQP and backups, and shows how to fix each problem;
    exits with 1 if there is one`,
  async run(args, environment) {
    readArguments(args, {});
    const config = readConfig({ ...environment, DEMO: 'off' });
    const looks: readonly (() => Finding | Finding[] | Promise<Finding | Finding[]>)[] = [
      () => checkNode(),
      () => checkMemory(),
      () => checkDisk(config),
      () => checkPortsFree(config),
      () => checkPublicUrl(config),
      () => checkProxies(config),
      () => checkDatabase(config),
      () => checkMail(config),
      () => checkMqtt(config),
      () => checkAmqp(config),
      () => checkBackups(config),
      () => checkCertificate(config),
      () => checkSecrets(config),
      () => checkTerritory(config.territoryFolder ?? demoFolder(), config.baseMap),
    ];
    let faults = 0;
    for (const look of looks) {
      for (const { what, state, found, remedy } of [await look()].flat()) {
        if (state === 'fault') faults += 1;
        console.log(`${MARKS[state]} ${what.padEnd(12)} ${found}`);
        if (remedy !== undefined) console.log(`  ${''.padEnd(12)} → ${remedy}`);
      }
    }
    return faults > 0 ? 1 : 0;
  },
};
