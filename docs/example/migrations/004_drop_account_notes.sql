-- The notes moved to the CRM in June.
ALTER TABLE accounts DROP COLUMN notes;
