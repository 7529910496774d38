/**
 * Requests of FIWARE's tutorials (branch NGSI-LD, August 2026) whose printed answer can't be right, each with the reason:
 * the page contradicts itself or the standard, or shows data that it does not create.
 */
export const PAGE_FAULTS: { readonly [tutorial: string]: { readonly [request: number]: string } } = {
  'CRUD-Operations': {
    9: 'batteryLevel is printed as 0.8; the page has set it to 0.9',
    11: 'batteryLevel is printed as 0.8, and one sensor of four',
  },
  'Concise-Format': {
    7: 'category was created as a Property, and is printed as a VocabProperty',
    11: 'an attribute is printed in normalized form among concise ones',
    13: 'changes the Property category to a VocabProperty',
    16: 'the body is not JSON',
  },
  'Getting-Started': {
    4: 'a VocabProperty is printed with a value instead of a vocab',
    6: 'the @context of the query expands Building to another IRI than that of the creation',
  },
  'IoT-Agent': {
    7: 'the measured number 1 is printed as a text, the number 3 before it as a number',
    10: 'the status is printed as an object with value, the result as one with @value',
    17: 'creates a group that exists',
    18: 'shows the group of request 17',
    19: 'shows the group of request 17',
  },
  'IoT-Agent-JSON': {
    7: 'the measured number 1 is printed as a text, the number 3 before it as a number',
    10: 'the values of the status and the result contain a type that is no term of the @context',
    17: 'creates a group that exists',
    18: 'shows the group of request 17',
    19: 'shows the group of request 17',
    21: 'the query has two question marks',
  },
  'Linked-Data': {
    1: 'shows data that another tutorial has written to a broker of NGSIv2',
    4: 'shows data that another tutorial has written to a broker of NGSIv2',
    5: 'shows data that another tutorial has written to a broker of NGSIv2',
    6: 'shows data that another tutorial has written to a broker of NGSIv2',
  },
  'Merge-Patch-Put': {
    6: 'is printed in concise form, which is not requested',
    14: 'is printed in normalized form; concise is requested',
    21: 'has no body',
    22: 'is printed in normalized form; simplified is requested',
  },
  'Short-Term-History': { 1: 'shows measures of simulated devices that the page does not start' },
};
