/** Control cabinet of the demo territory, port 12. */
function decodeUplink({ bytes, fPort }) {
  if (fPort !== 12) return { errors: [`port ${fPort} is not the cabinet's port 12`] };
  if (bytes.length !== 13) return { errors: [`got ${bytes.length} bytes, a cabinet frame has 13`] };
  const [flags, power1, power0, energy3, energy2, energy1, energy0, ...phases] = bytes;
  const phase = (i) => (phases[2 * i] * 256 + phases[2 * i + 1]) / 100;
  return {
    data: {
      powerState: flags & 1 ? 'on' : 'off',
      power: (power1 * 256 + power0) / 100,
      phases: [phase(0), phase(1), phase(2)],
      energy: (((energy3 * 256 + energy2) * 256 + energy1) * 256 + energy0) / 10,
    },
  };
}
