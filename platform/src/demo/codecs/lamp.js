/** Lamp controller of the demo territory, port 10. */
// biome-ignore lint/correctness/noUnusedVariables: the codec sandbox calls it (TS013)
function decodeUplink({ bytes, fPort }) {
  if (fPort !== 10) return { errors: [`port ${fPort} is not the lamp controller's port 10`] };
  if (bytes.length !== 9) return { errors: [`got ${bytes.length} bytes, a lamp frame has 9`] };
  const [flags, percent, power1, power0, energy3, energy2, energy1, energy0, faults] = bytes;
  let status = 'ok';
  if (faults & 4) status = 'brokenLantern';
  if (faults & 2) status = 'columnIssue';
  if (faults & 1) status = 'defectiveLamp';
  let powerState = flags & 1 ? 'on' : 'off';
  if (flags & 2) powerState = 'low';
  return {
    data: {
      powerState,
      level: percent / 100,
      power: (power1 * 256 + power0) / 10,
      energy: ((energy3 * 256 + energy2) * 256 + energy1) * 256 + energy0,
      status,
      switchedOn: (flags & 4) !== 0,
      switchedOff: (flags & 8) !== 0,
    },
  };
}
