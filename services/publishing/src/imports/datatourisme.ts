import { type Imported, lineOf, webLink } from './imported.ts';
import { pointOf, type Row, telephoneOf } from './rows.ts';

/** Kinds of the directory, by the classes of the ontology of DATAtourisme (core) that they contain; the first one counts. */
const KINDS: readonly (readonly [kind: string, classes: readonly string[]])[] = [
  ['museum', ['Museum', 'ArtGalleryOrExhibitionGallery', 'InterpretationCentre']],
  ['trail', ['Tour', 'WalkingTour', 'CyclingTour', 'Path', 'EducationalTrail', 'ItineraireTouristique']],
  ['lodging', ['Accommodation', 'LodgingBusiness', 'Hotel', 'Camping', 'RentalAccommodation', 'Guesthouse']],
  ['restaurant', ['FoodEstablishment', 'Restaurant', 'CafeOrTeahouse', 'BistroOrWineBar']],
  ['toilets', ['PublicLavatories', 'Toilet', 'Restroom']],
  ['tourist-office', ['LocalTouristOffice', 'TouristInformationCenter']],
  ['leisure', ['SportsAndLeisurePlace', 'LeisureComplex', 'ThemePark', 'SwimmingPool']],
  [
    'sight',
    ['CulturalSite', 'NaturalHeritage', 'ParkAndGarden', 'RemarkableBuilding', 'PointOfView', 'Castle', 'Church'],
  ],
];

/**
 * One row per place or tour of the national files of DATAtourisme (`datatourisme-place-…csv`). Returns a reason if the
 * row is invalid.
 */
export function touristPlaceOf(row: Row): Imported | string {
  const title = lineOf(row.nom_du_poi);
  const location = pointOf(row.longitude, row.latitude);
  const classes = (row.categories_de_poi ?? '').split('|').map((uri) => uri.slice(uri.search(/[#/][^#/]*$/) + 1));
  const category = KINDS.find(([, wanted]) => wanted.some((name) => classes.includes(name)))?.[0];
  if (title === undefined) return 'Nom_du_POI: got nothing, expected a name';
  if (location === undefined) return `Latitude, Longitude: got ${row.latitude}, ${row.longitude}, expected degrees`;
  if (category === undefined)
    return `Categories_de_POI: got ${classes.join(', ') || 'nothing'}, expected a known class`;
  const [postcode, town] = (row.code_postal_et_commune ?? '').split('#');
  const address = lineOf(
    [row.adresse_postale, [postcode, town].filter(Boolean).join(' ')].filter(Boolean).join(', '),
    300,
  );
  const summary = lineOf(row.description, 500);
  const contacts = (row.contacts_du_poi ?? '').split(/[#|]/).map((text) => text.trim());
  const telephone = contacts.map(telephoneOf).find((text) => text !== undefined && /\d{2}/.test(text));
  const website = contacts.map(webLink).find((text) => text !== undefined);
  const email = contacts.find((text) => /^[^\s@]+@[^\s@]+\.[a-z]{2,}$/i.test(text));
  return {
    sourceId: row.uri_id_du_poi || `${title} ${row.latitude},${row.longitude}`,
    kind: 'place',
    document: {
      texts: { fr: { title, ...(summary !== undefined && { summary }) } },
      location,
      ...(address !== undefined && { address }),
      place: {
        category,
        ...(telephone !== undefined && { telephone }),
        ...(email !== undefined && { email }),
        ...(website !== undefined && { website }),
      },
    },
  };
}
