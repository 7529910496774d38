import { object, Type, type Value } from '@alzette/kit/contract';
import { ClockTime } from './programmes.ts';
import { Day, Name, words } from './schemas.ts';

const Price = Type.Number({ minimum: 0, maximum: 100, description: 'Euros per kWh' });

const TariffSlot = object(
  {
    name: Name,
    from: ClockTime,
    to: ClockTime,
    months: Type.Optional(Type.Array(Type.Integer({ minimum: 1, maximum: 12 }), { minItems: 1, maxItems: 12 })),
    weekdays: Type.Optional(Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { minItems: 1, maxItems: 7 })),
    energy: Price,
  },
  'Hours with a different price, such as the off-peak hours of winter. `to` may be on the next day',
);
const TariffSlots = Type.Array(TariffSlot, { maxItems: 50, description: 'The first matching slot counts' });
export type TariffSlots = Value<typeof TariffSlots>;

export const DatedPrice = object(
  { from: Day, price: Price, slots: Type.Optional(TariffSlots), source: words(500) },
  'From a day on, with the source',
);

export const Tariff = object({
  energy: Price,
  slots: Type.Optional(TariffSlots),
  subscription: Type.Optional(
    object(
      {
        power: Type.Number({ minimum: 0, maximum: 1_000_000 }),
        price: Type.Number({ minimum: 0, maximum: 10_000 }),
      },
      'The subscribed power: kVA, and euros per kVA and year',
    ),
  ),
});

export const Co2Factor = object(
  { from: Day, factor: Type.Number({ minimum: 0, maximum: 5 }), source: words(500) },
  'Kilograms of CO₂ equivalent per kWh from a day on, with the source',
);
export type Co2Factor = Value<typeof Co2Factor>;
export const Co2Factors = Type.Array(Co2Factor, { minItems: 1, maxItems: 50 });
