-- Collectivities that tell the others of the installation which packs they use.
CREATE TABLE packs.telling (
  tenant text COLLATE "C" PRIMARY KEY
);
