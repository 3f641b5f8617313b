-- migrate-remote: no-transaction
-- CONCURRENTLY does not lock the table, and cannot run inside a transaction.
CREATE INDEX CONCURRENTLY invoices_account_id ON invoices (account_id);
