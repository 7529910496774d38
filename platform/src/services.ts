import { alarmService } from '@alzette/alarms';
import { channelService } from '@alzette/channels';
import type { ServiceDefinition } from '@alzette/kit/service';
import { lighting } from '@alzette/lighting';
import { rulesService } from '@alzette/rules';

/**
 * The services of the product, in the order in which they start. A new one is its import and its line here. What one has
 * to tell another goes through a port, which is handed on here.
 */
export function productServices(): readonly ServiceDefinition[] {
  const channels = channelService();
  const alarms = alarmService(channels.port);
  return [channels.definition, alarms.definition, rulesService({ alarms: alarms.port }), lighting];
}
