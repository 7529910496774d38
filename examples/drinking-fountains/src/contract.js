import { contract, object, Type, uri } from '@alzette/kit/contract';

const Check = object({
  at: Type.String({ format: 'date-time' }),
  isDrinkable: Type.Boolean(),
  note: Type.String(),
});

export const fountainContract = contract(
  { checks: 'GET /x/fountains/:entity/checks', check: 'POST /x/fountains/:entity/checks' },
  {
    checks: {
      access: 'read',
      summary: 'The checks of a fountain, the latest first',
      params: { entity: uri() },
      answers: { 200: Type.Array(Check) },
    },
    check: {
      access: 'write',
      summary: 'Records a check of a fountain, and whether its water may be drunk',
      params: { entity: uri() },
      body: object({ isDrinkable: Type.Boolean(), note: Type.Optional(Type.String({ maxLength: 500 })) }),
      answers: { 204: null },
      example: { params: { entity: 'urn:ngsi-ld:DrinkingFountain:1' }, body: { isDrinkable: true } },
    },
  },
);
