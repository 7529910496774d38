/** Cases our broker is known to fail today, with the reason. A case that passes must leave the list. */
export const notYet: { readonly [caseId: string]: string } = {
  '4.5.1 refuses an attribute named valueType': 'an attribute of an entity named valueType is taken',
  '4.5.1 refuses an attribute named objectType': 'an attribute of an entity named objectType is taken',
};
