/** The texts of the page for developers; names of standards and code are the same in both languages. */
export const DEVELOPER_WORDS = {
  fr: {
    title: 'Pour les développeurs',
    intro: (name: string) =>
      `Les données de ${name} se lisent par des standards ouverts. Ce qui est public se lit sans clé et sans compte.`,
    addresses: 'Adresses',
    address: 'Adresse',
    use: 'Pour',
    uses: {
      data: 'les jeux de données, en fichiers : CSV, XLSX, GeoJSON, Parquet',
      ogc: 'les mêmes, par morceaux et avec filtres : OGC API Features',
      catalogue: 'le catalogue, pour les moissonneurs : DCAT-AP',
      entities: 'l’état présent et l’historique, objet par objet : NGSI-LD',
      sensorThings: 'les mêmes objets et leurs mesures : OGC SensorThings 1.1',
      reports: 'les signalements : Open311 (GeoReport v2)',
      openapi: 'toutes les opérations, avec leurs exemples : OpenAPI',
    },
    datasets: (count: number) => `${count} jeu${count > 1 ? 'x' : ''} de données`,
    without: 'Sans clé',
    withoutText:
      'Tous les jeux de données, et les objets que la collectivité montre à tous. Cette requête en donne les types :',
    key: 'Avec une clé',
    keyText:
      'Avec un compte, faites une clé dans le portail ; elle a vos droits, ou moins. Sans compte, demandez-la au service nommé comme contact d’un jeu de données, en disant pour quoi faire. Une clé peut être limitée à des types, des communes et des adresses ; elle expire.',
    keys: 'Mes clés',
    examples: 'Exemples',
    read: 'Lire un jeu de données',
    history: 'Lire des objets et leur historique',
    told: 'Être prévenu d’un changement',
    toldText:
      'Un abonnement envoie chaque changement à votre adresse. Avec un secret, chaque message est signé : refusez ceux dont la signature est fausse.',
    limits: 'Limites',
    limitsText:
      'Trop de requêtes : réponse 429, avec le temps à attendre dans Retry-After. Une réponse refusée dit le champ, ce qui a été reçu et ce qui est attendu. Un ETag évite de relire ce qui n’a pas changé.',
    more: 'Documentation',
    changes: 'Ce qui change',
  },
  en: {
    title: 'For developers',
    intro: (name: string) =>
      `The data of ${name} are read by open standards. What is public is read without a key and without an account.`,
    addresses: 'Addresses',
    address: 'Address',
    use: 'For',
    uses: {
      data: 'datasets as files: CSV, XLSX, GeoJSON, Parquet',
      ogc: 'the same in parts and with filters: OGC API Features',
      catalogue: 'the catalogue, for harvesters: DCAT-AP',
      entities: 'the present state and the history, object by object: NGSI-LD',
      sensorThings: 'the same objects and their measurements: OGC SensorThings 1.1',
      reports: 'reports of citizens: Open311 (GeoReport v2)',
      openapi: 'all operations with their examples: OpenAPI',
    },
    datasets: (count: number) => `${count} dataset${count === 1 ? '' : 's'}`,
    without: 'Without a key',
    withoutText:
      'All datasets, and the objects that the collectivity shows to everybody. This request gives their types:',
    key: 'With a key',
    keyText:
      'With an account, make a key in the portal; it has your rights, or fewer. Without an account, ask the service that is named as the contact of a dataset, and say what for. A key may be limited to types, communes and addresses; it expires.',
    keys: 'My keys',
    examples: 'Examples',
    read: 'Read a dataset',
    history: 'Read objects and their history',
    told: 'Be told of a change',
    toldText:
      'A subscription sends each change to your address. With a secret, each message is signed: refuse those with a wrong signature.',
    limits: 'Limits',
    limitsText:
      'Too many requests: the answer is 429, with the time to wait in Retry-After. A refusal tells the field, what was received and what is expected. With an ETag, what has not changed is not read again.',
    more: 'Documentation',
    changes: 'What changes',
  },
} as const;
