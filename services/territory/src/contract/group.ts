import { object, Type, type Value } from '@alzette/kit/contract';

const Amount = Type.Number({ minimum: 0 });
const Sum = Type.Integer({ minimum: 0 });

export const GroupFigures = object({
  entities: Sum,
  openAlarms: Sum,
  openReports: Sum,
  lateReports: Type.Integer({ minimum: 0, description: 'Open ones whose promised day has passed' }),
  daysToClose: Type.Optional(
    Type.Number({ minimum: 0, description: 'The median of reports that were closed in the last 90 days' }),
  ),
  inhabitants: Type.Optional(
    Type.Integer({ minimum: 0, description: 'Of its communes, if its territory says it of each' }),
  ),
  energy: Type.Optional(
    Type.Number({ minimum: 0, description: 'kWh of electricity, gas and heat at its meters in the last 365 days' }),
  ),
  fileBytes: Type.Integer({ minimum: 0, description: 'Photos and documents' }),
  usage: object(
    {
      requests: Amount,
      jobs: Amount,
      computeSeconds: Amount,
      mails: Amount,
      pushes: Amount,
    },
    'Of the last 30 days',
  ),
});
export type GroupFigures = Value<typeof GroupFigures>;

export const CostRule = object({
  formula: Type.String({
    minLength: 1,
    maxLength: 2000,
    description:
      'The weight of a collectivity, in the expression language of the product. It may use inhabitants, entities, openAlarms, openReports, lateReports, fileBytes, energy, requests, jobs, computeSeconds, mails and pushes, where what is unknown is 0',
  }),
  amount: Type.Number({ minimum: 0, maximum: 1e11, description: 'What is shared, in euros' }),
});
export type CostRule = Value<typeof CostRule>;

export const CostShares = object({
  ...CostRule.properties,
  shares: Type.Array(
    object({
      tenant: Type.String(),
      name: Type.String(),
      weight: Type.Number({ minimum: 0 }),
      percent: Type.Number({
        minimum: 0,
        maximum: 100,
        description: 'To two decimals; the sum is exactly 100. If nobody weighs anything, all bear the same',
      }),
      amount: Type.Number({ minimum: 0, description: 'To the cent; the sum is exactly `amount` of above' }),
    }),
  ),
});
export type CostShares = Value<typeof CostShares>;
