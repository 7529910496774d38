/** A commune's scope as people write it: `Audun_le_Tiche` is Audun le Tiche. */
export function zoneName(zone: string): string {
  return zone.replaceAll('_', ' ');
}
