import type { AiUse } from '@alzette/kit/ai-uses';
import { Problem } from '@alzette/kit/problems';

/** The use that lets external assistants query by `/mcp`. */
export const TOOLS_USE = 'assistant-tools';
/** The use with which the site's model answers questions in the portal. */
export const QUESTIONS_USE = 'questions-in-words';

/** Both uses, as the register describes them. */
export const USES: readonly AiUse[] = [
  {
    name: TOOLS_USE,
    title: {
      fr: 'Assistant de l’utilisateur (MCP)',
      en: 'Assistant of the user (MCP)',
      de: 'Assistent des Nutzers (MCP)',
      lb: 'Assistent vum Benotzer (MCP)',
    },
    purpose: {
      fr: 'Laisser le programme d’un utilisateur, tel qu’un assistant, lire le territoire et proposer des changements.',
      en: 'Lets a program of a user, such as an assistant, read the territory and propose changes.',
      de: 'Lässt ein Programm eines Nutzers, etwa einen Assistenten, das Territorium lesen und Änderungen vorschlagen.',
      lb: 'Léisst e Programm vun engem Benotzer, z. B. en Assistent, den Territoire liesen an Ännerunge virschloen.',
    },
    data: {
      fr: 'Ce que l’utilisateur peut lire lui-même, avec ses droits et ses limites.',
      en: 'What the user may read themself, within their rights and limits.',
      de: 'Was der Nutzer selbst lesen darf, mit seinen Rechten und Grenzen.',
      lb: 'Wat de Benotzer selwer liese däerf, mat senge Rechter a Grenzen.',
    },
    method: {
      fr: 'Aucun modèle ici : des outils appellent les mêmes opérations que l’API. Un changement n’est qu’une proposition, qu’une personne confirme dans le portail.',
      en: 'No model of ours: tools call the same operations as the API. A change is a proposal only, which a person confirms in the portal.',
      de: 'Kein eigenes Modell: Werkzeuge rufen dieselben Operationen auf wie die API. Eine Änderung ist nur ein Vorschlag, den eine Person im Portal bestätigt.',
      lb: 'Kee Modell vun eis: Wierkzeuger ruffen déi selwecht Operatiounen op wéi d’API. Eng Ännerung ass nëmmen e Virschlag, deen eng Persoun am Portal bestätegt.',
    },
    risk: 'limited',
    riskReason: {
      fr: 'L’utilisateur parle à un programme et le sait ; rien n’est décidé sans une personne.',
      en: 'The user talks to a program and knows it; nothing is decided without a person.',
      de: 'Der Nutzer spricht wissentlich mit einem Programm; nichts wird ohne eine Person entschieden.',
      lb: 'De Benotzer schwätzt mat engem Programm a weess et; näischt gëtt ouni eng Persoun decidéiert.',
    },
  },
  {
    name: QUESTIONS_USE,
    title: {
      fr: 'Questions en mots',
      en: 'Questions in words',
      de: 'Fragen in Worten',
      lb: 'Froen a Wierder',
    },
    purpose: {
      fr: 'Répondre à une question posée en mots, en montrant la requête qui a été faite.',
      en: 'Answers a question in words and shows the query that was run.',
      de: 'Beantwortet eine Frage in Worten und zeigt die ausgeführte Abfrage.',
      lb: 'Äntwert op eng Fro a Wierder a weist d’Ufro, déi gemaach gouf.',
    },
    data: {
      fr: 'La question, et ce que l’utilisateur peut lire. Tout ce qui est envoyé au modèle est montré.',
      en: 'The question, and what the user may read. All that is sent to the model is shown.',
      de: 'Die Frage und was der Nutzer lesen darf. Alles, was an das Modell geht, wird gezeigt.',
      lb: 'D’Fro, a wat de Benotzer liese däerf. Alles wat un de Modell geschéckt gëtt, gëtt gewisen.',
    },
    method: {
      fr: 'Le modèle de langue choisi par le site écrit des requêtes ; la plateforme les fait avec les droits de l’utilisateur.',
      en: 'The language model that the site has chosen writes queries; the platform runs them with the rights of the user.',
      de: 'Das vom Betreiber gewählte Sprachmodell schreibt Abfragen; die Plattform führt sie mit den Rechten des Nutzers aus.',
      lb: 'De Sproochmodell, deen de Site gewielt huet, schreift Ufroen; d’Plattform mécht se mat de Rechter vum Benotzer.',
    },
    risk: 'limited',
    riskReason: {
      fr: 'La réponse peut être fausse : elle est marquée comme venant d’un modèle, avec la requête pour la vérifier.',
      en: 'The answer may be wrong: it is marked as a model’s, with the query to check it by.',
      de: 'Die Antwort kann falsch sein: Sie ist als Antwort eines Modells gekennzeichnet, mit der Abfrage zum Prüfen.',
      lb: 'D’Äntwert ka falsch sinn: si ass als déi vun engem Modell markéiert, mat der Ufro fir se ze iwwerpréiwen.',
    },
  },
];

/** 404: none of the uses is on in the tenant. The problem says how to turn one on. */
export function off(title: string, names: readonly string[]): Problem {
  const how = names.map((name) => `PUT /insights/uses/${name}`).join(' or ');
  return new Problem(
    404,
    title,
    `It is off for this tenant. An administrator turns it on in the portal, under AI uses, or by ${how}`,
  );
}
