/** The time of all measurements. */
export const AT = '2026-01-15T18:00:00Z';

export function float(value: number, timestamp = AT) {
  return { type: 'AttributeFloat', value, timestamp };
}

/** The devices of a gateway with two lamps and a cabinet, in TALQ 2.7.1; `level` in percent. */
export function gatewayDevices(addresses: readonly string[], level: number, lampFailure: boolean) {
  const [first, second, cabinet] = addresses;
  const basic = (displayName: string, longitude: number) => ({
    id: 'basic',
    type: 'BasicFunction',
    displayName: { type: 'AttributeString', value: displayName },
    serial: { type: 'AttributeString', value: `SN-${longitude}` },
    location: { type: 'AttributeLocation', value: { latitude: 49.47, longitude } },
  });
  const actuator = (percent: number) => ({
    id: 'lampActuator',
    type: 'LampActuatorFunction',
    actualLightState: { type: 'AttributeLevelState', timestamp: AT, value: { name: 'LevelState', value: percent } },
  });
  return [
    {
      address: first,
      name: 'lamp-1',
      class: 'luminaire',
      functions: [
        basic('Rue de la Gare 1', 5.89),
        actuator(level),
        {
          id: 'lampMonitor',
          type: 'LampMonitorFunction',
          activePower: float(42.5),
          supplyVoltage: float(231),
          supplyCurrent: float(0.19),
          powerFactor: float(0.97),
          activeEnergy: float(1234.5),
          lampFailure: { type: 'AttributeBoolean', value: lampFailure, timestamp: AT },
        },
      ],
    },
    { address: second, name: 'lamp-2', class: 'luminaire', functions: [basic('Rue de la Gare 3', 5.9), actuator(0)] },
    {
      address: cabinet,
      name: 'cabinet-1',
      class: 'cabinet',
      functions: [
        basic('Armoire 1', 5.895),
        {
          id: 'meter',
          type: 'ElectricalMeterFunction',
          totalPower: float(3.2),
          totalActiveEnergy: float(98765.4),
          phase1Voltage: float(229),
        },
        {
          id: 'cabinet',
          type: 'CabinetMonitorFunction',
          cabinetDoorOpen: { type: 'AttributeBoolean', value: true, timestamp: AT },
        },
      ],
    },
  ];
}
