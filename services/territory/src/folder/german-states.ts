/** The states in the order of their numbers, with which the codes of communes (AGS) begin. */
const BY_NUMBER = ['SH', 'HH', 'NI', 'HB', 'NW', 'HE', 'RP', 'BW', 'BY', 'SL', 'BE', 'BB', 'MV', 'SN', 'ST', 'TH'];
const CODE = /^\d{8}(?:\d{4})?$/;

/** `10041514` → `DE-SL`; undefined: it is no code of a German commune (AGS, or ARS with 12 digits). */
export function stateOf(code: string | undefined): string | undefined {
  if (code === undefined || !CODE.test(code)) return undefined;
  const state = BY_NUMBER[Number(code.slice(0, 2)) - 1];
  return state && `DE-${state}`;
}
