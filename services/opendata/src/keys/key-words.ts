/** The letter with a key. */
export const KEY_WORDS = {
  fr: {
    subject: (territory: string) => `Votre clé pour les données de ${territory}`,
    text: ({ key, types, url, until }: Letter) =>
      `Bonjour,\n\nVotre demande est acceptée. Voici votre clé, à garder secrète :\n\n${key}\n\nElle permet de lire : ${types}.\nElle expire le ${until}.\nExemples, limites et adresses : ${url}/developers\n`,
    refused: (territory: string) => `Votre demande de clé à ${territory}`,
    refusedText: (reason: string) => `Bonjour,\n\nVotre demande de clé n’est pas acceptée. ${reason}\n`,
  },
  en: {
    subject: (territory: string) => `Your key for the data of ${territory}`,
    text: ({ key, types, url, until }: Letter) =>
      `Hello,\n\nYour request is granted. This is your key; keep it secret:\n\n${key}\n\nIt reads: ${types}.\nIt expires on ${until}.\nExamples, limits and addresses: ${url}/developers\n`,
    refused: (territory: string) => `Your request for a key of ${territory}`,
    refusedText: (reason: string) => `Hello,\n\nYour request for a key is not granted. ${reason}\n`,
  },
  de: {
    subject: (territory: string) => `Ihr Schlüssel für die Daten von ${territory}`,
    text: ({ key, types, url, until }: Letter) =>
      `Guten Tag,\n\nIhre Anfrage ist angenommen. Das ist Ihr Schlüssel; halten Sie ihn geheim:\n\n${key}\n\nEr liest: ${types}.\nEr läuft am ${until} ab.\nBeispiele, Grenzen und Adressen: ${url}/developers\n`,
    refused: (territory: string) => `Ihre Anfrage nach einem Schlüssel von ${territory}`,
    refusedText: (reason: string) =>
      `Guten Tag,\n\nIhre Anfrage nach einem Schlüssel ist nicht angenommen. ${reason}\n`,
  },
  lb: {
    subject: (territory: string) => `Äre Schlëssel fir d’Donnéeë vun ${territory}`,
    text: ({ key, types, url, until }: Letter) =>
      `Moien,\n\nÄr Ufro ass ugeholl. Dat ass Äre Schlëssel; haalt e geheim:\n\n${key}\n\nE liest: ${types}.\nE leeft den ${until} of.\nBeispiller, Limitten an Adressen: ${url}/developers\n`,
    refused: (territory: string) => `Är Ufro no engem Schlëssel vun ${territory}`,
    refusedText: (reason: string) => `Moien,\n\nÄr Ufro no engem Schlëssel ass net ugeholl. ${reason}\n`,
  },
} as const;

interface Letter {
  readonly key: string;
  readonly types: string;
  readonly url: string;
  readonly until: string;
}
