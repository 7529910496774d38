import type { Entity } from '@alzette/ngsi-ld-schemas';
import type { Commune, Territory } from '@alzette/territory';
import { localDays } from '../local-days.ts';
import { type Instrument, type Kind, wandering } from './instrument.ts';
import { AIR, BATHING, CENTRE, CHARGING, DRINKING, NOISE, PARKING, POLLEN, TRAFFIC, WEATHER } from './kinds.ts';
import { bell, hourOf, isWeekend, radiation, temperature, traffic } from './weather.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const METRES_A_DEGREE = 111_320;

type Read = Instrument['read'];

/** An instrument near the centre of a commune. */
export function instrumentAt(
  kind: Kind,
  commune: Commune,
  [east, north]: readonly [number, number],
  { slug, name, more = {}, read }: { slug: string; name: string; more?: Record<string, unknown>; read: Read },
): Instrument {
  const [longitude, latitude] = commune.center;
  const shrunk = Math.cos((latitude * Math.PI) / 180);
  const round = (degrees: number) => Math.round(degrees * 1e6) / 1e6;
  const position: [number, number] = [
    round(longitude + east / METRES_A_DEGREE / shrunk),
    round(latitude + north / METRES_A_DEGREE),
  ];
  const entity: Entity = {
    id: `urn:ngsi-ld:${kind.type}:${slug}`,
    type: kind.type,
    scope: commune.scope,
    name: property(name),
    location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [...position] } },
    address: property({ addressLocality: commune.name }),
    ...more,
  };
  return { kind, entity, position, read };
}

export function property(value: unknown) {
  return { type: 'Property', value };
}

/** Stations and counters of the demo territory. */
export function stations({ communes }: Territory): Instrument[] {
  return [
    ...communes.filter((_, i) => i % 3 === 0).flatMap((commune, i) => [air(commune, i), noise(commune, i)]),
    ...communes.slice(0, 1).map(weather),
    ...communes.slice(0, 1).map(pollen),
    ...communes.slice(1, 2).map(bathing),
    ...communes.filter((_, i) => i % 4 === 0).map(drinking),
    ...communes.filter((_, i) => i % 4 === 0).map(centre),
    ...communes.filter((_, i) => i % 2 === 0).map(parking),
    ...communes.filter((_, i) => i % 2 === 1).map(charging),
    ...communes.slice(0, 4).map((commune, i) => (i % 2 === 0 ? cars(commune) : bicycles(commune))),
  ];
}

function air(commune: Commune, index: number): Instrument {
  const nearRoad = index === 0 ? 1 : 0.5;
  const read: Read = (at) => {
    const stagnant = 1 + 0.5 * wandering(`air ${commune.slug}`, at, 30 * HOUR);
    const no2 = Math.max(2, (7 + 42 * nearRoad * traffic(at)) * stagnant);
    const heating = Math.max(0, 12 - temperature(at)) * 0.7;
    const pm10 = Math.max(3, (9 + 7 * nearRoad * traffic(at) + heating) * stagnant + wandering(commune.slug, at, HOUR));
    return {
      no2,
      o3: Math.max(4, 38 + radiation(at) / 9 + temperature(at) * 0.8 - no2 * 0.5),
      pm10,
      pm25: pm10 * (0.55 + 0.08 * wandering(`fine ${commune.slug}`, at, 9 * HOUR)),
      so2: 2.5 + 1.5 * wandering(`so2 ${commune.slug}`, at, 12 * HOUR),
    };
  };
  return instrumentAt(AIR, commune, [120, -60], {
    slug: commune.slug,
    name: `Station de l’air, ${commune.name}`,
    read,
  });
}

function noise(commune: Commune, index: number): Instrument {
  const read: Read = (at) => ({
    LAeq:
      41 + index * 2 + 22 * Math.sqrt(Math.min(1, traffic(at))) + 2.5 * wandering(`noise ${commune.slug}`, at, HOUR),
  });
  const name = `Sonomètre, ${commune.name}`;
  return instrumentAt(NOISE, commune, [-90, 40], { slug: commune.slug, name, read });
}

function weather(commune: Commune, index: number): Instrument {
  const read: Read = (at) => {
    const rain = Math.max(0, wandering('rain', at, 9 * HOUR) - 0.45) * 6;
    return {
      temperature: temperature(at) - index * 0.6,
      relativeHumidity: Math.min(1, Math.max(0.25, 0.78 - (temperature(at) - 10) * 0.012 + (rain > 0 ? 0.15 : 0))),
      windSpeed: Math.max(0, 3.5 + 3 * wandering('wind', at, 6 * HOUR)),
      precipitation: rain,
      solarRadiation: radiation(at),
    };
  };
  const name = `Station météo, ${commune.name}`;
  return instrumentAt(WEATHER, commune, [200, 150], { slug: commune.slug, name, read });
}

/** The middle of each season (day of the year), and its length in days. */
const SEASONS = {
  alderLevel: [50, 30],
  birchLevel: [105, 22],
  grassesLevel: [165, 40],
  mugwortLevel: [225, 25],
} as const;

function pollen(commune: Commune): Instrument {
  const read: Read = (at) => {
    const day = Math.floor(localDays(at)) % 365.25;
    const levels = Object.fromEntries(
      Object.entries(SEASONS).map(([name, [middle, width]]) => {
        const strength = Math.exp(-(((day - middle) / width) ** 2)) * 5 + 0.4 * wandering(name, at, DAY);
        return [name, Math.min(5, Math.max(0, Math.round(strength)))];
      }),
    );
    return { ...levels, pollenLevel: Math.max(...Object.values(levels)) };
  };
  const name = `Capteur de pollens, ${commune.name}`;
  return instrumentAt(POLLEN, commune, [60, 220], { slug: commune.slug, name, read });
}

function bathing(commune: Commune): Instrument {
  const read: Read = (at) => {
    // Rain washes bacteria into the water.
    const rain = Math.max(0, wandering('rain', at, 9 * HOUR) - 0.3);
    const bacteria = 45 + 25 * wandering(`coli ${commune.slug}`, at, 2 * DAY) + 600 * rain;
    return {
      escherichiaColi: bacteria,
      enterococci: bacteria * 0.4,
      temperature: Math.max(2, 8 + temperature(at) * 0.6),
    };
  };
  const name = `Plan d’eau, ${commune.name}`;
  const more = { category: property(['bathingWater']) };
  return instrumentAt(BATHING, commune, [-700, 520], { slug: `baignade-${commune.slug}`, name, more, read });
}

function drinking(commune: Commune): Instrument {
  const read: Read = (at) => ({
    NO3: 24 + 6 * wandering(`no3 ${commune.slug}`, at, 5 * DAY),
    NO2: 0.03 + 0.02 * wandering(`nitrite ${commune.slug}`, at, DAY),
    turbidity: 0.3 + 0.2 * wandering(`turbid ${commune.slug}`, at, 12 * HOUR),
    pH: 7.5 + 0.2 * wandering(`ph ${commune.slug}`, at, DAY),
    escherichiaColi: 0,
    enterococci: 0,
  });
  const name = `Réservoir d’eau potable, ${commune.name}`;
  const more = { category: property(['drinkingWater']) };
  return instrumentAt(DRINKING, commune, [420, 380], { slug: `eau-potable-${commune.slug}`, name, more, read });
}

function centre(commune: Commune): Instrument {
  const read: Read = (at) => {
    const hour = hourOf(at);
    const open = hour >= 9 && hour < 18 && !(hour >= 12 && hour < 13.5);
    const rush = (isWeekend(at) ? 9 : 3.5) * (bell(hour, 10.5, 2) + bell(hour, 16, 2));
    return {
      occupancy: open
        ? Math.max(0, Math.round(rush * (1 + 0.5 * wandering(`queue ${commune.slug}`, at, HOUR / 2))))
        : 0,
    };
  };
  const more = {
    category: property(['recyclingCentre']),
    openingHours: property(['Tu-Fr 09:00-12:00,13:30-18:00', 'Sa 09:00-18:00', 'PH off']),
  };
  const of = /^[AEÉIOUY]/.test(commune.name) ? 'd’' : 'de ';
  const name = `Déchèterie ${of}${commune.name}`;
  return instrumentAt(CENTRE, commune, [640, -420], { slug: `decheterie-${commune.slug}`, name, more, read });
}

function parking(commune: Commune, index: number): Instrument {
  const capacity = 60 + index * 35;
  const read: Read = (at) => {
    const hour = hourOf(at);
    const day = isWeekend(at) ? 0.35 * bell(hour, 11, 4) : 0.85 * bell(hour, 11.5, 4.5) + 0.3 * bell(hour, 17, 3);
    const taken = Math.min(1, Math.max(0.03, day + 0.12 * wandering(`parking ${commune.slug}`, at, HOUR)));
    return { availableSpotNumber: Math.round(capacity * (1 - taken)) };
  };
  const more = {
    totalSpotNumber: property(capacity),
    category: property(['public', 'free']),
    allowedVehicleType: property(['car']),
  };
  const name = `Parking de la mairie, ${commune.name}`;
  return instrumentAt(PARKING, commune, [-160, -120], { slug: `mairie-${commune.slug}`, name, more, read });
}

function charging(commune: Commune, index: number): Instrument {
  const capacity = 2 + (index % 3) * 2;
  const read: Read = (at) => {
    const busy = 0.25 + 0.5 * bell(hourOf(at), 18, 4) + 0.4 * wandering(`charging ${commune.slug}`, at, 2 * HOUR);
    return { availableCapacity: Math.round(capacity * (1 - Math.min(1, Math.max(0, busy)))) };
  };
  const more = {
    capacity: property(capacity),
    socketType: property(['Type2', 'CCS/SAE']),
    allowedVehicleType: property(['car']),
    network: property('Borne du territoire'),
    status: property('working'),
  };
  const name = `Bornes de recharge, ${commune.name}`;
  return instrumentAt(CHARGING, commune, [90, 110], { slug: `place-${commune.slug}`, name, more, read });
}

function cars(commune: Commune): Instrument {
  const read: Read = (at) => ({
    intensity: Math.max(0, 900 * traffic(at) * (1 + 0.15 * wandering(`cars ${commune.slug}`, at, HOUR / 2))),
    averageVehicleSpeed: 52 - 16 * traffic(at),
  });
  const more = { vehicleType: property('car'), laneId: property(1) };
  const name = `Compteur routier, ${commune.name}`;
  return instrumentAt(TRAFFIC, commune, [260, 30], { slug: `route-${commune.slug}`, name, more, read });
}

function bicycles(commune: Commune): Instrument {
  const read: Read = (at) => {
    const mild = Math.min(1, Math.max(0.15, (temperature(at) + 4) / 22));
    const hour = hourOf(at);
    const share = isWeekend(at) ? bell(hour, 15, 3.5) : 0.7 * bell(hour, 7.7, 1.2) + 0.8 * bell(hour, 17.4, 1.8);
    return { intensity: Math.max(0, 70 * mild * share * (1 + 0.3 * wandering(`bikes ${commune.slug}`, at, HOUR))) };
  };
  const more = { vehicleType: property('bicycle'), laneId: property(1) };
  const name = `Compteur vélo, ${commune.name}`;
  return instrumentAt(TRAFFIC, commune, [-240, 90], { slug: `velo-${commune.slug}`, name, more, read });
}
