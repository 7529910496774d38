-- Each tenant may publish open data. Those of before are of the default tenant.
-- few rows: opendata.dataset, opendata.prepared_file
ALTER TABLE opendata.feature DROP CONSTRAINT feature_dataset_fkey;
ALTER TABLE opendata.prepared_file DROP CONSTRAINT prepared_file_dataset_fkey;
ALTER TABLE opendata.dataset ADD COLUMN tenant text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE opendata.dataset DROP CONSTRAINT dataset_pkey, ADD PRIMARY KEY (tenant, id);
ALTER TABLE opendata.feature
  ADD COLUMN tenant text COLLATE "C" NOT NULL DEFAULT '',
  ADD CONSTRAINT feature_of_dataset FOREIGN KEY (tenant, dataset) REFERENCES opendata.dataset ON DELETE CASCADE NOT VALID;
ALTER TABLE opendata.prepared_file
  ADD CONSTRAINT prepared_file_of_dataset FOREIGN KEY (tenant, dataset) REFERENCES opendata.dataset ON DELETE CASCADE NOT VALID;
