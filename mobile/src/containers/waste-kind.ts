/** The waste streams. The list of the smart data model is open, so any unknown value becomes `other`. */
export const WASTE_KINDS = ['glass', 'paper', 'plastic', 'organic', 'metal', 'textile', 'batteries', 'other'] as const;

export type WasteKind = (typeof WASTE_KINDS)[number];

/** Reads `storedWasteKind`: one name, or a list, of which the first counts. */
export function wasteKind(stored: unknown): WasteKind {
  const first: unknown = Array.isArray(stored) ? stored[0] : stored;
  return WASTE_KINDS.find((kind) => kind === first) ?? 'other';
}
