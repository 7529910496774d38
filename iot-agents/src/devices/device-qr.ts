import { eui } from '../frames/json-values.ts';
import { RegistryError } from '../frames/registry-error.ts';

/** The content of the QR code on a LoRaWAN device (LoRa Alliance TR005). */
interface DeviceQr {
  readonly devEui: string;
  readonly joinEui?: string;
  /** Vendor and profile id, 4 hex digits each. */
  readonly vendorId?: string;
  readonly vendorProfileId?: string;
  readonly serialNumber?: string;
}

/** `LW:D0:<JoinEUI>:<DevEUI>:<ProfileID>` with its extensions, of which `S` is the serial number; or only a DevEUI. */
const TR005 = /^LW:D0:([0-9A-F]{16}):([0-9A-F]{16}):([0-9A-F]{4})([0-9A-F]{4})((?::[A-Z][^:]*)*)$/i;

/** @throws RegistryError WRONG_SYNTAX */
export function readDeviceQr(text: string, where: string): DeviceQr {
  const code = text.trim();
  const bare = eui(code);
  if (bare !== undefined) return { devEui: bare };
  const match = TR005.exec(code);
  if (match === null) {
    const expected = 'LW:D0:<JoinEUI>:<DevEUI>:<ProfileID>… (TR005) or a DevEUI of 16 hex digits';
    throw new RegistryError('WRONG_SYNTAX', `${where} is ${JSON.stringify(text.slice(0, 200))}, expected ${expected}`);
  }
  const [, joinEui = '', devEui = '', vendorId = '', vendorProfileId = '', extensions = ''] = match;
  const serial = extensions.split(':').find((extension) => /^S./i.test(extension));
  return {
    devEui: devEui.toLowerCase(),
    joinEui: joinEui.toLowerCase(),
    vendorId: vendorId.toLowerCase(),
    vendorProfileId: vendorProfileId.toLowerCase(),
    ...(serial === undefined ? {} : { serialNumber: serial.slice(1) }),
  };
}
