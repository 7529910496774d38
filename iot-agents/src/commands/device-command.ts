import type { CommandDefinition, EffectiveConfig } from '../fiware/agent-config.ts';
import { commandText } from '../fiware/command-text.ts';
import type { CommandMessage } from './command.ts';

/** How a FIWARE device receives commands: on its command topic, at its endpoint, or by polling. */
export function deviceMessage(config: EffectiveConfig, command: CommandDefinition, value: unknown): CommandMessage {
  const body = commandText(config, [{ name: command.name, value }]);
  if (config.transport === 'MQTT' && !config.polling) {
    const qos = Number(command.mqtt?.qos ?? 1);
    return {
      way: 'mqtt',
      topic: `/${config.apikey}/${config.deviceId}/cmd`,
      payload: body,
      qos: qos === 0 || qos === 2 ? qos : 1,
      retain: command.mqtt?.retain === true,
    };
  }
  if (config.polling || config.endpoint === undefined) return { way: 'poll' };
  return { way: 'http', url: config.endpoint, body, protocol: config.protocol };
}

const DEADLINES_MS = {
  mqtt: 60_000,
  http: 30_000,
  poll: 86_400_000,
  downlink: 120_000,
  talq: 900_000,
  talqStrategy: 3_600_000,
};

export function deadlineOf(way: CommandMessage['way']): number {
  return DEADLINES_MS[way];
}
