import type { Queryable } from '@alzette/kit/database';
import type { DemoContext, TerritoryInfo } from '@alzette/kit/service';
import { DateTime } from 'luxon';
import { MODULES } from '../../services/publishing/src/contract/app.ts';
import type { ItemDocument, Kind } from '../../services/publishing/src/contract/documents.ts';
import { addLink } from '../../services/publishing/src/editors/links.ts';
import { putProposal } from '../../services/publishing/src/editors/proposals.ts';
import { declineItem } from '../../services/publishing/src/items/inheritance.ts';
import { COMMUNITY, sortTime } from '../../services/publishing/src/items/item.ts';
import { insertItem } from '../../services/publishing/src/items/item-rows.ts';
import type { PublishingParts } from '../../services/publishing/src/parts.ts';
import { answerPollByMany } from '../../services/publishing/src/polls/answers.ts';
import { LANGUAGES } from '../../services/publishing/src/ports.ts';
import { saveAppSettings } from '../../services/publishing/src/reading/settings.ts';
import { DEMO_ALERTS, DEMO_DISHES, DEMO_EVENTS, DEMO_NEWS, DEMO_PAGES, DEMO_PLACES, DEMO_POLLS } from './contents.ts';

const AUTHOR = 'service:demo';
const METRES_A_DEGREE = 111_320;

interface DemoItem {
  readonly id: string;
  readonly kind: Kind;
  readonly owner: string;
  readonly at: DateTime;
  readonly until?: DateTime;
  readonly document: ItemDocument;
}

/** Creates items of every kind, in the past, present and future, unless there are items. No notifications are sent. */
export async function putItems(parts: PublishingParts, { tenant }: DemoContext): Promise<void> {
  const { db, territories, wake } = parts;
  const territory = territories.of(tenant);
  const now = DateTime.now().setZone(territory.timeZone);
  const items = [...articles(territory, now), ...agenda(territory, now), ...places(territory, now), ...menus(now)];
  for (const { id, kind, owner, at, until, document } of items) {
    const publishAt = at.toJSDate();
    await insertItem(db, tenant, {
      id,
      kind,
      owner,
      author: AUTHOR,
      state: 'ready',
      publishAt,
      ...(until && { expiresAt: until.toJSDate() }),
      sortAt: sortTime(document, publishAt),
      document: { ...document, push: false },
    });
  }
  for (const { id, choices, answers } of DEMO_POLLS) {
    const given = choices.flatMap((choice, i) =>
      Array.from({ length: answers[i] ?? 0 }, (_, n) => [`demo-${choice.id}-${n}`, choice.id] as const),
    );
    await answerPollByMany(db, tenant, id, given);
  }
  // Some communes have their own news about cycle routes.
  await declineItem(db, tenant, 'sondage-velo', 'boulange', AUTHOR);
  await db.transaction(async (tx) => {
    // The draft is new only once, so a later start changes neither settings nor proposals.
    if ((await insertItem(tx, tenant, draft(now))) === undefined) return;
    await saveAppSettings(tx, tenant, { modules: MODULES, languages: LANGUAGES });
    await proposeAsKeeper(tx, tenant, now);
  });
  wake();
}

/** The baker has a link, and new hours wait for the town hall. */
async function proposeAsKeeper(db: Queryable, tenant: string, now: DateTime): Promise<void> {
  const added = await addLink(db, tenant, 'boulangerie-place', AUTHOR, now.plus({ years: 1 }).toJSDate());
  if (added === undefined) return;
  const changes = {
    openingHours: 'Tu-Sa 06:00-19:00; Su 06:30-13:00',
    email: 'boulangerie@example.org',
    'texts.fr.summary': 'Pains au levain, et un four à bois le samedi.',
  };
  await putProposal(db, tenant, added.link, changes, 'waiting');
}

function articles(territory: TerritoryInfo, now: DateTime): DemoItem[] {
  const placed = ({ owner, address, at }: Pick<(typeof DEMO_NEWS)[number], 'owner' | 'address' | 'at'>) => ({
    ...(address !== undefined && { address }),
    ...(at !== undefined && { location: located(territory, owner, at) }),
  });
  return [
    ...DEMO_NEWS.map((article): DemoItem => {
      const { id, owner, hours, theme, texts } = article;
      return { id, kind: 'news', owner, at: now.plus({ hours }), document: { texts, theme, ...placed(article) } };
    }),
    ...DEMO_ALERTS.map((alert): DemoItem => {
      const { id, owner, hours, ends, theme, severity, texts } = alert;
      const at = now.plus({ hours });
      const until = 'atHour' in ends ? nextHour(now, ends.atHour) : at.plus({ hours: ends.afterHours });
      const document = { texts, theme, alert: { severity }, ...placed(alert) };
      return { id, kind: 'alert', owner, at, until, document };
    }),
    ...DEMO_PAGES.map(({ id, owner, section, order, link, texts }): DemoItem => {
      const document = { texts, page: { section, order }, ...(link !== undefined && { link }) };
      return { id, kind: 'page', owner, at: now.minus({ days: 90 }), document };
    }),
  ];
}

/** The next such hour of a day that is not within the hour. */
function nextHour(now: DateTime, hour: number): DateTime {
  const today = now.startOf('day').set({ hour });
  return today > now.plus({ hours: 1 }) ? today : today.plus({ days: 1 });
}

function agenda(territory: TerritoryInfo, now: DateTime): DemoItem[] {
  const events = DEMO_EVENTS.map(({ id, owner, day, hour, lasts, theme, venue, isFree, texts }): DemoItem => {
    const start = now.startOf('day').plus({ days: day }).set({ hour });
    const event = { start: instant(start), end: instant(start.plus({ hours: lasts })), venue, isFree };
    const location = located(territory, owner, [-25, 20]);
    return { id, kind: 'event', owner, at: now.minus({ days: 20 }), document: { texts, theme, event, location } };
  });
  const polls = DEMO_POLLS.map(({ id, owner, texts, choices }): DemoItem => {
    const [at, until] = [now.minus({ days: 6 }), now.plus({ days: 24 })];
    return { id, kind: 'poll', owner, at, until, document: { texts, poll: { choices } } };
  });
  return [...events, ...polls];
}

function located({ communes }: TerritoryInfo, owner: string, [east, north]: readonly [number, number]) {
  const [longitude, latitude] = (communes.find(({ slug }) => slug === owner) ?? communes.at(-1))?.center ?? [0, 0];
  const shrunk = Math.cos((latitude * Math.PI) / 180);
  const round = (degrees: number) => Math.round(degrees * 1e6) / 1e6;
  return {
    type: 'Point' as const,
    coordinates: [
      round(longitude + east / METRES_A_DEGREE / shrunk),
      round(latitude + north / METRES_A_DEGREE),
    ] as const,
  };
}

function places(territory: TerritoryInfo, now: DateTime): DemoItem[] {
  const { communes } = territory;
  const at = now.minus({ days: 120 });
  const named = DEMO_PLACES.map(({ id, owner, at: offset, name, summary, address, place }): DemoItem => {
    const texts = { fr: { title: name, ...(summary !== undefined && { summary }) } };
    return {
      id,
      kind: 'place',
      owner,
      at,
      document: { texts, address, place, location: located(territory, owner, offset) },
    };
  });
  const defibrillators = communes.map(({ slug, name }): DemoItem => {
    const texts = {
      fr: { title: `Défibrillateur, mairie : ${name}`, summary: 'À l’extérieur, près de l’entrée' },
      en: { title: `Defibrillator, town hall: ${name}`, summary: 'Outdoors, near the entrance' },
      de: { title: `Defibrillator, Rathaus: ${name}`, summary: 'Außen, neben dem Eingang' },
      lb: { title: `Defibrillator, Gemeng: ${name}`, summary: 'Dobaussen, nieft dem Agank' },
    };
    const place = { category: 'defibrillator', openingHours: '24/7' };
    const document = { texts, place, location: located(territory, slug, [15, 10]) };
    return { id: `dae-${slug}`, kind: 'place', owner: slug, at, document };
  });
  return [...named, ...defibrillators];
}

/** A week back and a week ahead, on school days. */
function menus(now: DateTime): DemoItem[] {
  const days = Array.from({ length: 16 }, (_, i) => now.startOf('day').plus({ days: i - 7 }));
  return days
    .filter(({ weekday }) => weekday <= 5 && weekday !== 3)
    .map((day): DemoItem => {
      const date = day.toISODate() ?? '';
      const canteen = 'Restaurant scolaire de Villerupt';
      const dishes = DEMO_DISHES[(day.ordinal + day.weekday) % DEMO_DISHES.length] ?? [];
      const document = { texts: { fr: { title: canteen } }, menu: { day: date, canteen, dishes } };
      return { id: `menu-villerupt-${date}`, kind: 'menu', owner: 'villerupt', at: now.minus({ days: 14 }), document };
    });
}

function draft(now: DateTime) {
  const publishAt = now.plus({ days: 1 }).toJSDate();
  const document: ItemDocument = {
    texts: {
      fr: {
        title: 'Cérémonie des vœux',
        summary: 'La date est à confirmer.',
        body: 'Le rendez-vous est donné à la salle des fêtes.\n\n- accueil dès 18 h ;\n- accès sans marche côté parking.',
      },
    },
    theme: 'vie-locale',
  };
  return {
    id: 'brouillon-voeux',
    kind: 'news',
    owner: COMMUNITY,
    author: AUTHOR,
    state: 'draft',
    publishAt,
    sortAt: publishAt,
    document,
  } as const;
}

function instant(at: DateTime): string {
  return at.toUTC().toISO() ?? '';
}
