/** The name of a commune's scope: `Audun_le_Tiche` is Audun le Tiche. */
export function zoneName(zone: string): string {
  return zone.replaceAll('_', ' ');
}
