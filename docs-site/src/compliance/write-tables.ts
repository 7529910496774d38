import { readFileSync, writeFileSync } from 'node:fs';
import { COMPLIANCE_PAGES } from './pages.ts';
import { withComplianceTables } from './tables.ts';

/* npm run compliance: writes the tables about norms into the pages of the documentation. */
for (const { source, language } of COMPLIANCE_PAGES) {
  const file = new URL(`../../../${source}`, import.meta.url);
  writeFileSync(file, withComplianceTables(readFileSync(file, 'utf8'), language));
}
