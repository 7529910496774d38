import type { Queryable } from '@alzette/kit/database';
import type { Processing, Retention, ProcessingText as Text } from '../contract/settings.ts';
import { processingEntries, retention } from '../store/personal-data.ts';

/**
 * The processing activities of the product, with the configured retention. An entry that the controller wrote with the
 * same id replaces one of ours.
 */
export async function registerOfProcessing(db: Queryable): Promise<Processing[]> {
  const days = await retention(db);
  const written = await processingEntries(db);
  const own = ourProcessing(days).filter(({ id }) => !written.some((entry) => entry.id === id));
  return [...own, ...written];
}

/** The language in which an entry is shown: the reader's if it is written in it; who reads Luxembourgish reads French. */
export function languageOfEntry({ id: _id, ...texts }: Processing, language: keyof Text): keyof Text {
  if (Object.values(texts).every((text) => text[language])) return language;
  return language === 'lb' ? 'fr' : 'en';
}

const PEOPLE: Text = {
  fr: 'Agents, élus, prestataires et habitants qui ont un compte',
  en: 'Staff, elected representatives, contractors and citizens with an account',
  de: 'Bedienstete, Mandatsträger, Dienstleister und Einwohner mit einem Konto',
  lb: 'Mataarbechter, Politiker, Déngschtleeschter an Awunner mat engem Kont',
};
const RECIPIENTS: Text = {
  fr: 'Administrateurs de la plateforme ; applications que la personne a autorisées',
  en: 'Administrators of the platform; applications the person has allowed',
  de: 'Administratoren der Plattform; Anwendungen, die die Person zugelassen hat',
  lb: 'Administrateure vun der Plattform; Applikatiounen, déi d’Persoun zougelooss huet',
};
const PUBLIC_TASK: Text = {
  fr: 'Mission d’intérêt public (RGPD, article 6.1.e)',
  en: 'Task in the public interest (GDPR, article 6.1.e)',
  de: 'Aufgabe im öffentlichen Interesse (DSGVO, Artikel 6 Abs. 1 Buchst. e)',
  lb: 'Aufgab am ëffentlechen Intressi (DSGVO, Artikel 6.1.e)',
};

// Longer than 80 lines: a list of texts.
function ourProcessing(days: Retention): Processing[] {
  return [
    {
      id: 'accounts',
      title: { fr: 'Comptes', en: 'Accounts', de: 'Konten', lb: 'Konten' },
      purpose: {
        fr: 'Donner accès à la plateforme selon les rôles de chacun',
        en: 'Give access to the platform by everybody’s roles',
        de: 'Zugang zur Plattform nach den Rollen jeder Person',
        lb: 'Zougang zu der Plattform no de Rolle vu jidderengem',
      },
      basis: PUBLIC_TASK,
      data: {
        fr: 'Identifiant, nom, adresse e-mail, langue, organisation, rôles, groupes, empreinte du mot de passe, clés d’accès',
        en: 'User name, name, e-mail address, language, organisation, roles, groups, hash of the password, passkeys',
        de: 'Benutzername, Name, E-Mail-Adresse, Sprache, Organisation, Rollen, Gruppen, Hash des Passworts, Passkeys',
        lb: 'Benotzernumm, Numm, E-Mail-Adress, Sprooch, Organisatioun, Rollen, Gruppen, Hash vum Passwuert, Passkeyen',
      },
      people: PEOPLE,
      recipients: RECIPIENTS,
      kept: {
        fr: `Jusqu’à la suppression, ou ${days['unused-accounts']} jours sans connexion`,
        en: `Until deleted, or ${days['unused-accounts']} days without a sign-in`,
        de: `Bis zur Löschung oder ${days['unused-accounts']} Tage ohne Anmeldung`,
        lb: `Bis d’Kont geläscht gëtt, oder ${days['unused-accounts']} Deeg ouni Umeldung`,
      },
      measures: {
        fr: 'Mots de passe hachés (scrypt), secrets chiffrés, seconde étape pour les administrateurs',
        en: 'Passwords hashed (scrypt), secrets encrypted, a second step for administrators',
        de: 'Passwörter gehasht (scrypt), Geheimnisse verschlüsselt, zweiter Schritt für Administratoren',
        lb: 'Passwierder gehasht (scrypt), Geheimnisser verschlësselt, en zweete Schrëtt fir Administrateuren',
      },
    },
    {
      id: 'sign-in-log',
      title: {
        fr: 'Journal des connexions',
        en: 'Log of sign-ins',
        de: 'Protokoll der Anmeldungen',
        lb: 'Journal vun den Umeldungen',
      },
      purpose: {
        fr: 'Détecter les accès illégitimes et rendre compte des actes d’administration',
        en: 'Detect illegitimate access and account for acts of administration',
        de: 'Unberechtigte Zugriffe erkennen und Handlungen der Verwaltung nachweisen',
        lb: 'Onerlaabten Zougrëff erkennen an d’Handlunge vun der Verwaltung noweisen',
      },
      basis: {
        fr: 'Intérêt légitime : sécurité des systèmes (RGPD, article 6.1.f)',
        en: 'Legitimate interest: security of systems (GDPR, article 6.1.f)',
        de: 'Berechtigtes Interesse: Sicherheit der Systeme (DSGVO, Artikel 6 Abs. 1 Buchst. f)',
        lb: 'Berechtegt Intressi: Sécherheet vun de Systemer (DSGVO, Artikel 6.1.f)',
      },
      data: {
        fr: 'Compte, date, adresse IP, acte',
        en: 'Account, date, IP address, act',
        de: 'Konto, Zeitpunkt, IP-Adresse, Handlung',
        lb: 'Kont, Datum, IP-Adress, Handlung',
      },
      people: PEOPLE,
      recipients: {
        fr: 'Administrateurs de la plateforme',
        en: 'Administrators of the platform',
        de: 'Administratoren der Plattform',
        lb: 'Administrateure vun der Plattform',
      },
      kept: {
        fr: `${days.events} jours`,
        en: `${days.events} days`,
        de: `${days.events} Tage`,
        lb: `${days.events} Deeg`,
      },
      measures: {
        fr: 'Accès réservé, effacement automatique',
        en: 'Restricted access, erased automatically',
        de: 'Beschränkter Zugang, automatische Löschung',
        lb: 'Limitéierten Zougang, automatesch geläscht',
      },
    },
    {
      id: 'audit',
      title: {
        fr: 'Journal d’audit et usage de l’API',
        en: 'Audit and usage of the API',
        de: 'Audit und Nutzung der API',
        lb: 'Audit a Notzung vun der API',
      },
      purpose: {
        fr: 'Prouver qui a fait quoi ; compter les requêtes de chaque clé et application',
        en: 'Prove who did what; count the requests of each key and program',
        de: 'Nachweisen, wer was getan hat; Anfragen jedes Schlüssels und Programms zählen',
        lb: 'Noweisen, wie wat gemaach huet; d’Ufroe vun all Schlëssel a Programm zielen',
      },
      basis: {
        fr: 'Intérêt légitime : sécurité des systèmes (RGPD, article 6.1.f)',
        en: 'Legitimate interest: security of systems (GDPR, article 6.1.f)',
        de: 'Berechtigtes Interesse: Sicherheit der Systeme (DSGVO, Artikel 6 Abs. 1 Buchst. f)',
        lb: 'Berechtegt Intressi: Sécherheet vun de Systemer (DSGVO, Artikel 6.1.f)',
      },
      data: {
        fr: 'Identifiant aléatoire du compte, date, acte, valeurs modifiées sans noms, coordonnées ni secrets ; nombre de requêtes par heure',
        en: 'Random identifier of the account, date, act, changed values without names, contact details and secrets; number of requests by hour',
        de: 'Zufällige Kennung des Kontos, Zeitpunkt, Handlung, geänderte Werte ohne Namen, Kontaktdaten und Geheimnisse; Anfragen je Stunde',
        lb: 'Zoufälleg Kennung vum Kont, Datum, Handlung, verännert Wäerter ouni Nimm, Kontaktdaten a Geheimnisser; Ufroen an der Stonn',
      },
      people: PEOPLE,
      recipients: {
        fr: 'Administrateurs de la plateforme',
        en: 'Administrators of the platform',
        de: 'Administratoren der Plattform',
        lb: 'Administrateure vun der Plattform',
      },
      kept: {
        fr: 'Audit : sans limite, l’identifiant ne menant à personne une fois le compte supprimé ; usage : 400 jours',
        en: 'Audit: without limit, as the identifier leads to nobody once the account is deleted; usage: 400 days',
        de: 'Audit: unbegrenzt, da die Kennung nach Löschung des Kontos zu niemandem führt; Nutzung: 400 Tage',
        lb: 'Audit: ouni Limitt, well d’Kennung zu kengem méi féiert, wann d’Kont geläscht ass; Notzung: 400 Deeg',
      },
      measures: {
        fr: 'Accès réservé, enregistrements chaînés que personne ne modifie',
        en: 'Restricted access, chained records that nobody changes',
        de: 'Beschränkter Zugang, verkettete Einträge, die niemand ändert',
        lb: 'Limitéierten Zougang, verkette Anträg, déi kee verännert',
      },
    },
    {
      id: 'sessions',
      title: { fr: 'Sessions', en: 'Sessions', de: 'Sitzungen', lb: 'Sessiounen' },
      purpose: {
        fr: 'Rester connecté d’une page à l’autre',
        en: 'Stay signed in from page to page',
        de: 'Von Seite zu Seite angemeldet bleiben',
        lb: 'Vu Säit zu Säit ugemellt bleiwen',
      },
      basis: PUBLIC_TASK,
      data: {
        fr: 'Témoins strictement nécessaires, applications utilisées, date de connexion',
        en: 'Strictly necessary cookies, applications used, time of the sign-in',
        de: 'Unbedingt erforderliche Cookies, verwendete Anwendungen, Zeitpunkt der Anmeldung',
        lb: 'Onbedéngt néideg Cookien, benotzten Applikatiounen, Datum vun der Umeldung',
      },
      people: PEOPLE,
      recipients: RECIPIENTS,
      kept: {
        fr: '12 heures ; 14 jours pour un accès durable que la personne a autorisé',
        en: '12 hours; 14 days for lasting access that the person has allowed',
        de: '12 Stunden; 14 Tage für dauerhaften Zugang, den die Person zugelassen hat',
        lb: '12 Stonnen; 14 Deeg fir en dauerhaften Zougang, deen d’Persoun zougelooss huet',
      },
      measures: {
        fr: 'Contenu chiffré, identifiants hachés, fermeture par la personne',
        en: 'Content encrypted, ids hashed, closed by the person',
        de: 'Inhalt verschlüsselt, Kennungen gehasht, von der Person zu beenden',
        lb: 'Inhalt verschlësselt, Kennunge gehasht, d’Persoun kann se zoumaachen',
      },
    },
  ];
}
