-- What a file belongs to: the id of the report, the entity, the keeper's link … of the kind that `owner` names. NULL: it
-- has not been claimed, or was stored before files had owners.
ALTER TABLE files.file ADD COLUMN belongs_to text;
-- few rows: files.file
-- Pictures of keepers had their link within the name of their owner.
UPDATE files.file SET belongs_to = substr(owner, 8), owner = 'keeper' WHERE owner LIKE 'keeper:%';
