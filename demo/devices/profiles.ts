import { readFile } from 'node:fs/promises';
import type { DeviceProfile, EntityMapping } from '@alzette/iot-agents';

export const LAMP_PROFILE = 'demo-lamp';
export const CABINET_PROFILE = 'demo-cabinet';
export const CONTAINER_PROFILE = 'demo-container';

const DEVICE: EntityMapping = {
  type: 'Device',
  id: "'urn:ngsi-ld:Device:' + device.devEui",
  attributes: [
    { name: 'batteryLevel', value: 'data.battery / 100' },
    { name: 'rssi', value: 'frame.rssi', unitCode: 'DBM' },
    { name: 'snr', value: 'frame.snr', unitCode: '2N' },
    { name: 'dateLastValueReported', value: 'frame.time' },
    { name: 'controlledAsset', type: 'Relationship', value: 'device.asset' },
  ],
};

const MAINS_DEVICE: EntityMapping = {
  ...DEVICE,
  attributes: DEVICE.attributes.filter(({ name }) => name !== 'batteryLevel'),
};

/** The expected result of the codec. */
const LAMP_EXAMPLE = {
  fPort: 10,
  bytes: '01640190000004d200',
  data: {
    powerState: 'on',
    level: 1,
    power: 40,
    energy: 1234,
    status: 'ok',
    switchedOn: false,
    switchedOff: false,
  },
};

/** The profiles of the demo's three kinds of devices. */
export async function demoProfiles(): Promise<DeviceProfile[]> {
  return [
    {
      id: LAMP_PROFILE,
      name: 'Demo: lamp controller',
      codec: await codec('lamp'),
      examples: [LAMP_EXAMPLE],
      entities: [
        {
          type: 'Streetlight',
          id: 'device.asset',
          attributes: [
            { name: 'powerState', value: 'data.powerState' },
            { name: 'illuminanceLevel', value: 'data.level' },
            { name: 'powerConsumption', value: 'data.power', unitCode: 'WTT' },
            { name: 'energyConsumed', value: 'data.energy / 1000', unitCode: 'KWH' },
            { name: 'status', value: 'data.status' },
            { name: 'dateLastSwitchingOn', value: 'data.switchedOn ? frame.time : null' },
            { name: 'dateLastSwitchingOff', value: 'data.switchedOff ? frame.time : null' },
          ],
        },
        MAINS_DEVICE,
      ],
      commands: [
        { name: 'applyStrategy', payload: '{ strategy: value, commune: device.settings.commune }', confirmed: true },
        { name: 'dim', payload: '{ level: value }', confirmed: true },
      ],
    },
    {
      id: CABINET_PROFILE,
      name: 'Demo: control cabinet',
      codec: await codec('cabinet'),
      entities: [
        {
          type: 'StreetlightControlCabinet',
          id: 'device.asset',
          attributes: [
            { name: 'powerState', value: 'data.powerState' },
            { name: 'energyConsumed', value: 'data.energy', unitCode: 'KWH' },
            { name: 'totalActivePower', value: 'data.power', unitCode: 'KWT' },
            { name: 'activePowerR', value: 'data.phases[0]', unitCode: 'KWT' },
            { name: 'activePowerS', value: 'data.phases[1]', unitCode: 'KWT' },
            { name: 'activePowerT', value: 'data.phases[2]', unitCode: 'KWT' },
            { name: 'workingMode', value: "'automatic'" },
            { name: 'status', value: "'ok'" },
          ],
        },
        MAINS_DEVICE,
      ],
    },
    {
      id: CONTAINER_PROFILE,
      name: 'Demo: filling sensor (EM400)',
      codec: await codec('container'),
      entities: [
        {
          type: 'WasteContainer',
          id: 'device.asset',
          attributes: [
            { name: 'fillingLevel', value: 'data.fillingLevel' },
            { name: 'temperature', value: 'data.temperature', unitCode: 'CEL' },
            { name: 'status', value: "data.position == 'tilt' ? 'dropped' : 'ok'" },
          ],
        },
        DEVICE,
      ],
    },
  ];
}

/** A profile for a mains-powered device that measures its asset. */
export function profileOf({
  type,
  attributes,
  ...profile
}: Pick<DeviceProfile, 'id' | 'name' | 'codec'> & {
  readonly type: string;
  readonly attributes: EntityMapping['attributes'];
}): DeviceProfile {
  return { ...profile, entities: [{ type, id: 'device.asset', attributes }, MAINS_DEVICE] };
}

/** The codec of stations, counters and meters. */
export function measuresCodec(): Promise<string> {
  return codec('measures');
}

function codec(name: string): Promise<string> {
  return readFile(new URL(`./codecs/${name}.js`, import.meta.url), 'utf8');
}
