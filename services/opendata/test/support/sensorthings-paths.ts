export const STA = '/sta/v1.1';
export const OVEN = 'urn:ngsi-ld:Device:oven';
export const FRIDGE = 'urn:ngsi-ld:Device:fridge';
export const TEMPERATURE = `${OVEN}|temperature`;
export const THING = (id: string) => `${STA}/Things('${encodeURIComponent(id)}')`;
export const STREAM = (id: string) => `${STA}/Datastreams('${encodeURIComponent(id)}')`;

/** A time of the day that the measures of the tests are from. */
export const at = (minute: number): string => `2014-12-31T11:${String(minute).padStart(2, '0')}:00.000Z`;
