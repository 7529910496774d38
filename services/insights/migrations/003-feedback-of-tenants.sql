-- few rows: insights.feedback
-- Whose output it is about.
ALTER TABLE insights.feedback ADD COLUMN tenant text NOT NULL DEFAULT '';
UPDATE insights.feedback f SET tenant = o.tenant FROM insights.output o WHERE o.id = f.output AND o.tenant <> '';
CREATE UNIQUE INDEX feedback_of_tenant ON insights.feedback (tenant, output, actor);
