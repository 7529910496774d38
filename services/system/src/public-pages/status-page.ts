import { trusted } from '@alzette/kit/html';
import type { Language } from '@alzette/kit/languages';
import type { PublicStatus } from '../contract/contract.ts';
import { publicPage } from './public-page.ts';

const TEXTS: { readonly [language in Language]: { readonly title: string; readonly [text: string]: string } } = {
  fr: {
    title: 'État du service',
    good: 'Tout fonctionne',
    slow: 'Le service répond, mais avec du retard',
    ingest: 'Données des capteurs',
    notifications: 'Notifications',
    rules: 'Alertes automatiques',
    partGood: 'à jour',
    partSlow: 'en retard',
    days: 'Disponibilité par jour',
    of: 'Calculée',
  },
  en: {
    title: 'Service status',
    good: 'Everything works',
    slow: 'The service answers, but is behind',
    ingest: 'Data of sensors',
    notifications: 'Notifications',
    rules: 'Automatic alerts',
    partGood: 'up to date',
    partSlow: 'behind',
    days: 'Availability by day',
    of: 'As of',
  },
  de: {
    title: 'Zustand des Dienstes',
    good: 'Alles funktioniert',
    slow: 'Der Dienst antwortet, aber mit Verzögerung',
    ingest: 'Daten der Sensoren',
    notifications: 'Benachrichtigungen',
    rules: 'Automatische Warnungen',
    partGood: 'aktuell',
    partSlow: 'verzögert',
    days: 'Verfügbarkeit nach Tagen',
    of: 'Stand',
  },
  lb: {
    title: 'Zoustand vum Déngscht',
    good: 'Alles fonctionéiert',
    slow: 'Den Déngscht äntwert, awer mat Retard',
    ingest: 'Date vun de Sensoren',
    notifications: 'Notifikatiounen',
    rules: 'Automatesch Warnungen',
    partGood: 'aktuell',
    partSlow: 'mat Retard',
    days: 'Disponibilitéit pro Dag',
    of: 'Stand',
  },
};

/** A status page without scripts, which works whenever the process runs. */
export function statusPage(status: PublicStatus, language: Language): string {
  const text = TEXTS[language];
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 2 });
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  const parts = (['ingest', 'notifications', 'rules'] as const).map(
    (part) =>
      `<li><span>${text[part]}</span> <strong>${text[status.parts[part] === 'good' ? 'partGood' : 'partSlow']}</strong></li>`,
  );
  const days = status.days
    .toReversed()
    .map(
      ({ day, up }) =>
        `<tr><th scope="row"><time datetime="${day}">${day}</time></th><td>${percent.format(up)}</td></tr>`,
    );
  const body = `<p class="${status.state}" role="status">${text[status.state]}</p>
<ul>${parts.join('')}</ul>
${days.length > 0 ? `<h2>${text.days}</h2><table>${days.join('')}</table>` : ''}
<p><small>${text.of} <time datetime="${status.at}">${date.format(new Date(status.at))}</time></small></p>`;
  return publicPage({ title: text.title, about: status.name, language, style: STYLE, body: trusted(body) });
}

const STYLE = `main{max-width:40rem}[role=status]{padding:1rem;border-left:.4rem solid;font-size:1.25rem}.good{border-color:#1a7f4b}.slow{border-color:#b35900}
ul{list-style:none;padding:0}li{display:flex;justify-content:space-between;padding:.4rem 0;border-bottom:1px solid #8884}
table{border-collapse:collapse;width:100%}th{text-align:left;font-weight:400}td{text-align:right}th,td{padding:.2rem 0}`;
