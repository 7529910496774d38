/** Codecs for the payloads of the corpus, as a vendor would write them. */

export const HEX = `function decodeUplink(input) {
  return { data: { hex: input.bytes.map(function (b) { return (b < 16 ? '0' : '') + b.toString(16); }).join('') } };
}`;

/** Type-length-value channels; \`history\` contains earlier values with their own times. */
export const CHANNELS = `exports.decodeUplink = function (input) {
  var kind = (input.variables || {}).kind, data = {}, b = Buffer.from(input.bytes), i = 0;
  function u8(at) { return b.readUInt8(at); }
  while (i < b.length) {
    var channel = b.readUInt16BE(i); i += 2;
    switch (channel) {
      case 0x0175: data.battery = u8(i); i += 1; break;
      case 0x0300: data.occupancy = u8(i) ? 'occupied' : 'vacant'; i += 1; break;
      case 0x0301: data.valve_1 = u8(i) ? 'open' : 'close'; i += 1; break;
      case 0x0367: data.temperature = b.readInt16LE(i) / 10; i += 2; break;
      case 0x0382: data.distance = b.readUInt16LE(i); i += 2; break;
      case 0x0394: data.illumination = b.readUInt32LE(i); i += 4; break;
      case 0x0468: data.humidity = u8(i) / 2; i += 1; break;
      case 0x0482: data.distance = b.readUInt16LE(i); i += 2; break;
      case 0x04c8: data.valve_1_pulse = b.readUInt32LE(i); i += 4; break;
      case 0x0500: if (kind === 'ambience') data.pir = u8(i) ? 'trigger' : 'idle'; else data.position = u8(i) ? 'tilt' : 'normal'; i += 1; break;
      case 0x06cb: data.light_level = u8(i); i += 1; break;
      case 0x077d: data.co2 = b.readUInt16LE(i); i += 2; break;
      case 0x087d: data.tvoc = b.readUInt16LE(i) / 100; i += 2; break;
      case 0x0973: data.pressure = b.readUInt16LE(i) / 10; i += 2; break;
      case 0x0b7d: data.pm2_5 = b.readUInt16LE(i); i += 2; break;
      case 0x0c7d: data.pm10 = b.readUInt16LE(i); i += 2; break;
      case 0x20ce:
        data.history = data.history || [];
        data.history.push({ timestamp: b.readUInt32LE(i), temperature: b.readInt16LE(i + 4) / 10, humidity: u8(i + 6) / 2,
          pulse: b.readUInt32LE(i + 9) });
        i += 13; break;
      default: return { errors: ['unknown channel ' + channel.toString(16)] };
    }
  }
  return { data: data };
};`;

export const THINGS_NODE = `function decodeUplink(input) {
  var b = input.bytes;
  return { data: { battery: b[0] << 8 | b[1], light: b[2] << 8 | b[3], temperature: ((b[4] << 8 | b[5]) << 16 >> 16) / 100 } };
}`;

/** A controller of several lamps on one line: usage on port 25, status on 24, alerts on 61, dimming on 60. */
export const LUMINAIRE = `
var BITS = ['driver_error', 'lamp_failure', 'lamp_on', 'limit_error', 'fade_running', 'reset_state', 'missing_short_address', 'power_failure'];
function address(byte) { return byte === 0xfe ? 'dali_broadcast' : 'dali_single_' + (byte >> 1); }
exports.decodeUplink = function (input) {
  var b = Buffer.from(input.bytes), at, entry;
  if (input.fPort === 25) {
    var consumption = [];
    for (at = 0; at + 2 <= b.length && b[at] !== 0; ) {
      entry = { address: address(b[at]) };
      var flags = b[at + 1]; at += 2;
      if (flags & 1) { entry.active_energy__Wh = b.readUInt32LE(at); at += 4; }
      if (flags & 2) { entry.active_power__W = b.readUInt16LE(at); at += 2; }
      consumption.push(entry);
    }
    return { data: { packet_type: 'usage_packet', consumption: consumption } };
  }
  if (input.fPort === 24) {
    return { data: { packet_type: 'status_packet', device_unix_epoch: new Date(b.readUInt32LE(0) * 1000).toISOString(),
      mcu_temperature__C: b.readInt8(7), ldr_input_value: b[9] } };
  }
  if (input.fPort === 61) {
    var drivers = [], warnings = [];
    for (at = 2; at + 1 < b.length; at += 2) {
      var status = {};
      for (var bit = 0; bit < 8; bit++) {
        status[BITS[bit]] = (b[at + 1] >> bit & 1) === 1;
        if (status[BITS[bit]] && bit === 1) warnings.push(address(b[at]) + ' lamp_failure');
      }
      drivers.push({ address: address(b[at]), status: status });
    }
    return { data: { packet_type: 'dali_driver_alert', drivers: drivers }, warnings: warnings };
  }
  return { data: { level: b[2] } };
};
exports.encodeDownlink = function (input) {
  var to = input.data.destination[0];
  return { bytes: [1, to.address === 'dali_broadcast' ? 0xfe : 0, to.dimming_level__percent], fPort: 60 };
};`;

/** A water meter: one absolute reading and the hours before it; refused if its clock is implausible. */
export const WATER = `exports.decodeUplink = function (input) {
  var b = Buffer.from(input.bytes), last = b.readUInt32LE(0), sent = input.recvTime.getTime() / 1000;
  if (last > sent + 86400 || last < sent - 30 * 86400) return { errors: ['the payload has been corrupted'] };
  var volume = b.readUInt32LE(9 + 4), first = b.readUInt32LE(9), log = [{ at: first, litres: volume }];
  for (var i = 17, n = 1; i + 1 < b.length; i += 2, n++) {
    volume += b.readUInt16LE(i);
    log.push({ at: first + n * 3600, litres: volume });
  }
  log.push({ at: last, litres: b.readUInt32LE(5) });
  return { data: { lastVolume: b.readUInt32LE(5), firstLogVolume: log[0].litres, log: log } };
};`;
