/** The pages of the documentation with tables about norms. */
export const COMPLIANCE_PAGES = ['compliance', 'accessibility', 'app-accessibility', 'security', 'sobriety'].flatMap(
  (name) => [
    { source: `docs/${name}.md`, language: 'en' as const },
    { source: `docs/fr/${name}.md`, language: 'fr' as const },
  ],
);
