/** A row of a CSV by the names of its columns, in lower case. */
export type Row = Readonly<Record<string, string>>;

export function pointOf(longitudeText: string | undefined, latitudeText: string | undefined) {
  const [longitude, latitude] = [longitudeText, latitudeText].map((text) =>
    Number(text?.replace(',', '.') || Number.NaN),
  );
  if (!(Math.abs(longitude as number) <= 180 && Math.abs(latitude as number) <= 90)) return undefined;
  return { type: 'Point' as const, coordinates: [longitude as number, latitude as number] as const };
}

export function telephoneOf(text: string | undefined): string | undefined {
  return text !== undefined && /^[+0-9 ().-]{2,30}$/.test(text) ? text : undefined;
}
