import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readCsv } from './csv.ts';
import { readAs } from './feeds.ts';
import { readCalendar } from './ics.ts';
import { readAgenda } from './openagenda.ts';
import { readFeed } from './rss.ts';

const lines = (...texts: string[]) => texts.join('\r\n');

describe('Imports', () => {
  test('a calendar: local times by its zone, whole days, and each occurrence of a repeated event except its exceptions', () => {
    const text = lines(
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'BEGIN:VTIMEZONE',
      'TZID:Europe/Paris',
      'BEGIN:DAYLIGHT',
      'TZOFFSETFROM:+0100',
      'TZOFFSETTO:+0200',
      'DTSTART:19700329T020000',
      'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
      'END:DAYLIGHT',
      'BEGIN:STANDARD',
      'TZOFFSETFROM:+0200',
      'TZOFFSETTO:+0100',
      'DTSTART:19701025T030000',
      'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
      'END:STANDARD',
      'END:VTIMEZONE',
      'BEGIN:VEVENT',
      'UID:marche',
      'SUMMARY:Marché',
      'LOCATION:Place de la Mairie',
      'DTSTART;TZID=Europe/Paris:20260314T080000',
      'DTEND;TZID=Europe/Paris:20260314T120000',
      'RRULE:FREQ=WEEKLY;COUNT=4',
      'EXDATE;TZID=Europe/Paris:20260321T080000',
      'END:VEVENT',
      'BEGIN:VEVENT',
      'UID:fete',
      'SUMMARY:Fête',
      'DTSTART;VALUE=DATE:20260713',
      'END:VEVENT',
      'BEGIN:VEVENT',
      'UID:ohne',
      'DTSTART:20260713T100000Z',
      'END:VEVENT',
      'END:VCALENDAR',
    );
    const { items, rejected } = readCalendar(text, new Date('2026-03-01T00:00:00Z'));
    assert.deepEqual(
      items.map(({ document: { event } }) => [event?.start, event?.allDay ?? false]),
      [
        ['2026-03-14T07:00:00.000Z', false],
        ['2026-03-28T07:00:00.000Z', false],
        ['2026-04-04T06:00:00.000Z', false], // summer time
        ['2026-07-13T00:00:00.000Z', true],
      ],
    );
    assert.equal(items[0]?.document.event?.venue, 'Place de la Mairie');
    assert.deepEqual(rejected, [{ at: 'ohne', reason: 'SUMMARY: got nothing, expected a title' }]);
  });

  test('a feed: HTML becomes text, and links that are not web addresses are left out', () => {
    const { items, rejected } = readFeed(
      `<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>
       <item><title>Travaux &amp; déviation</title><guid isPermaLink="false">7</guid><link>javascript:alert(1)</link>
         <pubDate>Sat, 28 Nov 2026 08:00:00 GMT</pubDate><description><![CDATA[<p>Rue <b>Foch</b></p><script>x()</script>]]></description></item>
       <item><guid>8</guid></item></channel></rss>`,
    );
    assert.deepEqual(items, [
      {
        sourceId: '7',
        kind: 'news',
        document: { texts: { fr: { title: 'Travaux & déviation', body: 'Rue Foch' } } },
        publishAt: '2026-11-28T08:00:00.000Z',
      },
    ]);
    assert.deepEqual(rejected, [{ at: 'item 2', reason: 'title: got nothing, expected a title' }]);
    const atom = readFeed(
      '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>a</id><title type="html">T</title><link href="https://x.example/1"/></entry></feed>',
    );
    assert.deepEqual(atom.items[0]?.document, { texts: { fr: { title: 'T' } }, link: 'https://x.example/1' });
  });

  test('an agenda: each timing is an event, in each of its languages', () => {
    const { items, rejected } = readAgenda(
      JSON.stringify({
        events: [
          {
            uid: 12,
            title: { fr: 'Bal', de: 'Ball' },
            timings: [
              { begin: '2026-07-13T20:00:00+02:00', end: '2026-07-14T01:00:00+02:00' },
              { begin: '2026-07-14T20:00:00+02:00' },
            ],
            location: { name: 'Salle des fêtes', latitude: 49.47, longitude: 5.93 },
          },
          { uid: 13, title: { fr: 'Rien' } },
        ],
      }),
    );
    assert.deepEqual(
      items.map(({ sourceId, document }) => [sourceId, document.event?.start, document.texts.de?.title]),
      [
        ['12/0', '2026-07-13T18:00:00.000Z', 'Ball'],
        ['12/1', '2026-07-14T18:00:00.000Z', 'Ball'],
      ],
    );
    assert.deepEqual(rejected, [{ at: '13', reason: 'timings: got none, expected at least one' }]);
  });

  test('menus of the national schema: the dishes of a day and canteen are one menu', () => {
    const { items, rejected } = readCsv(
      'date;restaurant_nom;plat_type;plat_nom;allergenes;labels\n2026-11-30;Jules Ferry;entrée;Velouté;lait|céleri;bio\n' +
        '2026-11-30;Jules Ferry;plat;Gratin;;\n2026-13-01;Jules Ferry;plat;X;;\n2026-12-01;Jules Ferry;goûter;Y;;\n',
      'menus-collectifs',
    );
    assert.deepEqual(items[0]?.document.menu, {
      day: '2026-11-30',
      canteen: 'Jules Ferry',
      dishes: [
        { course: 'starter', name: 'Velouté', allergens: ['lait', 'céleri'], labels: ['bio'] },
        { course: 'main', name: 'Gratin' },
      ],
    });
    assert.deepEqual(
      rejected.map(({ at }) => at),
      ['row 4', 'row 5'],
    );
  });

  test('menus of version 1.2 of the national schema, whose columns have other names', () => {
    const { items, rejected } = readCsv(
      'menuCollNom,menuRestaurantNom,menuDate,menuTypeRepas,menuTypePlat,menuNomPlat,menuPlatLabel,menuPlatAllergene\n' +
        'Villerupt,Jules Ferry,2026-11-30,déjeuner,plat principal,Gratin,bio,lait|gluten\n' +
        'Villerupt,Jules Ferry,2026-11-30,déjeuner,pain,Pain complet,,\n' +
        'Villerupt,Jules Ferry,2026-11-30,goûter,dessert,Pomme,,\n',
      'menus-collectifs',
    );
    assert.deepEqual(rejected, []);
    assert.deepEqual(
      items.map(({ document: { menu } }) => [menu?.canteen, menu?.dishes]),
      [
        [
          'Jules Ferry',
          [
            { course: 'main', name: 'Gratin', allergens: ['lait', 'gluten'], labels: ['bio'] },
            { course: 'side', name: 'Pain complet' },
          ],
        ],
        ['Jules Ferry, goûter', [{ course: 'dessert', name: 'Pomme' }]],
      ],
    );
  });

  test('defibrillators of the national schema, with decimal commas', () => {
    const { items } = readCsv(
      'gid,nom,lat_coor1,long_coor1,adr_num,adr_voie,com_nom,acc\n1,Mairie,"49,4672","5,9286",1,Rue Foch,Villerupt,extérieur\n',
      'dae',
    );
    assert.deepEqual(items[0]?.document.location?.coordinates, [5.9286, 49.4672]);
    assert.equal(items[0]?.document.place?.category, 'defibrillator');
  });

  test('a directory: shops and associations of our own table, identified by their number if they have one', () => {
    const { items, rejected } = readCsv(
      'nom;categorie;adresse;telephone;site_web;siret;latitude;longitude\n' +
        'Au bon pain;Épicerie fine;Rue Foch 1;03 82 00 00 00;https://pain.example;123;49,47;5,93\n' +
        'Judo-club;Association;;;javascript:alert(1);;;\n;Association;;;;;;\n',
      'directory',
    );
    const [shop, club] = items;
    assert.deepEqual(shop?.document.place, {
      category: 'epicerie-fine',
      telephone: '03 82 00 00 00',
      website: 'https://pain.example',
    });
    assert.deepEqual([shop?.sourceId, shop?.document.location?.coordinates], ['123', [5.93, 49.47]]);
    assert.deepEqual(club?.document.place, { category: 'association' });
    assert.deepEqual(rejected, [{ at: 'row 4', reason: 'nom: got nothing, expected a name' }]);
  });

  test('establishments of SIRENE: by their branch; closed and unpublished ones are left out', () => {
    const { items, rejected } = readCsv(
      'siret,statutDiffusionEtablissement,etatAdministratifEtablissement,activitePrincipaleEtablissement,' +
        'enseigne1Etablissement,denominationUsuelleEtablissement,numeroVoieEtablissement,typeVoieEtablissement,' +
        'libelleVoieEtablissement,codePostalEtablissement,libelleCommuneEtablissement\n' +
        '1,O,A,47.11B,LA SUPERETTE,,12,RUE,CARNOT,54190,VILLERUPT\n2,O,A,94.99Z,,AMIS DU CINEMA,,,,54190,VILLERUPT\n' +
        '3,O,F,56.10A,FERME,,,,,,\n4,P,A,56.10A,CACHE,,,,,,\n',
      'sirene',
    );
    assert.deepEqual(
      items.map(({ sourceId, document }) => [sourceId, document.place?.category, document.address]),
      [
        ['1', 'commerce', '12 RUE CARNOT, 54190 VILLERUPT'],
        ['2', 'association', '54190 VILLERUPT'],
      ],
    );
    assert.deepEqual(
      rejected.map(({ at }) => at),
      ['row 4', 'row 5'],
    );
  });

  test('places of OpenStreetMap: kind, position and opening hours', () => {
    const tags = {
      name: 'Boulangerie Weber',
      shop: 'bakery',
      'addr:street': 'Rue Foch',
      opening_hours: 'Tu-Su 06:00-12:00',
    };
    const { items, rejected } = readAs(
      'osm',
      JSON.stringify({
        elements: [
          { type: 'node', id: 7, lat: 49.47, lon: 5.93, tags },
          { type: 'way', id: 8, center: { lat: 49.48, lon: 5.94 }, tags: { name: 'Kino', amenity: 'cinema' } },
          { type: 'node', id: 9, lat: 49.47, lon: 5.93, tags: { shop: 'yes' } },
        ],
      }),
    );
    assert.deepEqual(
      items.map(({ sourceId, document }) => [sourceId, document.place, document.location?.coordinates]),
      [
        ['node/7', { category: 'bakery', openingHours: 'Tu-Su 06:00-12:00' }, [5.93, 49.47]],
        ['way/8', { category: 'cinema' }, [5.94, 49.48]],
      ],
    );
    assert.equal(items[0]?.document.address, 'Rue Foch');
    assert.deepEqual(rejected, [{ at: 'elements[2]', reason: 'tags.name: got nothing, expected a name' }]);
    assert.throws(() => readAs('osm', '{}'), /elements: got no list/);
  });

  test('the national files of DATAtourisme: sights, trails, lodging and toilets by the classes of its ontology', () => {
    const core = (name: string) => `https://www.datatourisme.fr/ontology/core#${name}`;
    const row = (name: string, classes: readonly string[], more: readonly string[]) =>
      [name, classes.map(core).join('|'), ...more].map((cell) => `"${cell}"`).join();
    const text = lines(
      'Nom_du_POI,Categories_de_POI,Latitude,Longitude,Adresse_postale,Code_postal_et_commune,Contacts_du_POI,Description,URI_ID_du_POI',
      row(
        'Galerie du Minerai',
        ['PlaceOfInterest', 'PointOfInterest', 'CulturalSite', 'Museum'],
        [
          '49.47',
          '5.93',
          '1 rue du Puits',
          '57390#Audun-le-Tiche',
          '#+33 3 00 00 00 00#galerie@example.org#https://galerie.example.org',
          'La mine, à hauteur d’enfant',
          'https://data.datatourisme.fr/28/0001',
        ],
      ),
      row(
        'Boucle des chevalements',
        ['PointOfInterest', 'Tour', 'WalkingTour'],
        ['49.46', '5.94', '', '54190#Villerupt', '', '', 'https://data.datatourisme.fr/28/0002'],
      ),
      row(
        'Gîte du Lavoir',
        ['Accommodation', 'RentalAccommodation'],
        ['49.48', '5.95', '', '57390#Russange', '', '', 'https://data.datatourisme.fr/28/0003'],
      ),
      row(
        'Toilettes de la place',
        ['ConvenientService', 'PublicLavatories'],
        ['49.49', '5.96', '', '', '', '', 'https://data.datatourisme.fr/28/0004'],
      ),
      row(
        'Sans classe connue',
        ['PointOfInterest'],
        ['49.49', '5.96', '', '', '', '', 'https://data.datatourisme.fr/28/0005'],
      ),
    );
    const { items, rejected } = readAs('datatourisme', text);
    assert.deepEqual(
      items.map(({ document }) => document.place?.category),
      ['museum', 'trail', 'lodging', 'toilets'],
    );
    assert.deepEqual(items[0], {
      sourceId: 'https://data.datatourisme.fr/28/0001',
      kind: 'place',
      document: {
        texts: { fr: { title: 'Galerie du Minerai', summary: 'La mine, à hauteur d’enfant' } },
        location: { type: 'Point', coordinates: [5.93, 49.47] },
        address: '1 rue du Puits, 57390 Audun-le-Tiche',
        place: {
          category: 'museum',
          telephone: '+33 3 00 00 00 00',
          email: 'galerie@example.org',
          website: 'https://galerie.example.org',
        },
      },
    });
    assert.deepEqual(rejected, [
      { at: 'row 6', reason: 'Categories_de_POI: got PointOfInterest, expected a known class' },
    ]);
  });

  test('another format is refused, with what was expected', () => {
    assert.throws(() => readAs('ics', 'hello'), /ics: /);
    assert.throws(() => readAs('rss', '<html></html>'), /an RSS or Atom feed is expected/);
    assert.throws(() => readAs('openagenda', '{}'), /events: got no list/);
    assert.throws(() => readAs('dae', 'nom\nx\n'), /lat_coor1: got no such column/);
  });
});
