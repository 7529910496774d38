import type { AiUse } from '@alzette/kit/ai-uses';

/** The use of AI that compares measurements with usual values. */
export const ANOMALY_SCORES: Omit<AiUse, 'switched'> = {
  name: 'anomaly-scores',
  title: {
    fr: 'Écarts à l’habitude : compteurs, lampes, capteurs',
    en: 'Departures from the usual: meters, lamps, sensors',
    de: 'Abweichungen vom Üblichen: Zähler, Lampen, Sensoren',
    lb: 'Ofwäichunge vum Gewinnten: Zieler, Luuchten, Sensoren',
  },
  purpose: {
    fr: 'Signaler ce qui s’écarte nettement de l’habitude, pour qu’une personne ou une règle regarde.',
    en: 'To point out what clearly departs from the usual, so that a person or a rule looks at it.',
    de: 'Auf deutliche Abweichungen vom Üblichen hinweisen, damit eine Person oder Regel hinsieht.',
    lb: 'Op kloer Ofwäichunge vum Gewinnten hiweisen, fir datt eng Persoun oder eng Regel kuckt.',
  },
  data: {
    fr: 'Mesures de l’équipement lui-même sur cinq semaines, jours fériés. Aucune donnée personnelle.',
    en: 'Measurements of the equipment itself over five weeks, public holidays. No personal data.',
    de: 'Messwerte des Geräts selbst über fünf Wochen, Feiertage. Keine personenbezogenen Daten.',
    lb: 'Miessunge vum Apparat selwer iwwer fënnef Wochen, Feierdeeg. Keng perséinlech Donnéeën.',
  },
  method: {
    fr: 'Médiane et écart absolu médian de chaque heure de la semaine. Le score dit de combien d’écarts les trois dernières heures s’éloignent ; à partir de 6 il est écrit. Évalué chaque nuit avec des défauts mis dans des semaines mises de côté.',
    en: 'Median and median absolute deviation of each hour of the week. The score says by how many deviations the last three hours are off; from 6 on it is written. Evaluated each night with faults put into weeks held back.',
    de: 'Median und mittlere absolute Abweichung jeder Wochenstunde. Der Wert sagt, um wie viele Abweichungen die letzten drei Stunden entfernt sind; ab 6 wird er geschrieben. Jede Nacht mit Fehlern geprüft, die in zurückgehaltene Wochen gesetzt werden.',
    lb: 'Median a medianen absoluten Ecart vun all Stonn an der Woch. De Score seet, ëm wéi vill Ecarten déi lescht dräi Stonnen ewech sinn; vu 6 un gëtt e geschriwwen. All Nuecht mat Feeler gepréift, déi an zréckgehale Woche gesat ginn.',
  },
  risk: 'minimal',
  riskReason: {
    fr: 'Compare des mesures techniques ; ne concerne pas de personnes. Les alarmes sont décidées par des règles écrites.',
    en: 'Compares technical measurements; it concerns no persons. Alarms are decided by written rules.',
    de: 'Vergleicht technische Messwerte; betrifft keine Personen. Über Alarme entscheiden geschriebene Regeln.',
    lb: 'Vergläicht technesch Miessungen; et geet ëm keng Persounen. Iwwer Alarmer decidéiere geschriwwe Regelen.',
  },
};
