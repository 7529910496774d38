/** What is asked of Démarches simplifiées (GraphQL v2), a page of at most 100 dossiers at a time. */
export const OPEN_DOSSIERS = `query dossiers($number: Int!, $state: DossierState, $after: String) {
  demarche(number: $number) {
    number
    dossiers(first: 100, after: $after, state: $state) {
      pageInfo { hasNextPage endCursor }
      nodes {
        number
        state
        dateDepot
        usager { email }
        demandeur {
          __typename
          ... on PersonnePhysique { nom prenom }
          ... on PersonneMorale { siret entreprise { raisonSociale } association { rna titre } }
        }
        champs { ...ChampFragment ... on RepetitionChamp { rows { champs { ...ChampFragment } } } }
      }
    }
  }
}
fragment ChampFragment on Champ {
  __typename
  champDescriptorId
  label
  stringValue
  ... on DateChamp { date }
  ... on DatetimeChamp { datetime }
  ... on CheckboxChamp { checked: value }
  ... on DecimalNumberChamp { decimalNumber: value }
  ... on IntegerNumberChamp { integerNumber: value }
  ... on MultipleDropDownListChamp { values }
  ... on PieceJustificativeChamp { files { filename contentType checksum url } }
  ... on AddressChamp { address { label cityCode geometry { type coordinates } } commune { name code } }
  ... on CommuneChamp { commune { name code } }
  ... on CarteChamp { geoAreas { geometry { type coordinates } } }
  ... on SiretChamp { etablissement { siret } }
}`;

export const DELETED_DOSSIERS = `query deleted($number: Int!, $after: String) {
  demarche(number: $number) {
    deletedDossiers(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { number } }
  }
}`;

export interface Champ {
  readonly __typename: string;
  readonly champDescriptorId: string;
  readonly label: string;
  readonly stringValue: string | null;
  readonly date?: string | null;
  readonly datetime?: string | null;
  readonly checked?: boolean | null;
  readonly decimalNumber?: number | null;
  /** A BigInt as a string. */
  readonly integerNumber?: string | number | null;
  readonly values?: readonly string[];
  readonly files?: readonly ChampFile[];
  readonly address?: {
    readonly label: string;
    readonly cityCode?: string | null;
    readonly geometry?: { readonly type: string; readonly coordinates: readonly number[] } | null;
  } | null;
  readonly commune?: { readonly name: string; readonly code: string } | null;
  readonly geoAreas?: readonly { readonly geometry: { readonly type: string } }[];
  readonly etablissement?: { readonly siret: string } | null;
  readonly rows?: readonly { readonly champs: readonly Champ[] }[];
}

export interface ChampFile {
  readonly filename: string;
  readonly contentType: string;
  /** The MD5 of the content, in Base64. */
  readonly checksum: string;
  readonly url: string;
}

export interface DemarcheDossier {
  readonly number: number;
  readonly state: string;
  readonly dateDepot: string;
  readonly usager: { readonly email: string | null } | null;
  readonly demandeur: {
    readonly __typename: string;
    readonly nom?: string | null;
    readonly prenom?: string | null;
    readonly siret?: string;
    readonly entreprise?: { readonly raisonSociale: string | null } | null;
    readonly association?: { readonly rna: string; readonly titre: string } | null;
  };
  readonly champs: readonly Champ[];
}

export interface Page<Node> {
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly nodes: readonly Node[];
}
