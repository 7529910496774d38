import type { Language, SourcePage } from './pages.ts';

interface Section {
  readonly en: string;
  readonly fr: string;
  /** Sources of English pages, with their names in the navigation. */
  readonly entries: readonly (readonly [source: string, en: string, fr: string])[];
}

const SECTIONS: readonly Section[] = [
  {
    en: 'Begin',
    fr: 'Commencer',
    entries: [
      ['docs/index.md', 'Home', 'Accueil'],
      ['docs/concepts.md', 'Concepts', 'Concepts'],
    ],
  },
  {
    en: 'Tutorials',
    fr: 'Tutoriels',
    entries: [
      ['docs/tutorials/device.md', 'Your device in ten minutes', 'Votre capteur en dix minutes'],
      ['docs/tutorials/operators-day.md', 'An operator’s day', 'La journée d’un exploitant'],
      ['docs/tutorials/citizens-help.md', 'Help for citizens', 'Aide aux habitants'],
      ['docs/tutorials/fiware-beside.md', 'A FIWARE stack beside ours', 'Une pile FIWARE à côté'],
      [
        'docs/tutorials/moving-here.md',
        'From Orion-LD, Stellio, QuantumLeap',
        'Venir d’Orion-LD, Stellio, QuantumLeap',
      ],
      ['docs/tutorials/running-it.md', 'The person who runs it', 'La personne qui l’exploite'],
    ],
  },
  {
    en: 'For operators',
    fr: 'Pour les exploitants',
    entries: [
      ['docs/portal.md', 'The portal', 'Le portail'],
      ['docs/alarms.md', 'Alarms and work orders', 'Alarmes et ordres de travail'],
      ['docs/rules.md', 'Rules', 'Règles'],
      ['docs/lighting.md', 'Street lighting', 'Éclairage public'],
      ['docs/waste.md', 'Waste', 'Déchets'],
      ['docs/mobility.md', 'Mobility', 'Mobilité'],
      ['docs/environment.md', 'Environment', 'Environnement'],
      ['docs/energy.md', 'Energy and water', 'Énergie et eau'],
      ['docs/reports.md', 'Reports of citizens', 'Signalements'],
      ['docs/publishing.md', 'Publishing', 'Publication'],
      ['docs/app.md', 'The citizens’ app', 'L’application citoyenne'],
      ['docs/dashboards.md', 'Dashboards', 'Tableaux de bord'],
      ['docs/assistant.md', 'Assistants', 'Assistants'],
      ['docs/open-data.md', 'Open data', 'Données ouvertes'],
      ['docs/ai.md', 'AI uses', 'Usages de l’IA'],
    ],
  },
  {
    en: 'How to',
    fr: 'Comment faire',
    entries: [
      ['docs/how-to.md', 'How do I …?', 'Comment faire … ?'],
      ['docs/territory.md', 'A territory as files', 'Un territoire en fichiers'],
      ['docs/iot-agents.md', 'Devices', 'Capteurs et passerelles'],
      ['docs/sources.md', 'Data of others', 'Données de tiers'],
      ['docs/history-import.md', 'Past measures from files', 'Reprise d’historique'],
      ['docs/sql-views.md', 'Grafana, QGIS, Metabase', 'Grafana, QGIS, Metabase'],
      ['docs/access.md', 'Access', 'Droits d’accès'],
      ['docs/federation.md', 'Other brokers', 'Autres courtiers'],
    ],
  },
  {
    en: 'In production',
    fr: 'En production',
    entries: [
      ['docs/production.md', 'Install, upgrade, watch', 'Installer, mettre à jour, surveiller'],
      ['docs/debian.md', 'Install on Debian', 'Installer sur Debian'],
      ['docs/backup.md', 'Backup and restore', 'Sauvegarde et restauration'],
      ['docs/durability.md', 'What is never lost', 'Ce qui n’est jamais perdu'],
      ['docs/scaling.md', 'Several processes', 'Plusieurs processus'],
      ['docs/capacity.md', 'Capacity', 'Dimensionnement'],
      ['docs/tenants.md', 'Tenants', 'Locataires'],
    ],
  },
  {
    en: 'Reference',
    fr: 'Référence',
    entries: [
      ['docs/settings.md', 'Settings', 'Réglages'],
      ['docs/interoperability.md', 'Interoperability', 'Interopérabilité'],
      ['docs/conformance.md', 'Conformance', 'Conformité NGSI-LD'],
      ['docs/context-conflicts.md', 'Conflicts of @contexts', 'Conflits de @contexts'],
      ['docs/metrics.md', 'Metrics', 'Métriques'],
      ['bench/README.md', 'Measured speed', 'Vitesses mesurées'],
    ],
  },
  {
    en: 'Trust',
    fr: 'Confiance',
    entries: [
      ['docs/security.md', 'Security', 'Sécurité'],
      ['docs/threat-model.md', 'Threat model', 'Modèle de menaces'],
      ['docs/privacy.md', 'Privacy register', 'Registre des traitements'],
      ['docs/accessibility.md', 'Accessibility', 'Accessibilité'],
      ['docs/app-accessibility.md', 'Accessibility of the app', 'Accessibilité de l’application'],
      ['docs/sobriety.md', 'Sobriety', 'Sobriété'],
    ],
  },
  {
    en: 'The project',
    fr: 'Le projet',
    entries: [
      ['docs/architecture.md', 'Architecture', 'Architecture'],
      ['docs/decisions/README.md', 'Decisions', 'Décisions'],
      ['CONTRIBUTING.md', 'Contributing', 'Contribuer'],
      ['CHANGELOG.md', 'Changes', 'Changements'],
    ],
  },
];
/** Pages outside the navigation; the page of their folder links to them. */
const UNLISTED = /^docs\/decisions\/\d|^services\/|^conformance-tests\/|^bench\/REPORT|^SECURITY/;

export interface NavSection {
  readonly title: string;
  readonly entries: readonly { readonly page: SourcePage; readonly name: string }[];
}

/**
 * The navigation for readers of a language. A page without a translation leads to the English page. Unknown pages come
 * last.
 */
export function navigationFor(language: Language, pages: readonly SourcePage[]): NavSection[] {
  const bySource = new Map(pages.map((page) => [page.source, page]));
  const inTheirs = (source: string) => {
    const page = bySource.get(source);
    return page?.counterpart !== undefined && language === 'fr' ? bySource.get(page.counterpart) : page;
  };
  const sections = SECTIONS.map((section) => ({
    title: section[language],
    entries: section.entries.flatMap(([source, en, fr]) => {
      const page = inTheirs(source);
      return page ? [{ page, name: language === 'fr' ? fr : en }] : [];
    }),
  }));
  const listed = new Set(SECTIONS.flatMap(({ entries }) => entries.map(([source]) => source)));
  const others = pages.filter(
    (page) => page.language === 'en' && !listed.has(page.source) && !UNLISTED.test(page.source),
  );
  const more = others.map((page) => ({ page: inTheirs(page.source) ?? page, name: page.title }));
  if (more.length > 0) sections.push({ title: language === 'fr' ? 'Autres pages' : 'More', entries: more });
  return sections;
}
