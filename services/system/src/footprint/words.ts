/** What is shown of the footprint, in this order. */
export const SHOWN = ['kwh', 'processorSeconds', 'memoryBytes', 'storageBytes', 'trafficBytes', 'requests'] as const;
export type Shown = (typeof SHOWN)[number];

type Domain =
  | 'lighting'
  | 'waste'
  | 'energy'
  | 'environment'
  | 'mobility'
  | 'alarms'
  | 'rules'
  | 'reports'
  | 'procedures'
  | 'publishing'
  | 'opendata'
  | 'dashboards'
  | 'decisions'
  | 'platform';
type Gain = 'energy' | 'distance' | 'count' | 'hours' | 'money';

interface FootprintWords {
  readonly title: string;
  readonly intro: string;
  readonly amount: string;
  readonly value: string;
  readonly domain: string;
  readonly whole: string;
  readonly useCases: string;
  readonly useCasesIntro: string;
  readonly useCase: string;
  readonly costs: string;
  readonly gains: string;
  readonly formula: string;
  readonly source: string;
  readonly unknown: string;
  readonly method: string;
  readonly methodIntro: string;
  readonly factor: string;
  readonly perYear: string;
  readonly amounts: { readonly [A in Shown]: string };
  readonly parts: { readonly [part in 'processor' | 'memory' | 'storage' | 'traffic']: string };
  readonly gainKinds: { readonly [G in Gain]: string };
  readonly domains: { readonly [D in Domain]: string };
}

/** What a value is divided by, and the unit that it then has. */
const UNITS: { readonly [A in Shown]: { readonly per: number; readonly unit: string } } = {
  kwh: { per: 1, unit: 'kWh' },
  processorSeconds: { per: 1, unit: 's' },
  memoryBytes: { per: 1e6, unit: 'MB' },
  storageBytes: { per: 1e6, unit: 'MB' },
  trafficBytes: { per: 1e6, unit: 'MB' },
  requests: { per: 1, unit: '' },
};

/** The same for a value, in a language: less than a kWh is told in Wh. */
export function unitOf(what: Shown, value: number, language: string): { readonly per: number; readonly unit: string } {
  if (what === 'kwh' && value < 1) return { per: 0.001, unit: 'Wh' };
  const { per, unit } = UNITS[what];
  return { per, unit: language === 'fr' ? unit.replace('MB', 'Mo') : unit };
}

export const GAIN_UNITS: { readonly [G in Gain]: string } = {
  energy: 'kWh',
  distance: 'km',
  count: '',
  hours: 'h',
  money: '€',
};

/** Words of the public page and of the portal, in their languages. */
export const FOOTPRINT_WORDS: { readonly [L in 'fr' | 'en' | 'de' | 'lb']: FootprintWords } = {
  fr: {
    title: 'Empreinte et coûts',
    intro: 'Ce que la plateforme a consommé ces 30 derniers jours, et ce qu’elle a fait gagner cette année.',
    amount: 'Grandeur',
    value: 'Valeur',
    domain: 'Domaine',
    whole: 'Toute la plateforme',
    useCases: 'Coûts et gains des usages',
    useCasesIntro:
      'Depuis le 1er janvier. Les gains sont ceux de cette collectivité ; les coûts, ceux de toute l’installation.',
    useCase: 'Usage',
    costs: 'Coûts',
    gains: 'Gains',
    formula: 'Formule',
    source: 'Source',
    unknown: 'inconnu',
    method: 'Méthode',
    methodIntro:
      'Le temps de processeur, la mémoire, le stockage et le trafic HTTP sont mesurés ; les kWh en sont estimés. Entre domaines et collectivités, processeur, mémoire et trafic sont répartis selon les requêtes, le stockage des collectivités selon les entités. Les messages MQTT ne sont pas comptés comme trafic.',
    factor: 'Facteur',
    perYear: 'Coûts annuels déclarés',
    amounts: {
      kwh: 'Énergie (estimée)',
      processorSeconds: 'Temps de processeur',
      memoryBytes: 'Mémoire d’un processus (moyenne)',
      storageBytes: 'Stockage',
      trafficBytes: 'Trafic',
      requests: 'Requêtes',
    },
    parts: { processor: 'Processeur', memory: 'Mémoire', storage: 'Stockage', traffic: 'Trafic' },
    gainKinds: { energy: 'Énergie', distance: 'Trajets', count: 'Nombre', hours: 'Heures de travail', money: 'Argent' },
    domains: {
      lighting: 'Éclairage',
      waste: 'Déchets',
      energy: 'Énergie',
      environment: 'Environnement',
      mobility: 'Mobilité',
      alarms: 'Alarmes',
      rules: 'Règles',
      reports: 'Signalements',
      procedures: 'Démarches',
      publishing: 'Publications',
      opendata: 'Données ouvertes',
      dashboards: 'Tableaux de bord',
      decisions: 'Décisions',
      platform: 'Plateforme : données, appareils, comptes, pages',
    },
  },
  en: {
    title: 'Footprint and costs',
    intro: 'What the platform used in the last 30 days, and what was gained by it this year.',
    amount: 'Amount',
    value: 'Value',
    domain: 'Domain',
    whole: 'The whole platform',
    useCases: 'Costs and gains of use cases',
    useCasesIntro: 'Since 1 January. Gains are of this collectivity; costs are of the whole installation.',
    useCase: 'Use case',
    costs: 'Costs',
    gains: 'Gains',
    formula: 'Formula',
    source: 'Source',
    unknown: 'unknown',
    method: 'Method',
    methodIntro:
      'Processor time, memory, storage and HTTP traffic are measured; kWh are estimated from these. Among domains and collectivities, processor, memory and traffic are shared by requests, and the storage of collectivities by entities. MQTT messages are not counted as traffic.',
    factor: 'Factor',
    perYear: 'Yearly costs as entered',
    amounts: {
      kwh: 'Energy (estimated)',
      processorSeconds: 'Processor time',
      memoryBytes: 'Memory of a process (mean)',
      storageBytes: 'Storage',
      trafficBytes: 'Traffic',
      requests: 'Requests',
    },
    parts: { processor: 'Processor', memory: 'Memory', storage: 'Storage', traffic: 'Traffic' },
    gainKinds: { energy: 'Energy', distance: 'Trips', count: 'Number', hours: 'Hours of work', money: 'Money' },
    domains: {
      lighting: 'Lighting',
      waste: 'Waste',
      energy: 'Energy',
      environment: 'Environment',
      mobility: 'Mobility',
      alarms: 'Alarms',
      rules: 'Rules',
      reports: 'Reports',
      procedures: 'Procedures',
      publishing: 'Publishing',
      opendata: 'Open data',
      dashboards: 'Dashboards',
      decisions: 'Decisions',
      platform: 'Platform: data, devices, accounts, pages',
    },
  },
  de: {
    title: 'Fußabdruck und Kosten',
    intro: 'Was die Plattform in den letzten 30 Tagen verbraucht hat, und was dieses Jahr durch sie gewonnen wurde.',
    amount: 'Größe',
    value: 'Wert',
    domain: 'Bereich',
    whole: 'Die ganze Plattform',
    useCases: 'Kosten und Gewinne der Anwendungen',
    useCasesIntro: 'Seit dem 1. Januar. Die Gewinne sind die dieser Kommune, die Kosten die der ganzen Installation.',
    useCase: 'Anwendung',
    costs: 'Kosten',
    gains: 'Gewinne',
    formula: 'Formel',
    source: 'Quelle',
    unknown: 'unbekannt',
    method: 'Methode',
    methodIntro:
      'Prozessorzeit, Arbeitsspeicher, Speicher und HTTP-Verkehr werden gemessen, die kWh daraus geschätzt. Zwischen Bereichen und Kommunen werden Prozessor, Arbeitsspeicher und Verkehr nach Anfragen aufgeteilt, der Speicher der Kommunen nach Entitäten. MQTT-Nachrichten zählen nicht zum Verkehr.',
    factor: 'Faktor',
    perYear: 'Eingetragene jährliche Kosten',
    amounts: {
      kwh: 'Energie (geschätzt)',
      processorSeconds: 'Prozessorzeit',
      memoryBytes: 'Arbeitsspeicher eines Prozesses (Mittel)',
      storageBytes: 'Speicher',
      trafficBytes: 'Verkehr',
      requests: 'Anfragen',
    },
    parts: { processor: 'Prozessor', memory: 'Arbeitsspeicher', storage: 'Speicher', traffic: 'Verkehr' },
    gainKinds: { energy: 'Energie', distance: 'Fahrten', count: 'Anzahl', hours: 'Arbeitsstunden', money: 'Geld' },
    domains: {
      lighting: 'Beleuchtung',
      waste: 'Abfall',
      energy: 'Energie',
      environment: 'Umwelt',
      mobility: 'Mobilität',
      alarms: 'Alarme',
      rules: 'Regeln',
      reports: 'Meldungen',
      procedures: 'Anträge',
      publishing: 'Veröffentlichungen',
      opendata: 'Offene Daten',
      dashboards: 'Übersichten',
      decisions: 'Entscheidungen',
      platform: 'Plattform: Daten, Geräte, Konten, Seiten',
    },
  },
  lb: {
    title: 'Foussofdrock a Käschten',
    intro: 'Wat d’Plattform an de leschten 30 Deeg verbraucht huet, a wat dëst Joer duerch si gewonne gouf.',
    amount: 'Gréisst',
    value: 'Wäert',
    domain: 'Beräich',
    whole: 'Déi ganz Plattform',
    useCases: 'Käschten a Gewënner vun den Uwendungen',
    useCasesIntro: 'Zënter dem 1. Januar. D’Gewënner si vun dëser Gemeng, d’Käschte vun der ganzer Installatioun.',
    useCase: 'Uwendung',
    costs: 'Käschten',
    gains: 'Gewënner',
    formula: 'Formel',
    source: 'Quell',
    unknown: 'onbekannt',
    method: 'Method',
    methodIntro:
      'Prozessorzäit, Aarbechtsspäicher, Späicher an HTTP-Trafic gi gemooss, d’kWh dovunner geschat. Tëschent Beräicher a Gemenge gi Prozessor, Aarbechtsspäicher an Trafic no Ufroen opgedeelt, de Späicher vun de Gemengen no Entitéiten. MQTT-Messagë zielen net als Trafic.',
    factor: 'Facteur',
    perYear: 'Agedroe Käschten am Joer',
    amounts: {
      kwh: 'Energie (geschat)',
      processorSeconds: 'Prozessorzäit',
      memoryBytes: 'Aarbechtsspäicher vun engem Prozess (Duerchschnëtt)',
      storageBytes: 'Späicher',
      trafficBytes: 'Trafic',
      requests: 'Ufroen',
    },
    parts: { processor: 'Prozessor', memory: 'Aarbechtsspäicher', storage: 'Späicher', traffic: 'Trafic' },
    gainKinds: { energy: 'Energie', distance: 'Faarten', count: 'Zuel', hours: 'Aarbechtsstonnen', money: 'Suen' },
    domains: {
      lighting: 'Beliichtung',
      waste: 'Offall',
      energy: 'Energie',
      environment: 'Ëmwelt',
      mobility: 'Mobilitéit',
      alarms: 'Alarmer',
      rules: 'Reegelen',
      reports: 'Meldungen',
      procedures: 'Demarchen',
      publishing: 'Publikatiounen',
      opendata: 'Oppen Daten',
      dashboards: 'Iwwersiichten',
      decisions: 'Decisiounen',
      platform: 'Plattform: Daten, Apparater, Konten, Säiten',
    },
  },
};
