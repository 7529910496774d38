-- How far a gateway is in the bootstrap of TALQ (5.1): 'announced', then 'services'. NULL: not in it.
-- few rows: iot.talq_gateway
ALTER TABLE iot.talq_gateway ADD COLUMN bootstrap text CHECK (bootstrap IN ('announced', 'services'));
-- When it last announced or reset itself; since then it knows nothing of us. NULL: never.
ALTER TABLE iot.talq_gateway ADD COLUMN began_at timestamptz;
-- Lamps have a further attribute, which requests a strategy.
-- few rows: iot.talq_device
UPDATE iot.talq_device SET offered = false;
