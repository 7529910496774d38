import type { Dashboard } from '@alzette/ngsi-ld-schemas/dashboards';
import { COUNTED } from '@alzette/ngsi-ld-schemas/figures';
import {
  average,
  averageByCommune,
  averageByDay,
  averageOfPeriod,
  averageOver,
  count,
  countBy,
  countByCommune,
  figure,
  laidOut,
  type Unplaced,
  widget,
} from './widgets.ts';

/* Templates for dashboards, in the territory's language, as a user would create them. */

const DEFECTIVE = COUNTED.lampsDefective.q;
const LAMP = 'Streetlight';
const CONTAINER = 'WasteContainer';
const REQUEST = 'ServiceRequest';
const AIR = 'AirQualityObserved';
const BUILDING = 'Building';
/** A type of our own vocabulary, which is not a term of the territory's @context. */
const WORK_ORDER = 'https://w3id.org/alzette/def/WorkOrder';

function template(title: string, description: string, widgets: readonly Unplaced[]): Dashboard {
  return { title, description, roles: [], period: '30d', widgets: laidOut(widgets) };
}

const lighting = template('Éclairage public', 'Le parc, sa puissance mesurée et ce qui demande une intervention.', [
  figure('lamps', 'Points lumineux'),
  figure('lampsLit', 'Allumés'),
  figure('lampsDefective', 'Défectueux', { thresholds: { warning: 1, alarm: 50 } }),
  widget('number', 'Puissance mesurée moyenne', averageOfPeriod(LAMP, 'powerConsumption'), {
    unit: 'W',
    compare: true,
  }),
  widget('series', 'Puissance mesurée', averageOver(LAMP, 'powerConsumption'), { unit: 'W', compare: true }),
  widget('bar', 'Points lumineux par commune', countByCommune(LAMP)),
  widget('heat', 'Puissance mesurée par jour', averageByDay(LAMP, 'powerConsumption'), { unit: 'W' }),
  widget('map', 'Défectueux par commune', countByCommune(LAMP, DEFECTIVE)),
  widget('table', 'État des points lumineux', countBy(LAMP, 'status')),
]);

const waste = template('Déchets', 'Le remplissage des conteneurs et ceux qu’il faut vider.', [
  figure('containers', 'Conteneurs'),
  figure('containersFull', 'À vider (80 % et plus)', {
    thresholds: { warning: 1, alarm: 10 },
  }),
  widget('gauge', 'Remplissage moyen', average(CONTAINER, 'fillingLevel'), {
    from: 0,
    to: 1,
    thresholds: { warning: 0.7, alarm: 0.8 },
  }),
  widget('number', 'Remplissage moyen de la période', averageOfPeriod(CONTAINER, 'fillingLevel'), { compare: true }),
  widget('series', 'Remplissage', averageOver(CONTAINER, 'fillingLevel'), {
    compare: true,
    thresholds: { alarm: 0.8 },
  }),
  widget('bar', 'Remplissage moyen par commune', averageByCommune(CONTAINER, 'fillingLevel')),
  widget('heat', 'Remplissage par jour', averageByDay(CONTAINER, 'fillingLevel')),
  widget('map', 'À vider par commune', countByCommune(CONTAINER, COUNTED.containersFull.q)),
  widget('table', 'Température par commune', averageByCommune(CONTAINER, 'temperature'), { unit: '°C' }),
]);

const requests = template('Signalements', 'Ce que les habitants signalent, et ce qui en est fait.', [
  widget('number', 'Signalements', count(REQUEST)),
  widget('number', 'Ouverts', count(REQUEST, 'status=="open"'), { thresholds: { warning: 20, alarm: 100 } }),
  widget('bar', 'Par état', countBy(REQUEST, 'status')),
  widget('bar', 'Par commune', countByCommune(REQUEST)),
  widget('map', 'Signalements par commune', countByCommune(REQUEST)),
  widget('table', 'Par catégorie', countBy(REQUEST, 'service_code')),
  widget('number', 'À moins de 50 m d’un point défectueux', {
    ...count(REQUEST),
    near: { type: LAMP, q: DEFECTIVE, metres: 50 },
  }),
]);

const air = template('Qualité de l’air', 'Les mesures des capteurs de la qualité de l’air.', [
  widget('number', 'Capteurs', count(AIR)),
  widget('gauge', 'Particules fines PM2,5', average(AIR, 'pm25'), {
    from: 0,
    to: 75,
    unit: 'µg/m³',
    thresholds: { warning: 10, alarm: 25 },
  }),
  widget('gauge', 'Dioxyde d’azote', average(AIR, 'no2'), {
    from: 0,
    to: 200,
    unit: 'µg/m³',
    thresholds: { warning: 40, alarm: 100 },
  }),
  widget('series', 'Particules fines PM2,5', averageOver(AIR, 'pm25'), { unit: 'µg/m³', compare: true, w: 12 }),
  widget('heat', 'PM2,5 par jour', averageByDay(AIR, 'pm25'), { unit: 'µg/m³' }),
]);

const buildings = template('Bâtiments', 'Les bâtiments et ce que leurs compteurs mesurent.', [
  widget('number', 'Bâtiments', count(BUILDING)),
  widget('bar', 'Par catégorie', countBy(BUILDING, 'category')),
  widget('map', 'Bâtiments par commune', countByCommune(BUILDING)),
  widget('series', 'Température intérieure', averageOver('IndoorEnvironmentObserved', 'temperature'), { unit: '°C' }),
  widget('table', 'Bâtiments par commune', countByCommune(BUILDING)),
]);

const system = template('Système', 'Les appareils, les alarmes et les interventions.', [
  widget('number', 'Appareils', count('Device')),
  figure('alarmsOpen', 'Alarmes ouvertes', { thresholds: { warning: 1, alarm: 20 } }),
  widget('number', 'Interventions', count(WORK_ORDER)),
  widget('number', 'Jeux de données publiés', count('Dataset')),
  widget('alarms', 'Alarmes'),
  widget('bar', 'Alarmes par état', countBy('Alert', 'status')),
  widget('bar', 'Alarmes par gravité', countBy('Alert', 'severity')),
  widget('table', 'Interventions par état', countBy(WORK_ORDER, 'status')),
]);

export const TEMPLATES: Readonly<Record<string, Dashboard>> = { lighting, waste, buildings, air, requests, system };
