import { nearest } from '../validation/nearest.ts';

/** Everyday names of types in French, German, Luxembourgish and English, by the last part of the type's IRI. */
const TYPE_WORDS: Readonly<Record<string, string>> = {
  Streetlight: 'lampadaire luminaire point lumineux éclairage public Straßenlampe Leuchte Luucht streetlight lamp',
  StreetlightControlCabinet: 'armoire éclairage commande Schaltschrank Schaltschaf cabinet',
  StreetlightGroup: 'groupe lampadaires éclairage Leuchtengruppe streetlight group',
  WasteContainer: 'conteneur borne tri verre papier déchets poubelle Container Glas Poubelle waste container bin',
  WasteContainerIsle: 'point apport volontaire PAV déchets Sammelstelle isle',
  ServiceRequest: 'signalement demande citoyen Meldung Meldung report request',
  Alert: 'alarme alerte Alarm alarm alert',
  WorkOrder: 'intervention ordre travail Auftrag Opdrag work order',
  Dataset: 'jeu données ouvertes open data Datensatz Datesaz dataset',
  Building: 'bâtiment Gebäude Gebai building',
  AirQualityObserved: 'qualité air capteur Luftqualität Loftqualitéit air quality',
  WaterQualityObserved: 'eau baignade potable water bathing drinking Wasser Trinkwasser Waasser',
  NoiseLevelObserved: 'bruit capteur Lärm Kaméidi noise',
  WeatherObserved: 'météo station Wetter Wieder weather',
  OffStreetParking: 'parking stationnement Parkplatz parking',
  OnStreetParking: 'stationnement voirie Parkplatz parking',
  ParkingSpot: 'place stationnement Stellplatz parking spot',
  EVChargingStation: 'borne recharge IRVE voiture électrique Ladestation Luedstatioun charging station',
  BikeHireDockingStation: 'vélo partagé libre-service Fahrrad Vëlo bike bicycle',
  PointOfInterest: 'lieu intérêt Ort Uert place',
  Store: 'commerce magasin Geschäft Butték shop store',
  Event: 'événement agenda manifestation Veranstaltung Evenement event',
  NewsArticle: 'actualité Nachricht Noriicht news',
  InformationPage: 'page information Seite Säit page',
  School: 'école Schule Schoul school',
  Menu: 'menu cantine repas Speiseplan Kantin canteen',
  SpecialAnnouncement: 'annonce alerte Mitteilung Matdeelung announcement',
  Question: 'sondage consultation question Umfrage Ëmfro poll',
  GtfsStop: 'arrêt bus gare Haltestelle Haltestell stop',
  GtfsRoute: 'ligne bus Linie Linn line route',
  Garden: 'jardin parc Garten Gaart garden',
  Organization: 'organisation Organisation organisation',
  PublicService: 'service public démarche Behördengang Demarche public service',
  WasteCollectionRound: 'tournée collecte déchets Tour collection round',
  WasteCollectionStop: 'enlèvement encombrants Sperrmüll Sperrmüll bulky waste pick-up',
  AccessBadge: 'badge accès carte déchèterie cantine Ausweis Karte Badge access badge',
  PublicGrant: 'subvention aide association Zuschuss Subventioun grant',
  CityWork: 'travaux chantier voirie Baustelle Chantier roadworks works',
  ExposureZone:
    'zone inondable bruit chaleur risque Überschwemmung Lärm Hitze Iwwerschwemmung Kaméidi flood noise heat exposure',
  ServiceCase: 'dossier démarche demande Vorgang Antrag Dossier case request',
  Device: 'capteur appareil Gerät Apparat device sensor',
};

/** By kind: its words in lower case without accents. */
const FOLDED = Object.entries(TYPE_WORDS).map(([kind, words]) => ({ kind, words: folded(words).split(' ') }));
/** The number of letters that a plural may add. */
const ENDING = 2;
const SHORTEST = 3;
/** Shorter words are similar to too many others. */
const SHORTEST_SLIP = 5;

/** The kinds whose name is the normalised word, begins with it, or has it as a plural. */
export function kindsCalled(word: string): string[] {
  if (word.length < SHORTEST) return [];
  const isName = (name: string) =>
    name.startsWith(word) || (name.length >= SHORTEST && word.startsWith(name) && word.length - name.length <= ENDING);
  return FOLDED.filter(({ words }) => words.some(isName)).map(({ kind }) => kind);
}

/** The kinds with a name similar to the normalised word. */
export function kindsResembling(word: string): string[] {
  if (word.length < SHORTEST_SLIP) return [];
  const long = (names: readonly string[]) => names.filter((name) => name.length >= SHORTEST_SLIP);
  return FOLDED.filter(({ words }) => nearest(word, long(words)) !== undefined).map(({ kind }) => kind);
}

function folded(text: string): string {
  return text.replaceAll('ß', 'ss').normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
