-- How many answers to a poll came from a network, as a hash with a key that is not in the database: whoever invents many
-- devices still has one network. Forgotten after a month.
CREATE TABLE publishing.poll_network (
  tenant text NOT NULL,
  poll text NOT NULL,
  network_hash text NOT NULL,
  answers integer NOT NULL,
  since date NOT NULL DEFAULT current_date,
  PRIMARY KEY (tenant, poll, network_hash),
  FOREIGN KEY (tenant, poll) REFERENCES publishing.item ON DELETE CASCADE
);

-- The key of these hashes: for all processes, encrypted.
CREATE TABLE publishing.secret_key (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  sealed text NOT NULL
);
