-- Whether a dashboard without roles is for all who may read what it shows; otherwise only its author and administrators see it.
ALTER TABLE dashboards.dashboard ADD COLUMN is_published boolean NOT NULL DEFAULT true;
