import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type QuantityLanguage, quantityText, unitName } from './quantity-text.ts';

const bare = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

test('a value with a unit is written as one says it in each language', () => {
  const cases: readonly (readonly [number, string, QuantityLanguage, string])[] = [
    [0.267, 'share', 'fr', '26,7 %'],
    [0.267, 'share', 'en', '26.7 %'],
    [-0.005, 'share', 'de', '-0,5 %'],
    [0.955, '1', 'en', '0.955'],
    [2.125, 'points', 'fr', '2,13 points'],
    [115, 'W/lamp', 'fr', '115 W/lampe'],
    [115, 'W/lamp', 'de', '115 W/Lampe'],
    [400, 'dwelling', 'fr', '400 logements'],
    [1, 'dwelling', 'en', '1 home'],
    [1.5, 'class', 'fr', '1,5 classe'],
    [1.5, 'class', 'en', '1.5 classes'],
    [0, 'tree', 'fr', '0 arbre'],
    [2200, 'kWh/dwelling/yr', 'fr', '2 200 kWh/logement/an'],
    [55, 'kWhPCI/m^2/yr', 'en', '55 kWh PCI/m²/year'],
    [1234.5, 'EUR/yr', 'fr', '1 230 €/an'],
    [0.243, 'kgCO2e/kWhPCI', 'lb', '0,243 kg CO₂e/kWh PCI'],
    [0.34, 'W*h/m^3/K', 'en', '0.34 W·h/m³/°C'],
    [20, 'yr', 'de', '20 Jahre'],
  ];
  for (const [value, unit, language, text] of cases) assert.equal(bare(quantityText(value, unit, language).text), text);
  assert.equal(unitName('pupil/class', 'fr'), 'élèves/classe');
  assert.equal(unitName('1/h', 'fr'), '1/h');
});
