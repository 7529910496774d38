import type { Issue, IssueCode } from './issue.ts';

export type Language = 'en' | 'fr';

type Texts = Readonly<Record<IssueCode, string>>;

const EN: Texts = {
  ID_NOT_URI: 'The id {got} is no URI.',
  TYPE_MISSING: 'The type is {got}, expected a type name.',
  BARE_VALUE: '{attribute}: got {got}, expected an attribute with a type.',
  ATTR_TYPE: '{path}: the type {got} is none of {expected}.',
  VALUE_MISSING: '{path}: {expected} is missing.',
  OBJECT_MISSING: '{path}: a Relationship without object.',
  OBJECT_NOT_URI: '{path}: got {got}, expected {expected}.',
  OBJECT_ARRAY: '{path}: several objects in one Relationship; brokers before version 1.9 refuse it.',
  GEOMETRY_BAD: '{path}: got {got}, expected {expected}.',
  NULL_VALUE: '{path}: null is not allowed.',
  OBSERVEDAT_NOT_UTC: '{path}: observedAt is {got}, expected {expected}.',
  DUPLICATE_DEFAULT_INSTANCE: '{path}: two instances of one dataset, expected {expected}.',
  NAME_ILLEGAL: '{got} is no attribute name, expected {expected}.',
  TYPE_UNKNOWN: 'No model is known for the type {got}.',
  REQUIRED_MISSING: '{attribute} is missing.',
  WRONG_TYPE: '{path}: got {got}, expected {expected}.',
  NOT_IN_ENUM: '{path}: {got} is none of {expected}.',
  WRONG_FORMAT: '{path}: got {got}, expected {expected}.',
  OUT_OF_RANGE: '{path}: {got} is out of range, expected {expected}.',
  SCHEMA: '{path}: {got} does not fit, expected: {expected}.',
  WRONG_KIND: '{attribute} came as {got}, expected a {expected}.',
  UNKNOWN_ATTRIBUTE: '{attribute} is no attribute of {expected}.',
  COORDINATES_OUT_OF_RANGE: '{attribute}: the position {got} is nowhere, expected {expected}.',
  COORDINATES_SWAPPED: '{attribute}: latitude and longitude of {got} look swapped.',
  PERCENT_FOR_RATIO: '{path}: {got} looks like a percentage, expected {expected}.',
  UNIT_UNKNOWN: '{attribute}: the unit {got} is no UN/CEFACT code, expected {expected}.',
  UNIT_INCOMPATIBLE: '{attribute}: the unit {got} does not convert to {expected}.',
  UNIT_DIFFERENT: '{attribute}: the unit is {got}, the model has {expected}.',
};

const FR: Texts = {
  ID_NOT_URI: 'L’identifiant {got} n’est pas un URI.',
  TYPE_MISSING: 'Le type est {got}, un nom de type est attendu.',
  BARE_VALUE: '{attribute} : reçu {got}, un attribut avec un type est attendu.',
  ATTR_TYPE: '{path} : le type {got} n’est pas l’un de {expected}.',
  VALUE_MISSING: '{path} : il manque {expected}.',
  OBJECT_MISSING: '{path} : une Relationship sans object.',
  OBJECT_NOT_URI: '{path} : reçu {got}, attendu : un URI ou une liste d’URI.',
  OBJECT_ARRAY:
    '{path} : plusieurs objets dans une Relationship ; les courtiers antérieurs à la version 1.9 la refusent.',
  GEOMETRY_BAD: '{path} : reçu {got}, une géométrie GeoJSON est attendue.',
  NULL_VALUE: '{path} : null n’est pas permis.',
  OBSERVEDAT_NOT_UTC: '{path} : observedAt vaut {got}, une date et une heure UTC finissant par Z sont attendues.',
  DUPLICATE_DEFAULT_INSTANCE:
    '{path} : deux instances du même jeu de données, un datasetId propre à chacune est attendu.',
  NAME_ILLEGAL: '{got} n’est pas un nom d’attribut : une lettre, puis des lettres, des chiffres ou _.',
  TYPE_UNKNOWN: 'Aucun modèle n’est connu pour le type {got}.',
  REQUIRED_MISSING: 'Il manque {attribute}.',
  WRONG_TYPE: '{path} : reçu {got}, attendu : {expected}.',
  NOT_IN_ENUM: '{path} : {got} n’est pas l’une des valeurs {expected}.',
  WRONG_FORMAT: '{path} : reçu {got}, format attendu : {expected}.',
  OUT_OF_RANGE: '{path} : {got} sort des bornes, attendu : {expected}.',
  SCHEMA: '{path} : {got} ne convient pas, attendu : {expected}.',
  WRONG_KIND: '{attribute} est arrivé comme {got}, une {expected} est attendue.',
  UNKNOWN_ATTRIBUTE: '{attribute} n’est pas un attribut de {expected}.',
  COORDINATES_OUT_OF_RANGE: '{attribute} : la position {got} n’existe pas ; longitude −180 à 180, latitude −90 à 90.',
  COORDINATES_SWAPPED: '{attribute} : la latitude et la longitude de {got} semblent inversées.',
  PERCENT_FOR_RATIO: '{path} : {got} ressemble à un pourcentage, attendu : de 0 à 1.',
  UNIT_UNKNOWN: '{attribute} : l’unité {got} n’est pas un code UN/CEFACT, attendu : {expected}.',
  UNIT_INCOMPATIBLE: '{attribute} : l’unité {got} ne se convertit pas en {expected}.',
  UNIT_DIFFERENT: '{attribute} : l’unité est {got}, le modèle veut {expected}.',
};

const TEXTS: Readonly<Record<Language, Texts>> = { en: EN, fr: FR };
const MEANT: Readonly<Record<Language, string>> = { en: ' Did you mean {hint}?', fr: ' Vouliez-vous dire {hint} ?' };

/** An issue as a sentence. */
export function messageOf(issue: Issue, language: Language = 'en'): string {
  const text = TEXTS[language][issue.code] + (issue.hint === undefined ? '' : MEANT[language]);
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(issue[name as keyof Issue] ?? ''));
}
