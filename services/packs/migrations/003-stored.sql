-- The document as the product has it after installing: with members that it adds. Absent: as in base.
ALTER TABLE packs.object ADD COLUMN stored jsonb;
