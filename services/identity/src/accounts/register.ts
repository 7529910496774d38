import type { Queryable } from '@alzette/kit/database';
import { processingEntries, retention } from '../store/personal-data.ts';

type Text = { readonly fr: string; readonly en: string };

/** An entry of the register of processing activities (GDPR, article 30). */
export interface Processing {
  readonly id: string;
  readonly title: Text;
  readonly purpose: Text;
  readonly basis: Text;
  readonly data: Text;
  readonly people: Text;
  readonly recipients: Text;
  readonly kept: Text;
  readonly measures: Text;
}

/**
 * The processing activities of the product, with the configured retention. An entry that the controller wrote with the
 * same id replaces one of ours.
 */
export async function registerOfProcessing(db: Queryable): Promise<Processing[]> {
  const days = await retention(db);
  const written = await processingEntries(db);
  const own = ourProcessing(days).filter(({ id }) => !written.some((entry) => entry.id === id));
  return [...own, ...written.map(({ id, entry }) => ({ ...(entry as Omit<Processing, 'id'>), id }))];
}

const PEOPLE: Text = {
  fr: 'Agents, élus, prestataires et habitants qui ont un compte',
  en: 'Staff, elected representatives, contractors and citizens with an account',
};
const RECIPIENTS: Text = {
  fr: 'Administrateurs de la plateforme ; applications que la personne a autorisées',
  en: 'Administrators of the platform; applications the person has allowed',
};
const PUBLIC_TASK: Text = {
  fr: 'Mission d’intérêt public (RGPD, article 6.1.e)',
  en: 'Task in the public interest (GDPR, article 6.1.e)',
};

// Longer than 80 lines: a list of texts.
function ourProcessing(days: { readonly [subject: string]: number }): Processing[] {
  return [
    {
      id: 'accounts',
      title: { fr: 'Comptes', en: 'Accounts' },
      purpose: {
        fr: 'Donner accès à la plateforme selon les rôles de chacun',
        en: 'Give access to the platform by everybody’s roles',
      },
      basis: PUBLIC_TASK,
      data: {
        fr: 'Identifiant, nom, adresse e-mail, langue, organisation, rôles, groupes, empreinte du mot de passe, clés d’accès',
        en: 'User name, name, e-mail address, language, organisation, roles, groups, hash of the password, passkeys',
      },
      people: PEOPLE,
      recipients: RECIPIENTS,
      kept: {
        fr: `Jusqu’à la suppression, ou ${days['unused-accounts']} jours sans connexion`,
        en: `Until deleted, or ${days['unused-accounts']} days without a sign-in`,
      },
      measures: {
        fr: 'Mots de passe hachés (scrypt), secrets chiffrés, seconde étape pour les administrateurs',
        en: 'Passwords hashed (scrypt), secrets encrypted, a second step for administrators',
      },
    },
    {
      id: 'sign-in-log',
      title: { fr: 'Journal des connexions', en: 'Log of sign-ins' },
      purpose: {
        fr: 'Détecter les accès illégitimes et rendre compte des actes d’administration',
        en: 'Detect illegitimate access and account for acts of administration',
      },
      basis: {
        fr: 'Intérêt légitime : sécurité des systèmes (RGPD, article 6.1.f)',
        en: 'Legitimate interest: security of systems (GDPR, article 6.1.f)',
      },
      data: { fr: 'Compte, date, adresse IP, acte', en: 'Account, date, IP address, act' },
      people: PEOPLE,
      recipients: { fr: 'Administrateurs de la plateforme', en: 'Administrators of the platform' },
      kept: { fr: `${days.events} jours`, en: `${days.events} days` },
      measures: { fr: 'Accès réservé, effacement automatique', en: 'Restricted access, erased automatically' },
    },
    {
      id: 'audit',
      title: { fr: 'Journal d’audit et usage de l’API', en: 'Audit and usage of the API' },
      purpose: {
        fr: 'Prouver qui a fait quoi ; compter les requêtes de chaque clé et application',
        en: 'Prove who did what; count the requests of each key and program',
      },
      basis: {
        fr: 'Intérêt légitime : sécurité des systèmes (RGPD, article 6.1.f)',
        en: 'Legitimate interest: security of systems (GDPR, article 6.1.f)',
      },
      data: {
        fr: 'Identifiant aléatoire du compte, date, acte ; nombre de requêtes par heure',
        en: 'Random identifier of the account, date, act; number of requests by hour',
      },
      people: PEOPLE,
      recipients: { fr: 'Administrateurs de la plateforme', en: 'Administrators of the platform' },
      kept: {
        fr: 'Audit : sans limite, l’identifiant ne menant à personne une fois le compte supprimé ; usage : 400 jours',
        en: 'Audit: without limit, as the identifier leads to nobody once the account is deleted; usage: 400 days',
      },
      measures: {
        fr: 'Accès réservé, enregistrements chaînés que personne ne modifie',
        en: 'Restricted access, chained records that nobody changes',
      },
    },
    {
      id: 'sessions',
      title: { fr: 'Sessions', en: 'Sessions' },
      purpose: { fr: 'Rester connecté d’une page à l’autre', en: 'Stay signed in from page to page' },
      basis: PUBLIC_TASK,
      data: {
        fr: 'Témoins strictement nécessaires, applications utilisées, date de connexion',
        en: 'Strictly necessary cookies, applications used, time of the sign-in',
      },
      people: PEOPLE,
      recipients: RECIPIENTS,
      kept: {
        fr: '12 heures ; 14 jours pour un accès durable que la personne a autorisé',
        en: '12 hours; 14 days for lasting access that the person has allowed',
      },
      measures: {
        fr: 'Contenu chiffré, identifiants hachés, fermeture par la personne',
        en: 'Content encrypted, ids hashed, closed by the person',
      },
    },
  ];
}
