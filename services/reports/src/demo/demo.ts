import type { ReportParts } from '../parts.ts';
export async function putDemo(_parts: ReportParts, _tenant: string, _context: string): Promise<void> {}
