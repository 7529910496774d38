const signed = (value) => (value > 0x7fff ? value - 0x10000 : value);

/** By channel and type: the size of the value in bytes, and how to read it. */
const CHANNELS = {
  '01 75': { size: 1, read: (value) => ({ battery: value }) },
  '03 67': { size: 2, read: (value) => ({ temperature: signed(value) / 10 }) },
  '04 82': { size: 2, read: (value) => ({ distance: value }) },
  '05 00': { size: 1, read: (value) => ({ position: value === 0 ? 'normal' : 'tilt' }) },
};

const hex = (byte) => Number(byte).toString(16).padStart(2, '0');

/**
 * Ultrasonic sensor in a container, in the channel layout of Milesight's EM400. `variables` gives the container's
 * depth and the distance at which it is full, in millimetres; with both the filling level is calculated.
 */
function decodeUplink({ bytes, variables }) {
  const data = {};
  for (let i = 0; i < bytes.length; ) {
    const name = `${hex(bytes[i])} ${hex(bytes[i + 1])}`;
    const channel = CHANNELS[name];
    if (channel === undefined) return { errors: [`channel ${name} at byte ${i} is unknown`] };
    const value = bytes.slice(i + 2, i + 2 + channel.size);
    if (value.length < channel.size) return { errors: [`the value of channel ${name} is cut short`] };
    Object.assign(data, channel.read(value[0] + (value[1] ?? 0) * 256));
    i += 2 + channel.size;
  }
  const { depth, offset } = variables ?? {};
  if (data.distance !== undefined && depth > offset) {
    const level = 1 - (data.distance - offset) / (depth - offset);
    data.fillingLevel = Math.round(Math.min(1, Math.max(0, level)) * 100) / 100;
  }
  return { data };
}
