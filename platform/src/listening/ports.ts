import { createServer } from 'node:net';
import type { Config } from '../config.ts';
import { StartError } from '../start-error.ts';

const REASONS: { readonly [code: string]: string } = {
  EADDRINUSE:
    'is taken by another program (perhaps by Alzette itself, started before). Stop that one, or choose another port',
  EACCES: 'can not be used without additional rights. Choose one above 1023',
  EADDRNOTAVAIL: 'can not be used, because HOST is not an address of this machine',
};

/** @throws StartError: one of our ports is taken, or can't be used */
export async function checkPorts({ port, mqttPort, mqttsPort, host }: Config): Promise<void> {
  await checkPort('PORT', port, host);
  if (mqttPort !== 0) await checkPort('MQTT_PORT', mqttPort, host);
  if (mqttsPort !== 0) await checkPort('MQTTS_PORT', mqttsPort, host);
}

/**
 * Checks before the start whether a port can be used.
 *
 * @throws StartError: it is taken, or can't be used
 */
function checkPort(setting: string, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      reject(new StartError(`${setting}: port ${port} on ${host} ${REASONS[error.code ?? ''] ?? error.message}`));
    });
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve()));
  });
}
